"""The exported code is run, and its assertions notice when a number is not the one on the screen."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import pytest
from hypothesis import given

from core.conv.code import pytorch
from core.conv.layers import Kind, Layer
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, analyse, chain
from tests.core.conv.stacks import analyses
from tests.examples import examples


def run(script: str) -> dict[str, object]:
    """Run a script as its own program; what it leaves behind."""
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(script, "exported.py", "exec"), names)
    return names


def fails(script: str) -> bool:
    """Whether a script stops with an assertion or with torch's refusal."""
    try:
        run(script)
    except (AssertionError, RuntimeError, ValueError):
        return True
    return False


def of(title: str) -> str:
    preset = PRESETS[title]
    return pytorch(analyse(preset.stack, preset.input_shape))


def mutants(script: str) -> Iterator[tuple[str, str]]:
    """(line, script) for each number outside of comments, that number being one more."""
    lines = script.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(script).readline):
        if token.type == tokenize.NUMBER:
            (row, begin), (_, end) = token.start, token.end
            line = lines[row - 1]
            other = f"{line[:begin]}{int(token.string.replace('_', '')) + 1}{line[end:]}"
            yield line.strip(), "".join([*lines[: row - 1], other, *lines[row:]])


@pytest.mark.parametrize("title", PRESETS)
def test_presets_run_and_say_their_shape(title: str, capsys: pytest.CaptureFixture[str]) -> None:
    preset = PRESETS[title]
    analysis = analyse(preset.stack, preset.input_shape)
    script = pytorch(analysis)
    run(script)
    assert capsys.readouterr().out == f"as on the screen: {(1, *analysis.rows[-1].shape)}\n"
    assert script.count("assert ") == 3
    assert max(map(len, script.splitlines())) <= 120


@examples(40)
@given(analysis=analyses(most=6))
def test_random_stacks_run(analysis: Analysis) -> None:
    names = run(pytorch(analysis))
    branches = any(row.layer.kind.joins or row.sources != (row.number - 1,) for row in analysis.rows)
    assert ("Network" in names) == branches
    assert ("build" in names) != branches


@pytest.mark.parametrize("title", ["LeNet-5", "Inception block", "MobileNet start"])
def test_every_number_matters(title: str) -> None:
    """One more filter, pixel or parameter anywhere: torch refuses or an assertion fails."""
    changed = list(mutants(of(title)))
    assert len(changed) > 20
    unnoticed = [line for line, mutant in changed if not fails(mutant)]
    assert unnoticed == []


@pytest.mark.parametrize("title", PRESETS)
def test_every_asserted_number_matters(title: str) -> None:
    script = of(title)
    assertions = [(line, mutant) for line, mutant in mutants(script) if line.startswith("assert")]
    assert len(assertions) >= 5
    unnoticed = [line for line, mutant in assertions if not fails(mutant)]
    assert unnoticed == []


@examples(15)
@given(analysis=analyses(most=3))
def test_asserted_numbers_of_random_stacks_matter(analysis: Analysis) -> None:
    for line, mutant in mutants(pytorch(analysis)):
        multiply_adds_of_none = analysis.macs == 0 and "== 2 *" in line  # 3 * 0 is 0
        if line.startswith("assert") and not multiply_adds_of_none:
            assert fails(mutant), line


def test_huge_networks_need_no_memory() -> None:
    conv = Layer(Kind.CONV, 4096, (3, 3), padding=(1, 1))
    analysis = analyse(chain(conv, conv), (3, 2000, 2000))
    assert analysis.memory > 10**11
    run(pytorch(analysis))


def test_the_code_shows_the_shapes() -> None:
    assert "nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),  # 64 x 55 x 55\n" in of("AlexNet")
    network = of("ResNet-18 stem")
    assert "        x10 = x9 + x4  # 64 x 56 x 56\n" in network
    concat = of("Inception block")
    assert "torch.cat([x1, x3, x5, x7], dim=1)  # 256 x 28 x 28\n" in concat
    assert "self.layer8" not in concat, "a join has no weights"


def test_nothing_but_torch_is_imported() -> None:
    for title in PRESETS:
        tree = ast.parse(of(title))
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert {re.split(r"\.", str(module))[0] for module in modules} == {"torch"}
