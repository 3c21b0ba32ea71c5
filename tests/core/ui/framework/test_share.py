"""Copy link: which address a phone can open, and a QR code that says it."""

from __future__ import annotations

import socket
from xml.etree import ElementTree

import pytest

from core.ui.framework.share import own_address, qr, reachable

HERE = "http://localhost:8501/conv_calculator"
OWN = "10.1.2.3"


@pytest.mark.parametrize(
    ("url", "address", "own", "base", "says"),
    [
        ("https://cnn.streamlit.app/x", None, OWN, "https://cnn.streamlit.app/x", ""),
        ("http://10.1.2.3:8501/x", None, OWN, "http://10.1.2.3:8501/x", ""),
        (HERE, None, OWN, "http://10.1.2.3:8501/conv_calculator", "own address"),
        (HERE, "0.0.0.0", OWN, "http://10.1.2.3:8501/conv_calculator", "own address"),
        ("http://127.0.0.1/x", None, OWN, "http://10.1.2.3/x", "own address"),
        ("http://[::1]:8501/x", None, OWN, "http://10.1.2.3:8501/x", "own address"),
        (HERE, "localhost", OWN, HERE, "--server.address 0.0.0.0"),
        (HERE, "127.0.0.1", OWN, HERE, "--server.address 0.0.0.0"),
        (HERE, None, None, HERE, "in no network"),
    ],
)
def test_the_address_that_others_can_open(url: str, address: str | None, own: str | None, base: str, says: str) -> None:
    found, reason = reachable(url, address, own)
    assert found == base
    assert says in reason
    assert bool(says) == bool(reason)


def test_own_address_is_one_of_this_machine() -> None:
    found = own_address()
    if found is None:
        return  # a machine without a network
    assert not found.startswith("127.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind((found, 0))  # only its own can be bound


def test_no_network_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("core.ui.framework.share.socket.socket.connect", refuse, raising=False)
    assert own_address() is None


def test_the_code_is_a_picture_on_white() -> None:
    """That a phone reads the link from it is seen in `tests/browser/test_share.py`."""
    root = ElementTree.fromstring(qr("http://10.1.2.3:8501/x?a=1&b=%C3%A4"))
    assert root.tag.endswith("svg")
    assert 'fill="#fff"' in ElementTree.tostring(root, encoding="unicode")
