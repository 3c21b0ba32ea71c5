"""What sections are made of. `from core.ui import framework as ui`, and then as with Streamlit: `ui.show(figure)`."""

from core.ui.framework.background import computed, made_once
from core.ui.framework.content import HOW, how, metrics, prose
from core.ui.framework.control import places
from core.ui.framework.controls import (
    FOLDED,
    choice,
    controls_of,
    defaults,
    draw,
    line,
    number,
    pills,
    radio,
    segments,
    several,
    slider,
    steps,
    switch,
    text,
    tick,
    whole,
)
from core.ui.framework.layout import HALF, WHOLE, Panes, beside, has_room, is_narrow, panes
from core.ui.framework.page import Entry, Page, draw_section, head
from core.ui.framework.predict import Guess, ask, hides, judge, revealed
from core.ui.framework.progress import show_progress
from core.ui.framework.section import STILL, Section, actions, last_good
from core.ui.framework.session import EVERYBODY, session, session_callback
from core.ui.framework.share import copy_link
from core.ui.framework.show import (
    code,
    download,
    escape_markdown,
    keep_within,
    moving_slider,
    problem,
    reset,
    reset_button,
    show,
)

__all__ = [  # noqa: RUF022, constants and classes first
    "EVERYBODY", "Entry", "FOLDED", "Guess", "HALF", "HOW", "Page", "Panes", "STILL", "Section", "WHOLE",
    "actions", "ask", "beside", "choice", "code", "computed", "controls_of", "copy_link", "defaults",
    "download", "draw", "draw_section", "escape_markdown", "has_room", "head", "hides", "how", "is_narrow",
    "judge", "keep_within", "last_good", "line", "made_once", "metrics", "moving_slider", "number", "panes",
    "pills", "places", "problem", "prose", "radio", "reset", "reset_button", "revealed", "segments", "session",
    "session_callback", "several", "show", "show_progress", "slider", "steps", "switch", "text", "tick",
    "whole",
]  # fmt: skip
