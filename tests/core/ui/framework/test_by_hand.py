"""Controls that sections still draw by hand: this list may only shrink."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[4]
BY_HAND = {
    "detector/detect/controls.py": 1,
    "detector/subject.py": 1,
    "metrics/detection/controls.py": 1,
    "metrics/detection/ranking.py": 1,
    "metrics/matrix/formulas.py": 1,
    "metrics/multilabel/view.py": 1,
    "metrics/predictions/controls.py": 1,
    "metrics/predictions/rows.py": 1,
    "metrics/what_if/prevalence.py": 1,
    "model_menu.py": 1,
    "transfer/where/controls.py": 1,
}
"""File below core/ui -> calls that bind a widget to the link themselves. Some must: their options follow others."""


def bound_by_hand() -> Counter[str]:
    found: Counter[str] = Counter()
    folder = ROOT / "core" / "ui"
    for file in folder.rglob("*.py"):
        name = file.relative_to(folder).as_posix()
        if name.startswith("framework/"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and any(keyword.arg == "bind" for keyword in node.keywords):
                found[name] += 1
    return found


def test_a_new_control_is_a_field_of_a_form() -> None:
    more = {name: count for name, count in bound_by_hand().items() if count > BY_HAND.get(name, 0)}
    assert not more, "declare it with core.ui.framework.controls"


def test_the_list_shrinks_with_the_code() -> None:
    found = bound_by_hand()
    fewer = {name: found[name] for name, count in BY_HAND.items() if found[name] < count}
    assert not fewer, "fewer are drawn by hand than the list says: write the smaller numbers into it"
