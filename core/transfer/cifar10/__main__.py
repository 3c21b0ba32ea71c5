"""The recipe from a terminal.

python -m core.transfer.cifar10 list
python -m core.transfer.cifar10 describe inception-v3
python -m core.transfer.cifar10 run resnet vgg --minutes 6 --to results
python -m core.transfer.cifar10 run all --league gpu
python -m core.transfer.cifar10 table results
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from core.device import best, describe
from core.errors import UserError
from core.models.cifar10.analysis import cost_of, unproductive_layers
from core.models.cifar10.members import MEMBERS, League
from core.transfer.cifar10.published import BEST
from core.transfer.cifar10.recipe import ENTRIES, Entry, Settings, entries
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.record_file import FOLDER, from_json, named, write
from core.transfer.cifar10.run import run_entry
from core.transfer.data.cifar10 import VARIABLE, read_cifar10
from core.transfer.data.image_set import ImageSet
from core.transfer.takeaway.weights import to_safetensors
from core.transfer.training.run import Point

OUT = Path.home() / ".cnn-classroom" / "cifar10"
"""Where records and weights go unless the command line says otherwise."""
TOLD_S = 15.0
"""Seconds between two lines of progress."""


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; 0 where it went well, 2 where the visitor can mend it."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "list":
            _list()
        elif asked.command == "describe":
            _describe(asked)
        elif asked.command == "table":
            _table(asked.folder)
        else:
            _run(asked)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; the same command with --resume goes on from the last half minute.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.transfer.cifar10", description="Eleven families on CIFAR-10.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="who takes part")
    describe_one = commands.add_parser("describe", help="what a family's network is, and its unproductive layers")
    describe_one.add_argument("families", nargs="+")
    describe_one.add_argument("--league", choices=[str(league) for league in League], default=str(League.LAPTOP))
    table = commands.add_parser("table", help="records, the best first")
    table.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    run = commands.add_parser("run", help="train, judge once, write a record and the weights")
    run.add_argument("families", nargs="+", help='"resnet", "inception-v3", ..., or "all"')
    run.add_argument("--league", choices=[str(league) for league in League], default=str(League.LAPTOP))
    run.add_argument("--minutes", type=float, help="of training, evaluations not counted")
    run.add_argument("--epochs", type=float, help="instead of minutes: the same result again, bit for bit on a CPU")
    run.add_argument("--batch", type=int, help="pictures a step")
    run.add_argument("--rate", type=float, help="highest learning rate")
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--data", help=f"folder or Parquet files, as {VARIABLE} has it; else that, else a download")
    run.add_argument("--to", type=Path, default=OUT, help="folder for records and weights")
    run.add_argument("--resume", action="store_true", help="go on with a training that was stopped")
    run.add_argument("--fresh", action="store_true", help="also where there is a record already")
    return parser


def _list() -> None:
    for entry in ENTRIES.values():
        found = MEMBERS.get(entry.spec.backbone)
        size = found.size if found else f"at {entry.spec.size} px"
        print(f"{entry.key:30} {entry.spec.architecture.parameters:>11,}  {entry.title}: {size}")


def _describe(asked: argparse.Namespace) -> None:
    for entry in entries(asked.families, League(asked.league)):
        architecture, found = entry.spec.architecture, MEMBERS.get(entry.spec.backbone)
        print(f"{entry.title} ({architecture.library})")
        print(f"  {architecture.paper.authors} {architecture.paper.year}, {architecture.paper.url}")
        if found is None:
            print(f"  {architecture.differs}")
            continue
        cost, layers = cost_of(found.name), unproductive_layers(found.name)
        print(f"  {cost.params:,} parameters, {cost.macs / 1e6:.1f} M multiply-adds")
        print(
            *(f"  {text}" for text in (found.idea, found.size, found.surgery, architecture.differs) if text), sep="\n"
        )
        certain = layers.certain()
        print(
            f"  Unproductive at 32 px: {len(certain.layers)} of {layers.spatial} convolutions larger than 1 × 1 "
            f"({certain.macs_share:.0%} of the multiply-adds, {certain.params_share:.0%} of the parameters): "
            f"{', '.join(layer.name for layer in certain.layers) or 'none'}"
        )
        critical = [layer.name for layer in layers.layers if not layer.certain]
        if critical:
            print(f"  Critical, by their longest way only: {', '.join(critical)}")


def _table(folder: Path) -> None:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UserError(f"There are no records in {folder}.")
    for record in sorted((from_json(path.read_bytes()) for path in paths), key=lambda one: -one.test):
        print(_line(record))


def _line(record: Record) -> str:
    return (
        f"{record.title:36} test {record.test:6.2%}  validation {record.validation:6.2%}  {record.epochs:5.2f} epochs  "
        f"{record.images_per_second:7,.0f} images/s  {record.seconds:5.0f} s  {record.parameters:>10,} parameters  "
        f"{record.macs / 1e6:7.1f} M multiply-adds  {record.source}{_gap(record)}"
    )


def _gap(record: Record) -> str:
    """To the best published accuracy of the family, where the record is of a full-size member."""
    best_known = BEST.get(record.family)
    if record.league is not League.GPU or best_known is None:
        return ""
    return (
        f"  {100 * (record.test - best_known.accuracy):+.2f} points to {best_known.network}, {best_known.accuracy:.2%}"
    )


def _run(asked: argparse.Namespace) -> None:
    chosen = [(entry, _settings(entry.settings, asked)) for entry in entries(asked.families, League(asked.league))]
    if asked.data:
        os.environ[VARIABLE] = asked.data
    _check_writable(asked.to)
    torch.backends.cudnn.benchmark = True
    print(f"on {describe().name} ({best()})")
    images = read_cifar10(lambda *_: None)
    for entry, settings in chosen:
        _one(entry, settings, images, asked)


def _check_writable(folder: Path) -> None:
    """Find out before minutes of training, not behind them."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UserError(f"Nothing can be written to {folder}: {error.strerror or error}.") from error


