"""From what tools print to lines of cells: their frames, rules, commands and statistics are taken away.

Known are scikit-learn's, NumPy's, TensorFlow's and torch's arrays, pandas, R's tables and caret, Weka, Markdown, LaTeX,
and what spreadsheets copy.
"""

from __future__ import annotations

import re

from core.errors import UserError

NUMBER = re.compile(r"[-+−]?[0-9][0-9.,'’_eE+-]*")
"""What looks like a number, right or wrong."""
_ARRAY = re.compile(r"\[\s*\[")
_BRACKETS = re.compile(r"\b(?:np\.)?array\b|[\[\](){}]")
_SPACES = re.compile(r"[ \u00a0\u202f]+")
_WIDE = re.compile(r"[ \u00a0\u202f]{2,}")
_TITLE = re.compile(r"^[\s=]*Confusion Matrix(?: and Statistics)?[\s:=]*$", re.M | re.I)
_LEAD = re.compile(r"^[^\n|,;\t]*[:=][ ]*\n")  # "C =", "2×2 Matrix{Int64}:"
_REPORT = re.compile(r"precision\s+recall\s+f1-score\s+support")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_WEKA = re.compile(r"^\s*(?P<counts>[0-9][0-9.,\s]*)\|\s*(?P<short>\S+)\s*=\s*(?P<name>.+?)\s*$", re.M)
_RULE = re.compile(r"[\s|:+=\-_─━═┄┼╪╬┌┐└┘├┤┬┴╞╡╭╮╰╯]+")
_LATEX = re.compile(r"\\\\|\\(?:hline|toprule|midrule|bottomrule|begin)\b")
_COMMANDS = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|centering|small)\b"
    r"|\\(?:begin|end|cline|cmidrule)(?:\([^)]*\))?\{[^{}]*\}(?:\{[^{}]*\})?"
)
_MULTI = re.compile(r"\\multi(?:column|row)\{[^{}]*\}\{[^{}]*\}\{([^{}]*)\}")
_MARKED = re.compile(r"\\[a-zA-Z]+\{([^{}]*)\}")
Line = list[str]


def lines(text: str) -> tuple[list[Line], bool]:
    """Cells of each line that holds anything, and whether they were cut at single blanks.

    Raises:
        UserError: an array that was shortened when it was printed.
    """
    text = text.strip("\ufeff\n\r").replace("\r\n", "\n").replace("\r", "\n")
    if _REPORT.search(text):
        raise UserError(
            "This is a classification report, which does not say what was taken for what: print the confusion matrix."
        )
    if _ARRAY.search(text):
        return _of_array(text), False
    if "[" in text:
        text = _BRACKETS.sub(" ", text)
    if "classified as" in text and _WEKA.search(text):
        return _of_weka(text), False
    text = _unfolded(_table_alone(text))
    if "&" in text and _LATEX.search(text):
        return [[cell.strip() for cell in line.split("&")] for line in _of_latex(text) if line.strip()], False
    text = re.sub("[│┃║]", "|", text)
    many = "\n" in text.strip()
    parts = text.split("\n") if many else text.split(";")
    kept = [line for line in _until_statistics(parts) if line.strip() and not _is_rule(line)]
    separator = _separator(kept, semicolons=many)
    if separator == "|" and any(re.search(r"[0-9] +[0-9]", cell) for line in kept for cell in line.split("|")):
        return [_between_bars(line) for line in kept], False
    if separator:
        return [[_whole(cell) for cell in _cut(line, separator)] for line in kept], False
    found = [_SPACES.split(line.strip()) for line in kept]
    apart = [_WIDE.split(line.strip()) for line in kept]
    if _has_numbers_in_names(apart):
        return [[_whole(cell) for cell in line] for line in apart], False
    return [[_whole(word.strip('"')) for word in line] for line in found], True


def _has_numbers_in_names(rows: list[Line]) -> bool:
    """Whether lines cut at two blanks are a table with names such as "class 0", which one blank would cut apart."""
    counted = [row for row in rows if len(row) > 1 and all(NUMBER.fullmatch(cell) for cell in row[1:])]
    names = [row[0] for row in counted]
    if len(counted) < 2 or len({len(row) for row in counted}) != 1 or any(NUMBER.fullmatch(name) for name in names):
        return False
    ends = any(NUMBER.fullmatch(word) for name in names for word in name.split(" "))
    width = len(counted[0])
    return ends and any(len(row) in (width - 1, width) for row in rows if row not in counted)


def wide(text: str) -> list[Line]:
    """The lines cut at two blanks or more, for names of several words; as many as `lines` has."""
    parts = _unfolded(_table_alone(text.strip("\ufeff\n\r").replace("\r\n", "\n").replace("\r", "\n")))
    kept = [line for line in _until_statistics(parts.split("\n")) if line.strip() and not _is_rule(line)]
    return [_WIDE.split(line.strip()) for line in kept]


