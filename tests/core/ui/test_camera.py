"""Where browsers open a camera."""

from __future__ import annotations

import pytest

from core.ui.camera import opens_cameras


@pytest.mark.parametrize(
    "url",
    [
        "https://classroom.streamlit.app/faster_rcnn",
        "HTTPS://192.168.1.20:8501/",
        "http://localhost:8501/faster_rcnn?rcnn_iou=0.3",
        "http://127.0.0.1:8501/",
        "http://127.4.5.6/",
        "http://[::1]:8501/",
        "http://classroom.localhost:8501/",
        "",
        None,
    ],
)
def test_secure_contexts_have_one(url: str | None) -> None:
    assert opens_cameras(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.20:8501/faster_rcnn",
        "http://lecturer.local:8501/",
        "HTTP://10.0.0.7/",
        "http://localhost.evil.example/",
        "http://[2001:db8::1]:8501/?at=https://localhost",
    ],
)
def test_the_address_of_a_laptop_has_none(url: str) -> None:
    assert not opens_cameras(url)
