"""The README promises; these tests keep the promises."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The shell commands of the README, in order."""
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)]


def test_there_are_exactly_two_commands() -> None:
    start, test = commands()
    assert start.endswith("streamlit run app.py")
    assert " -m pytest" in test
    assert "\n" not in start + test, "each is one line"


def test_ci_runs_the_test_command_word_for_word() -> None:
    assert commands()[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_page_has_its_screenshots() -> None:
    for page in (ROOT / "pages").glob("*.py"):
        for theme in ("light", "dark"):
            picture = f"tests/browser/screens/{page.stem}-{theme}.png"
            assert picture in README, f"{picture} is not shown"
            assert (ROOT / picture).is_file(), f"{picture} is missing: python -m tests.browser.shots {page.stem}"


def test_every_file_the_readme_names_is_there() -> None:
    for name in re.findall(r"`((?:core|pages|tests|\.streamlit|\.ci)/[\w./-]+)`", README):
        assert (ROOT / name).exists(), f"README names {name}"


def test_every_requirement_is_pinned() -> None:
    for file in (ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[\w.-]+==[\w.]+(; sys_platform != \"win32\")?", line), f"{file.name}: {line}"
