"""A photograph from the visitor's camera."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

HTTPS = (
    "Browsers open a camera only for pages that come by https, or from the same machine (localhost). A phone that "
    "opens this page by the address of a laptop, http://…, gets none: photograph with the phone's own app and upload "
    "that."
)


def camera(
    key: str, toggle: str, taken: Callable[..., None], explanation: str = "", args: tuple[str, ...] = ()
) -> None:
    """A switch, and where it is on, the camera.

    Args:
        key: of the camera.
        toggle: key of the switch.
        taken: callback of a photograph that was taken, or discarded again.
        explanation: what becomes of it, before what is to be known of cameras.
        args: of the callback.
    """
    if st.toggle("Use the camera", key=toggle, help=f"{explanation} {HTTPS}".strip()):
        st.camera_input("Take a photograph", key=key, on_change=taken, args=args, label_visibility="collapsed")
        if not opens_cameras(st.context.url):
            st.caption(f":material/lock_open: {HTTPS}")


def opens_cameras(url: str | None) -> bool:
    """Whether a page with this address may use the camera: a secure context, https://www.w3.org/TR/secure-contexts/.

    Where the address is not known, as in the first run of a page, it is taken to be one.
    """
    parts = urlsplit(url or "")
    host = parts.hostname or ""
    local = host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")
    return parts.scheme != "http" or local
