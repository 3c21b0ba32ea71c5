"""The recipe's four commands: `python -m core.models.recipe {cache,labels,heads,evaluate} --help`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from core.errors import UserError
from core.models.recipe.words import CAVEAT, say

SIDES = [256, 288, 320, 320, 352, 384]


def parser() -> argparse.ArgumentParser:
    """All options of all commands."""
    top = argparse.ArgumentParser(prog="python -m core.models.recipe", description=__doc__, epilog=CAVEAT)
    commands = top.add_subparsers(dest="command", required=True)

    def command(name: str, what: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=what, description=what, epilog=CAVEAT)
        one.add_argument("--threads", type=_positive, default=1, help="processor threads (default 1)")
        return one

    cache = command("cache", "Run the frozen teacher over photographs and keep what it predicts; goes on if stopped.")
    _paths(cache, "--photographs", "folders and zip archives of photographs", required=True)
    cache.add_argument("--heldout", type=Path, required=True, help="list of file names never to be trained on")
    cache.add_argument("--out", type=Path, required=True, help="folder of the cache")
    cache.add_argument("--most", type=_positive, default=1_000_000, help="photographs of a folder at most")
    cache.add_argument("--views", type=_positive, default=2, help="views of a photograph, every other one mirrored")
    cache.add_argument("--sides", type=_side, nargs="+", default=SIDES, help="shorter sides to draw a view's from")
    cache.add_argument("--seed", type=int, default=0)

    labels = command("labels", "Write what each cached view is taught: the teacher's boxes and real labels.")
    labels.add_argument("--cache", type=Path, required=True, help="folder of the cache")
    labels.add_argument("--out", type=Path, required=True, help="file to write, safetensors")
    _paths(labels, "--labelled", "folders whose photographs are labelled whole, in labels.json or annotations.json")
    labels.add_argument("--scales", type=_side, nargs="+", default=[], help="let the teacher look at these sizes again")
    _paths(labels, "--photographs", "folders and zip archives of the photographs, for --scales")

    heads = command("heads", "Write the first weights down; with a cache, fit the template and distil the head.")
    heads.add_argument("--out", type=Path, required=True, help="folder for the weights and their record")
    heads.add_argument("--cache", type=Path, help="folder of the cache; without it no photograph is used")
    heads.add_argument("--labels", type=Path, help="file of the labels")
    heads.add_argument("--heldout", type=Path, help="the list again: a cache that has one of them is refused")
    heads.add_argument("--regions", type=_positive, default=80, help="regions of a view at most")
    heads.add_argument("--check", type=_positive, default=80, help="photographs to watch the loss on")
    heads.add_argument("--template-steps", type=_positive, default=300, help="of fitting the template")
    heads.add_argument("--steps", type=_positive, default=571, help="of training the head")
    heads.add_argument("--batch", type=_positive, default=768, help="regions of a step")
    heads.add_argument("--rate", type=float, default=2e-4, help="learning rate at its highest")
    heads.add_argument("--boxes-by-class", action="store_true", help="a box move of its own for each class")
    heads.add_argument("--seed", type=int, default=0)

    evaluate = command("evaluate", "COCO average precision on labelled photographs, and paired differences.")
    _paths(evaluate, "--labelled", "folders of photographs labelled whole", required=True)
    evaluate.add_argument("--heldout", type=Path, required=True, help="list of the photographs to measure on")
    evaluate.add_argument(
        "--detectors",
        nargs="+",
        default=["teacher", "bundled"],
        help="teacher, bundled, or name=file of weights (default: the first two)",
    )
    evaluate.add_argument("--sides", type=_side, nargs="+", default=[320], help="lengths of the shorter side")
    evaluate.add_argument(
        "--compare", nargs=2, action="append", default=[], metavar=("A", "B"), help="interval of A's AP less B's"
    )
    evaluate.add_argument("--resamples", type=_positive, default=200, help="of the bootstrap over photographs")
    evaluate.add_argument("--seed", type=int, default=0, help="of the bootstrap")
    evaluate.add_argument("--out", type=Path, required=True, help="file to write, JSON")
    return top


def _paths(to: argparse.ArgumentParser, name: str, what: str, *, required: bool = False) -> None:
    to.add_argument(name, type=Path, nargs="+", default=[], required=required, help=what)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it has to be 1 or more")
    return number


def _side(text: str) -> int:
    number = int(text)
    if not 64 <= number <= 1024:
        raise argparse.ArgumentTypeError("a side is 64 to 1024 pixels long")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0, or 2 after a sentence that says what cannot be done.
    """
    told = vars(parser().parse_args(arguments))
    import torch  # here: --help needs no torch

    torch.set_num_threads(told["threads"])
    module = importlib.import_module(f"core.models.recipe.{told['command']}")
    try:
        module.run(module.Options(**{field.name: told[field.name] for field in fields(module.Options)}))
    except UserError as error:
        say(f"error: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
