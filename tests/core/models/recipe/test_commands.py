"""The command line: what has to be said is said, and what cannot be done ends in a sentence."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.models.recipe.__main__ import main, parser
from core.models.recipe.words import CAVEAT
from tests.core.models.recipe.conftest import Place
from tests.import_graph import imports, name_of

ROOT = Path(__file__).parents[4]
COMMANDS = ("cache", "labels", "heads", "evaluate")
RECIPE = "core.models.recipe"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_figure_means(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args([command, "--help"])
    assert stopped.value.code == 0
    assert CAVEAT.split() == capsys.readouterr().out.split()[-len(CAVEAT.split()) :]


def test_it_runs_as_a_module_and_ends_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "list.txt").write_text("000000000009.jpg")
    arguments = ["--photographs", tmp_path / "empty", "--heldout", tmp_path / "list.txt", "--out", tmp_path / "cache"]
    command = [sys.executable, "-m", RECIPE, "cache", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == f"error: There are no photographs in {tmp_path / 'empty'}.\n"
    assert not (tmp_path / "cache").exists()


def test_what_a_command_needs_is_named(place: Place, refused: Callable[[int], str]) -> None:
    assert "name its --labels" in refused(main(["heads", "--out", str(place.root), "--cache", str(place.root)]))
    blocked = place.root / "plain" / "a.png"  # a file where a folder should be
    assert "cannot be written" in refused(place.cache(f"plain/{blocked.name}"))


@pytest.mark.parametrize("wrong", [["--steps", "0"], ["--regions", "-1"], ["--batch", "many"]])
def test_numbers_out_of_bounds_are_refused(wrong: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["heads", "--out", str(tmp_path), *wrong])
    assert stopped.value.code == 2


def test_nobody_imports_the_recipe() -> None:
    files = [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    names = {file: name_of(file, ROOT) for file in files}
    wrong = [
        f"{name} imports {imported}"
        for file, name in names.items()
        if not name.startswith(RECIPE)
        for imported in imports(ast.parse(file.read_text(encoding="utf-8")))
        if imported.startswith(RECIPE)
    ]
    assert not wrong
    assert sum(name.startswith(RECIPE) for name in names.values()) > 10
