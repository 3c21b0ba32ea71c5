"""Where the class's ranking is: what the lecturer set up, else a file in the home folder, else this server's memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException, StreamlitSecretNotFoundError

from core.errors import UserError
from core.store.ranking import MEMORY, Ranking
from core.ui import framework as ui
from core.ui.cifar10.hand.uploads import HELP

CONNECTION = "class"
"""Name of the connection in `.streamlit/secrets.toml`: `[connections.class]` with a `url`."""
VARIABLE = "CLASSROOM_DATABASE"


@st.cache_resource(show_spinner=False)
def class_ranking() -> tuple[Ranking, str]:
    """The one ranking of all visitors, and a sentence that says where it is.

    Raises:
        UserError: the database that was set up cannot be reached. Another one would split the class, so none is taken
            in its place.
    """
    if _has_connection():
        return Ranking(_connected), ui.prose(HELP, "Connection")
    if url := os.environ.get(VARIABLE, ""):
        return Ranking(url), ui.prose(HELP, "Variable", variable=VARIABLE)
    file = default_file()
    if not _can_be_written(file):
        return Ranking(MEMORY), ui.prose(HELP, "Memory")
    return Ranking(f"sqlite:///{file}"), ui.prose(HELP, "File", file=ui.code(str(file)))


def _connected() -> Any:
    """The engine of the connection."""
    try:
        return st.connection(CONNECTION, type="sql", pool_pre_ping=True).engine
    except StreamlitAPIException as error:
        raise UserError(ui.prose(HELP, "Secrets", name=CONNECTION)) from error


def _can_be_written(file: Path) -> bool:
    """Whether there is a place for it; one that is locked or damaged has one, and is not given up for another."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return file.exists() or os.access(file.parent, os.W_OK)


def default_file() -> Path:
    """In the home folder of whoever started the server."""
    return Path.home() / ".cnn-classroom" / "class.sqlite"


def _has_connection() -> bool:
    try:
        return CONNECTION in st.secrets.get("connections", {})
    except StreamlitSecretNotFoundError as error:
        if any(Path(file).exists() for file in st.get_option("secrets.files")):  # its own words may quote secrets
            raise UserError(ui.prose(HELP, "Unreadable")) from error
        return False
