"""Copy link: the address of what is on the screen, to copy, and as a QR code for the phones in the room."""

from __future__ import annotations

import io
import socket
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from core.ui.framework.unsaved import at_stake

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MOST = 1_500
"""Characters of a link that phones read off a projector; a QR code holds twice as many."""


def copy_link(key: str) -> None:
    """The button; the sheet is made when somebody presses it.

    Args:
        key: of the section.
    """
    if st.button(
        "Copy link",
        icon=":material/link:",
        type="tertiary",
        key=f"{key}_copy_link",
        help="The link to this very view, also as a QR code. Files of your own are not in it.",
    ):
        _sheet()


@st.dialog("The link to this view", icon=":material/link:")
def _sheet() -> None:
    base, reason = reachable(st.context.url or "", st.get_option("server.address"), own_address())
    query = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    link = f"{base}?{query}".rstrip("?")
    st.code(link, language=None, wrap_lines=True)
    if missing := at_stake():
        st.caption(f"Not in the link: {', '.join(missing)}.")
    if reason:
        st.caption(reason)
    if len(link) <= MOST:
        st.image(qr(link), width=360, alt="QR code of the link above")
    else:
        st.caption("The link is too long for a QR code: its matrix or its text fills it.")


def reachable(url: str, address: str | None, own: str | None) -> tuple[str, str]:
    """The address that other machines of the room open, and a sentence where that is another or there is none.

    Args:
        url: where the visitor's browser found the app.
        address: what the server listens on; None or 0.0.0.0: on all of its addresses.
        own: the machine's own address in its network, None without a network.
    """
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK:
        return url, ""
    if own is None:
        return url, "Only this machine can open it: it is in no network."
    if address not in (None, "", "0.0.0.0", "::"):
        return url, "Only this machine can open it. Start the app with `--server.address 0.0.0.0` to let phones in."
    there = parts._replace(netloc=f"{own}:{parts.port}" if parts.port else own).geturl()
    return (
        there,
        "With this machine's own address: phones in the same network can open it, unless a firewall stops them.",
    )


def own_address() -> str | None:
    """The machine's address in its network; no packet is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737): only the route is looked up
        except OSError:
            return None
        found: str = probe.getsockname()[0]
    return None if found.startswith("127.") else found


def qr(text: str) -> str:
    """A QR code as SVG, black on white in either theme."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="svg", scale=4, border=4, light="#fff", xmldecl=False)
    return file.getvalue().decode()
