"""Matrices as programs print them and books set them, turned into one of the two ways that `matrices` reads.

Read are: Python lists, numpy, torch, TensorFlow and jax (with their `dtype=`, `device=`, `grad_fn=`), MATLAB and Octave
(`K = [1 2; 3 4];` and what they print), Julia, R (with `[1,]` before its rows), C's braces, LaTeX and Markdown tables;
and one factor in front of a matrix or behind it, as in `1/9 * [1 1; 1 1]`. Comments behind # or % are left out.
"""

from __future__ import annotations

import re
import unicodedata

from core.errors import UserError

# A link may bring any text. Runs of blanks are gone before any of these patterns is tried, every other repetition is
# bounded, and no two that may follow each other share a character: the time is linear in the length of the text.
_CALLS = re.compile(
    r"(?:\b(?:np|numpy|torch|tf|jnp|jax\.numpy|cp|mx)\.)?"
    r"\b(?:asarray|array|matrix|ndarray|as_tensor|tensor|[a-z]{1,9}Tensor|constant|Variable|convert_to_tensor) ?\(",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(
    r",?[ \n]?\b(?:dtype|device|grad_fn|requires_grad|shape|size|layout|weak_type|copy|order|names) ?= ?"
    r"(?:<[^<>\n]{0,80}>|torch\.Size\(\[[^\[\]]{0,80}\]\)|\([^()\n]{0,80}\)|[\w.'\":]{1,40})"
)
_AROUND = re.compile(r"Parameter containing:|<tf\.\w{1,20}:?(?: '[^'\n]{0,80}')?|\bnumpy ?= ?|>$")
_NAME = re.compile(r"^(?:\$|\\\[ ?)?[A-Za-z_][\w ]{0,40}(?:\[\d{0,3}\]){0,4} ?(?:=|<-) ?", re.MULTILINE)
_SLICE = re.compile(r"^(?:\w{0,40}\(:,:(?:,\d{1,3}){1,2}\) ?=|, ?, ?\d{1,3})$", re.MULTILINE)
_JULIA = re.compile(r"^\d{1,4}(?:[×x]\d{1,4}){1,3} \w[^\n]{0,80}:$", re.MULTILINE)
_COLUMNS = re.compile(r"^Columns? \d{1,4}[^\n]{0,40}$", re.MULTILINE)
_FRONT = re.compile(r"^[ \n]{0,2}\(?([-+]?\d[\d.]{0,12}(?:[eE][-+]?\d{1,3}|/\d[\d.]{0,12})?)\)? ?[*·×] ?(?=[\n\[(])")
_BEHIND = re.compile(r"\]\)? ?\.?(?:(/) ?(\d[\d.]{0,12})|\* ?\(?([-+]?\d[\d.]{0,12}(?:/\d[\d.]{0,12})?)\)?)[ ;]{0,2}$")
_ANY_FACTOR = re.compile(r"^[^\n]{1,20}\*$", re.MULTILINE)
_R_HEADER = re.compile(r"^\[,\d{1,4}\](?: \[,\d{1,4}\])*\n", re.MULTILINE)
_R_ROW = re.compile(r"^\[\d{1,4},\] ", re.MULTILINE)
_SIGNS = str.maketrans(
    {**dict.fromkeys("−–‐‑‒－", "-"), **dict.fromkeys("⁄∕÷", "/"), **dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060")}
)
"""Minus signs and fraction bars as books set them; what is not seen is taken away."""
_SET_FRACTION = re.compile("(?<![0-9])([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])")
_COMMENT = re.compile(r"(?:#|(?<!\\)(?<!\d)(?<!\d )%)[^\n]{0,500}$|^//[^\n]{0,500}[A-Za-z][^\n]{0,500}$", re.MULTILINE)
_SHORTENED = re.compile(r"\.\.\.|…|⋯|⋮|⋱|\\[cvd]dots|\\dots")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(?:\w{0,12}matrix\*?|array|tabular)\}(?:\{[lcr| ]{0,40}\})?")
_FRACTION = re.compile(r"\\(?:[dtcs]|nice)?frac ?(?:\{ ?([-+]?\d{1,9}) ?\}|(\d)) ?(?:\{ ?(\d{1,9}) ?\}|(\d))", re.ASCII)
_BEFORE_ONE = re.compile(r"(\d) ?(?:\\(?:cdot|times) ?)?(?:\\left ?[\[(.|])?\\begin")
_SIGN_BEFORE = re.compile(r"(?<![\w.}])- (?=\d)", re.ASCII)
_LATEX_NOISE = re.compile(
    r"\\(?:left|right) ?(?:[()\[\]|.]|\\[{}|])|\\hline|\\[,;! ]|\$|\\\(|\\\)|\\displaystyle|\\\[|\\\]"
)


def undressed(text: str, what: str) -> tuple[str, float]:
    """The numbers with nothing but blanks, line ends, separators and square brackets around them.

    Args:
        text: as it was pasted.
        what: what it shall be, for the sentence.

    Returns:
        The numbers, and the factor that all of them are to be multiplied with.

    Raises:
        UserError: the program that printed it left numbers out, or took several factors out of them.
    """
    text = _even(text.translate(_SIGNS).replace("...\n", " "))  # MATLAB goes on in the next line
    text = _even(_COMMENT.sub("", text)).strip("\n")
    text = _SET_FRACTION.sub(lambda found: unicodedata.normalize("NFKC", found[1]).replace("⁄", "/"), text)
    if _SHORTENED.search(text):
        raise UserError(f"{what} was shortened with dots by the program that printed it: print it whole.")
    for pattern in (_SLICE, _JULIA, _COLUMNS):
        text = pattern.sub("\n", text)  # an empty line: the next matrix begins, or nothing did before
    for pattern in (_KEYWORDS, _AROUND, _NAME, _CALLS):
        text = pattern.sub("", text)
    if "\\" in text or "&" in text:
        text = _latex(text)
    if _R_ROW.search(text):
        text = _R_ROW.sub("", _R_HEADER.sub("", text))
    if "{" in text and "[" not in text:
        text = text.replace("{", "[").replace("}", "]")
    if "|" in text:
        text = _markdown(text)
    text, factor = _factor(_even(text), what)
    if "[" in text:
        text = _rows_in_brackets(text.replace(")", " ").replace("(", " ").rstrip("; \n\t"))
    return text, factor


def _factor(text: str, what: str) -> tuple[str, float]:
    """The text without a factor before or behind it, and the factor, 1 where there is none."""
    text, front = _FRONT.sub("", text, count=1), _FRONT.match(text)
    text, behind = _BEHIND.sub("]", text, count=1), _BEHIND.search(text)
    if _ANY_FACTOR.search(text):
        raise UserError(f"{what} has a factor for each of its parts: print it with “format long g”, then paste it.")
    value = _value(front[1]) if front else 1.0
    if behind:
        value *= 1 / float(behind[2]) if behind[1] and float(behind[2]) else _value(behind[3] or "1")
    return text, value


def _value(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / (float(below or 1) or 1.0)


def _even(text: str) -> str:
    """One blank where several are, none at the ends of lines, at most one empty line. Tabs stay: they part cells."""
    lines = re.split(r"\r\n|\n|\r", text.replace("\u00a0", " ").replace("\u202f", " "))
    lines = [re.sub(" +", " ", line).strip(" \f\v") for line in lines]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line.strip() or before.strip()]
    return "\n".join(kept)


def _latex(text: str) -> str:
    text = _BEFORE_ONE.sub(r"\1*\\begin", _SIGN_BEFORE.sub("-", _FRACTION.sub(r"\1\2/\3\4", text)))
    text = _ENVIRONMENT.sub("\n\n", text).replace("\\\\", "\n")
    lines = _LATEX_NOISE.sub(" ", text).replace("&", "\t").split("\n")
    lines = ["\t".join(cell.strip(" ") for cell in line.split("\t")) for line in lines]
    # a line end after \\ makes no empty line; one around an environment does
    return _even("\n".join(lines).replace("\n\n\n", "\f").replace("\n\n", "\n").replace("\f", "\n\n"))


def _markdown(text: str) -> str:
    """Cells between bars, without the rule under the head of a table."""
    lines = [line for line in text.split("\n") if not ("--" in line and set(line) <= set("-:| "))]
    return "\n".join(line.strip().strip("|").replace("|", "\t") for line in lines)


def _rows_in_brackets(text: str) -> str:
    """Brackets one deep with rows in them, between semicolons or line ends, as plain rows; others as they are."""
    inner = text.strip()
    if not (inner.startswith("[") and inner.endswith("]")):
        return text
    inner = inner[1:-1]
    if "[" in inner or "]" in inner:
        return text
    rows = [row.strip(" ,\t") for row in re.split(r"[;\n]", inner)]
    rows = [row for row in rows if row]
    widths = {len(re.split(r"[ ,\t]+", row)) for row in rows}
    # numpy breaks a long row into lines, of which the last is shorter; without semicolons only equal ones are rows
    return "\n".join(rows) if ";" in inner or (len(rows) > 1 and len(widths) == 1) else text
