"""What systems leave behind among a visitor's files, and what is no picture though it is called like one.

Sources: the global templates of https://github.com/github/gitignore (macOS, Windows, Linux, Synology), QNAP's and
Synology's own notes on their network drives' recycle bins, snapshots and thumbnails, and the File System Hierarchy
Standard for `lost+found`. Case does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FOLDERS = frozenset(
    {
        # macOS
        "__macosx", "network trash folder", "temporary items", "icon\r",
        # Windows
        "$recycle.bin", "recycler", "recycled", "system volume information", "found.000", "msocache",
        # Linux
        "lost+found",
        # network drives: Synology, QNAP, Netgear, Western Digital, TrueNAS
        "@eadir", "@tmp", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@sharebin", "recycle bin",
        "network recycle bin", "~snapshot", "@synoeastream", "@synoresource",
        # programs
        "__pycache__", "node_modules",
    }
)  # fmt: skip
"""Folders, with all that is in them. A name that begins with a dot is hidden, and left out as well."""
FILES = frozenset(
    {
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "picasa.ini", "zbthumbnail.info",
        "folder.htt", "autorun.inf", "pspbrwse.jbf",
    }
)  # fmt: skip
_PATTERNS = re.compile(
    r"\..*|~\$.*|.*~|.*:zone\.identifier|synofile_thumb_.*|.*\.(lnk|url|tmp|crdownload|part)|.*@synoeastream|.*@synoresource"
)


def is_rubbish(path: Sequence[str]) -> bool:
    """Whether a file or folder, by the parts of its path, is nothing that a visitor put there."""
    names = [part.casefold().strip(" ") for part in path]
    if any(name in FOLDERS or name.startswith(".") for name in names):
        return True
    return bool(names) and (names[-1] in FILES or _PATTERNS.fullmatch(names[-1]) is not None)
