"""Numbers as people write them in tables, read a whole column at a time: commas, points, thousands, percent.

A comma or point before three digits may separate thousands or begin decimals. What decides is the rest of the column;
where nothing does, the column is refused: a weight of 2,590 must never become 2.59 in silence.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute  # whose functions are made when it is imported
_BLANKS = " '’\u00a0\u202f\u2009"
_GROUPED = r"^[-+]?[1-9][0-9]{{0,2}}(?:{0}[0-9]{{3}})+$"
_NUMBER = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"


class Unclear(Exception):
    """A column whose numbers can be read in two ways.

    Attributes:
        text: one of them.
        why: the end of a sentence about it.
    """

    def __init__(self, text: str, why: str) -> None:
        super().__init__(text)
        self.text, self.why = text, why


def read(texts: pa.ChunkedArray, delimiter: str = ",") -> pa.ChunkedArray:
    """(N,) float64 of texts without blanks around them; nan where one is no number.

    Args:
        texts: (N,) as they were typed.
        delimiter: of the file: where commas separate cells, a comma in a cell does not begin decimals unless the
            column says so.

    Raises:
        Unclear: the column can be read in two ways.
    """
    try:
        plain = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return _as_written(texts, delimiter)
    if delimiter == ";":
        _refuse_points(texts)
    return plain


def decimal_sign(texts: pa.ChunkedArray, delimiter: str = ",") -> str:
    """What begins decimals in a column that `read` reads, "." or ","; "" where programs can read it as it is."""
    try:
        pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return _decimal(_bare(texts), delimiter)
    return ""


def _as_written(texts: pa.ChunkedArray, delimiter: str) -> pa.ChunkedArray:
    percent = pc.match_substring_regex(texts, r"%$")
    some = pc.any(percent).as_py()
    texts_bare = _bare(texts)
    if some:
        share = pc.match_substring_regex(texts_bare, r"^[-+]?(0*[.,]?0*|1|0?[.,][0-9]+)$")
        odd = pc.and_(pc.invert(percent), pc.invert(share))
        if pc.any(odd).as_py():
            raise Unclear(_first(texts, odd), "has no percent sign, and others have one")
    texts = texts_bare
    if _decimal(texts, delimiter) == ",":
        point = pc.match_substring(texts, ".")
        odd = pc.and_(point, pc.invert(pc.match_substring_regex(texts, r"^[-+]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?$")))
        texts = pc.if_else(odd, "nan", pc.replace_substring(texts, ".", ""))
        texts = pc.replace_substring(texts, ",", ".")
    else:
        texts = pc.replace_substring(texts, ",", "")
    number = pc.match_substring_regex(texts, _NUMBER)
    texts = pc.if_else(number, pc.replace_substring_regex(texts, r"^\+", ""), "nan")
    values = pc.cast(texts, pa.float64())
    return pc.if_else(percent, pc.divide(values, 100.0), values) if some else values


def _bare(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without percent signs, and without blanks and apostrophes between thousands."""
    texts = pc.replace_substring_regex(pc.replace_substring(texts, "−", "-"), r"\s*%$", "")
    grouped = pc.match_substring_regex(texts, rf"^[-+]?[0-9]{{1,3}}([{_BLANKS}][0-9]{{3}})+([.,][0-9]+)?$")
    return pc.if_else(grouped, pc.replace_substring_regex(texts, f"[{_BLANKS}]", ""), texts)


def _decimal(texts: pa.ChunkedArray, delimiter: str) -> str:
    """What begins decimals in this column, "." or ",".

    Raises:
        Unclear: it cannot be told.
    """
    comma, point = (pc.match_substring(texts, sign) for sign in ",.")
    by_point = pc.match_substring_regex(texts, _GROUPED.format(r"\."))
    if not pc.any(comma).as_py():
        if not pc.any(pc.match_substring_regex(texts, r"^[-+]?[0-9]{1,3}(\.[0-9]{3}){2,}$")).as_py():
            return "."
        rest = pc.and_(point, pc.invert(by_point))
        if pc.any(rest).as_py():
            raise Unclear(_first(texts, rest), "has a decimal point, and others have points between thousands")
        return ","
    by_comma = pc.match_substring_regex(texts, _GROUPED.format(","))
    without = pc.and_(point, pc.invert(comma))
    # what can only be decimals behind a comma, and what can only be thousands before one
    decimal = pc.or_(
        pc.match_substring_regex(texts, r"^[^,]*\..*,[0-9]*$"),
        pc.and_(pc.and_(comma, pc.invert(by_comma)), pc.invert(point)),
    )
    thousand = pc.or_(
        pc.match_substring_regex(texts, r"^[-+]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]*([eE][-+]?[0-9]+)?$"),
        pc.or_(
            pc.match_substring_regex(texts, r"^[-+]?[0-9]{1,3}(,[0-9]{3}){2,}$"),
            pc.and_(without, pc.invert(by_point)),
        ),
    )
    some_decimal, some_thousand = pc.any(decimal).as_py(), pc.any(thousand).as_py()
    if some_decimal and some_thousand:
        raise Unclear(_first(texts, decimal), f'has a decimal comma, and "{_first(texts, thousand)}" has none')
    if some_decimal or some_thousand:
        return "," if some_decimal else "."
    if pc.any(without).as_py():  # 2,590 and 7.770
        raise Unclear(_first(texts, comma), "may be thousands or decimals, and others have points")
    if delimiter == "," or _whole_beside(texts, comma):
        return "."
    raise Unclear(_first(texts, comma), "may be a number of thousands or one with decimals")


def _whole_beside(texts: pa.ChunkedArray, separated: pa.ChunkedArray) -> bool:
    """Whether separators stand for thousands: whole numbers beside numbers that end in 0 behind the separator.

    Who writes decimals to three places writes 766.000, and who leaves zeros out writes 2.59.
    """
    whole = pc.match_substring_regex(texts, r"^[-+]?[1-9][0-9]{0,2}$")
    ends = pc.and_(separated, pc.match_substring_regex(texts, r"0$"))
    return bool(pc.any(whole).as_py() and pc.any(ends).as_py())


def _refuse_points(texts: pa.ChunkedArray) -> None:
    """Points of a file between semicolons, where commas may begin decimals and points separate thousands."""
    point = pc.match_substring(texts, ".")
    grouped = pc.match_substring_regex(texts, _GROUPED.format(r"\."))
    if pc.any(point).as_py() and not pc.any(pc.and_(point, pc.invert(grouped))).as_py():
        raise Unclear(_first(texts, point), "may be a number of thousands or one with decimals")


def _first(texts: pa.ChunkedArray, which: pa.ChunkedArray) -> str:
    return str(texts.filter(which)[0].as_py())
