"""Files that are not what their name promises: what a download leaves in place of the file itself."""

from __future__ import annotations

import re

FIRST_TAG = rb"[^<]{,80}<"  # blanks or a byte order mark, then the first tag
LFS_POINTER = rb"version https://(git-lfs\.github|hawser\.github)\.com/spec/"
WEB_PAGE = (
    rb"(?i:" + FIRST_TAG + rb"(!doctype html|html|head|body|meta|script|title)\b|"
    + FIRST_TAG + rb"(\?xml|!--)((?!<svg).){,900}<(!doctype )?html\b)"
)  # fmt: skip
"""How such files begin, patterns of bytes in which a dot is any byte."""

_LFS, _HTML = re.compile(LFS_POINTER), re.compile(WEB_PAGE, re.DOTALL)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def stand_in(data: bytes) -> str:
    """What was saved in place of a file of text, as the end of a sentence "This is …"; "" where nothing tells.

    Args:
        data: the file, or its beginning.
    """
    head = data[:2000]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    head = head.replace(b"\0", b"").lstrip()  # also UTF-16
    if _LFS.match(head):
        return "a Git LFS pointer, which only says where the file is: run “git lfs pull”, or download the file itself"
    if _HTML.match(head):
        return "an HTML page, perhaps a page about the file or a log-in: download the file itself (on GitHub “Raw”)"
    return ""
