"""Files that are not what their name promises: what a download leaves in place of the file itself."""

from __future__ import annotations

import re

_LFS = b"version https://git-lfs.github.com/spec/"
_HTML = re.compile(rb"(?:<\?xml[^>]*>)?(?:\s|<!--.*?-->)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
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
    if head.startswith(_LFS):
        return "a Git LFS pointer, which only says where the file is: run “git lfs pull”, or download the file itself"
    if _HTML.match(head):
        return "an HTML page, perhaps a page about the file or a log-in: download the file itself (on GitHub “Raw”)"
    return ""