def _settings(usual: Settings, asked: argparse.Namespace) -> Settings:
    """Those of the entry, but for what the command line says."""
    said = {name: getattr(asked, name) for name in ("batch", "rate", "seed") if getattr(asked, name) is not None}
    if asked.epochs is not None:
        said |= {"epochs": asked.epochs, "minutes": asked.minutes or 0.0}
    elif asked.minutes is not None:
        said |= {"minutes": asked.minutes}
    return replace(usual, **said)


def _one(entry: Entry, settings: Settings, images: ImageSet, asked: argparse.Namespace) -> None:
    name = named(entry.key, settings.seed)
    if (asked.to / f"{name}.json").exists() and not asked.fresh:
        print(f"{entry.title}: there is a record already, --fresh makes a new one")
        return
    kept = asked.to / f"{name}.checkpoint"
    if not asked.resume:
        kept.unlink(missing_ok=True)
    print(f"{entry.title}")
    told = time.monotonic()

    def report(done: float, text: str) -> None:
        nonlocal told
        if not done or time.monotonic() - told > TOLD_S:
            print(f"  {done:4.0%} {text}", flush=True)
            told = time.monotonic()

    def watch(point: Point) -> None:
        print(f"       validation {point.accuracy:.1%} after {point.seconds:.0f} s, loss {point.loss:.3f}", flush=True)

    done = run_entry(entry, images, settings, report=report, watch=watch, kept=kept)
    try:
        asked.to.mkdir(parents=True, exist_ok=True)
        (asked.to / f"{name}.safetensors").write_bytes(to_safetensors(done.trained, half=True))
    except OSError as error:
        raise UserError(f"The weights could not be written to {asked.to}: {error.strerror or error}.") from error
    write(done.record, asked.to)
    print(_line(done.record), flush=True)


if __name__ == "__main__":
    sys.exit(main())