def _table_alone(text: str) -> str:
    """What stands below a title such as caret's, and without a line that only names what follows."""
    if _TITLE.search(text):
        text = _TITLE.split(text, maxsplit=1)[1].strip("\n")
    return _LEAD.sub("", text) if re.search("[0-9]", _LEAD.sub("", text)) else text


def _unfolded(text: str) -> str:
    """A table that pandas printed in pieces below each other, each but the last with a backslash behind its head."""
    pieces = [piece.split("\n") for piece in re.split(r"\n[ \t]*\n", text.strip("\n"))]
    heads = [piece[0].rstrip() for piece in pieces]
    if len(pieces) < 2 or not all(head.endswith("\\") for head in heads[:-1]) or heads[-1].endswith("\\"):
        return text
    if len({len(piece) for piece in pieces}) != 1:
        return text
    wide = max((len(re.split(" {2,}", line.rstrip(" \\"))[0]) for line in pieces[0]), default=0)
    whole = [line.rstrip(" \\") for line in pieces[0]]
    for piece in pieces[1:]:
        whole = [
            f"{line}  {more[wide:].strip().rstrip(' ' + chr(92))}" for line, more in zip(whole, piece, strict=True)
        ]
    return "\n".join(line.rstrip() for line in whole)


def _between_bars(line: str) -> Line:
    """Cells of a table whose bars stand between groups of columns, as Stata prints it."""
    name, _, rest = line.partition("|")
    return [name.strip(), *rest.replace("|", " ").split()]


def _of_array(text: str) -> list[Line]:
    start = _ARRAY.search(text)
    inside = text[start.start() if start else 0 : text.rfind("]") + 1]
    if "..." in inside or "…" in inside:
        raise UserError("Rows of this array were left out when it was printed: print the whole of it.")
    rows = re.findall(r"\[([^\[\]]*)\]", inside)
    cut = r"[,;]" if any("," in row for row in rows) else r"[\s;]+"
    found = [[cell.strip().strip("\"'") for cell in re.split(cut, row.strip(" ,;\n"))] for row in rows if row.strip()]
    return [[_whole(cell) for cell in row] for row in found]


def _of_weka(text: str) -> list[Line]:
    rows = [match.groupdict() for match in _WEKA.finditer(text)]
    names = [row["name"] for row in rows]
    return [["Actual \\ Predicted", *names], *([row["name"], *row["counts"].split()] for row in rows)]


def _of_latex(text: str) -> list[str]:
    text = _COMMANDS.sub(" ", re.sub(r"(?<!\\)%.*", "", text))
    text = re.sub(r"\\\\(?:\[[^\]]*\])?", "\n", _MULTI.sub(r"\1", text.replace("\n", " ")))
    for _ in range(3):  # bold inside of a colour
        text = _MARKED.sub(r"\1", text)
    return text.replace("$", "").replace("\\&", "and").replace("\\%", "%").split("\n")


def _until_statistics(parts: list[str]) -> list[str]:
    """The lines up to caret's figures, or the blank line and prose behind a table."""
    for place, line in enumerate(parts):
        words = line.strip()
        if re.match(r"(Overall Statistics|Accuracy\s*:|95% CI|=== |Correctly Classified)", words) and place:
            return parts[:place]
    return parts


def _is_rule(line: str) -> bool:
    """Whether a line only draws: Markdown's |---|, a frame, or what pandas leaves of an empty cell."""
    return bool(_RULE.fullmatch(line)) and any(sign in line for sign in "-=─━═_")


def _separator(kept: list[str], *, semicolons: bool) -> str:
    """What separates the cells of most lines that hold numbers; "" for blanks."""
    numbers = [line for line in kept if re.search("[0-9]", line)] or kept
    for sign in ("\t", ";" if semicolons else "\t", "|", ","):
        if sign == "," and all("," not in _THOUSANDS.sub("", line) and len(line.split()) > 1 for line in numbers):
            return ""
        if numbers and sum(sign in line for line in numbers) * 2 > len(numbers):
            return sign
    return ""


def _cut(line: str, separator: str) -> Line:
    text = line.rstrip()
    if separator == "|":
        text = text.strip().strip("|")
    elif not separator.isspace():
        text = text.strip()
    return [_tidy(cell) for cell in text.rstrip(separator).split(separator)]


def _tidy(cell: str) -> str:
    return cell.strip().strip('"').strip("`").replace("**", "").replace("__", "").strip()


def _whole(cell: str) -> str:
    """50 for "50." and "5.0e+01", as floats are printed; "1.000" may be thousands and stays."""
    if re.fullmatch(r"[0-9]+\.(0{0,2}|0{4,})|[0-9](\.[0-9]+)?e[+-]?[0-9]{1,3}", cell) and float(cell).is_integer():
        return str(int(float(cell)))
    return cell
