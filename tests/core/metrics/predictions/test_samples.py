"""The samples are what they say, and the code that is given away makes the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.metrics.predictions.code import of_file, of_sample, script
from core.metrics.predictions.curves import curves, macro_areas, problem_of
from core.metrics.predictions.export import TEMPLATE, columns_of, predictions_csv, safe_csv
from core.metrics.predictions.predictions import from_arrays
from core.metrics.predictions.samples import SAMPLES, Sample
from core.metrics.table.columns import Columns, guess
from core.metrics.table.file import read_table
from core.metrics.table.predictions import build


@pytest.fixture(scope="module", params=list(SAMPLES))
def named(request: pytest.FixtureRequest) -> tuple[str, Sample]:
    return request.param, SAMPLES[request.param]()


def run(code: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(code, "scores.py", "exec"), space)
    return space


def test_samples_are_whole_and_good(named: tuple[str, Sample]) -> None:
    name, sample = named
    predictions = sample.predictions
    assert len(predictions) == {"Breast tumours": 569, "Handwritten digits": 1797}[name]
    assert len(sample.rows) == len(sample.second) == len(predictions)
    assert predictions.ids is not None
    assert 0.95 < predictions.matrix().score("accuracy") < 1
    assert 0.95 < (sample.second == predictions.target).mean() < 1
    if name == "Breast tumours":
        assert predictions.labels[predictions.positive] == "malignant"
        assert int((predictions.target == predictions.positive).sum()) == 212
    else:
        assert predictions.thumbnails is not None
        assert predictions.thumbnails.shape == (1797, 8, 8)


def test_code_of_a_sample_gives_the_numbers_of_the_page(
    named: tuple[str, Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    name, sample = named
    predictions = sample.predictions
    if predictions.binary:
        now = predictions.at(0.3)
        found = run(script(of_sample(name), now.labels, "malignant", 0.3, False))
        areas = curves(*problem_of(now))
        assert (found["auc"], found["ap"]) == pytest.approx((areas.auc, areas.ap))
        assert found["precision"] == pytest.approx(now.matrix().score("precision", "binary", pos_label="malignant"))
    else:
        now = predictions
        found = run(script(of_sample(name), now.labels, None, None, False, areas=True))
        means = macro_areas(now)
        assert (np.mean(found["aucs"]), np.mean(found["aps"])) == pytest.approx(means)
        told = capsys.readouterr().out
        assert f"ROC AUC (macro) {np.mean(found['aucs'])} AP (macro) {np.mean(found['aps'])}" in told
        assert found["f1"] == pytest.approx(now.matrix().score("f1", "macro"))
        rest = predictions.against_rest(8).at(0.25)
        alone = run(script(of_sample(name), rest.labels, "8", 0.25, True))
        assert alone["matrix"].tolist() == rest.matrix().counts.tolist()
    assert found["matrix"].tolist() == now.matrix().counts.tolist()
    assert found["mcc"] == pytest.approx(now.matrix().score("mcc"))


NASTY = (
    'wahr;said;"p(ja)";w\r\nja;ja;0,9;1\r\nnein;ja;0,6;2\r\n;ja;0,6;2\r\n'
    "nein;nein;0,2;1\r\nja;nein;0,1;0,5\r\n'''\\\n\"\"\";nein;0,3;1\r\n"
).replace("'''\\\n\"\"\"", "ja")


def test_code_of_a_file_gives_the_numbers_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "böse 'datei'.csv").write_bytes(NASTY.encode("utf-16"))
    table = read_table(NASTY.encode("utf-16"))
    columns = Columns("wahr", "said", ("p(ja)",), "w", None, "ja")
    built = build(table, columns, leave_out=True)
    now = built.predictions.at(0.25)
    lines = of_file("böse 'datei'.csv", columns, built.score_classes, table=table, leave_out=True)
    found = run(script(lines, now.labels, "ja", 0.25, False))
    assert found["matrix"].tolist() == now.matrix().counts.tolist()
    assert found["auc"] == pytest.approx(curves(*problem_of(now)).auc)


def test_code_of_several_score_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = b"gold,p_b,p_a,p_c,p_d,weight\na,.1,.8,.1,0,1\nb,.5,.3,.2,0,2\nc,.6,.1,.3,0,1\na,.4,.3,.3,.1,.5\n"
    (tmp_path / "three.csv").write_bytes(data)
    table = read_table(data)
    columns = Columns("gold", None, ("p_b", "p_a", "p_c", "p_d"), "weight")
    built = build(table, columns)
    assert built.predictions.labels == ("a", "b", "c", "d"), "d has a score and no gold sample"
    lines = of_file("three.csv", columns, built.score_classes, table=table)
    found = run(script(lines, built.predictions.labels, None, None, False, areas=True))
    assert (np.mean(found["aucs"]), np.mean(found["aps"])) == pytest.approx(macro_areas(built.predictions))
    assert len(found["aucs"]) == 3
    assert found["matrix"].tolist() == built.predictions.matrix().counts.tolist()


def test_exported_predictions_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = from_arrays(
        [0, 1, 1], [0, 1, 0], labels=("a", "b"), scores=[0.1, 0.9, 0.4], weights=[1, 2, 3], ids=list("xyz")
    )
    text = predictions_csv(made)
    (tmp_path / "predictions.csv").write_text(text, newline="")
    columns, about = columns_of(made)
    again = build(read_table(text.encode()), columns).predictions
    assert again.matrix() == made.matrix()
    found = run(script(of_file("predictions.csv", columns, about), made.labels, "b", 0.5, False))
    assert found["matrix"].tolist() == made.at(0.5).matrix().counts.tolist()


def test_template_can_be_uploaded() -> None:
    table = read_table(TEMPLATE.encode())
    built = build(table, guess(table))
    assert built.predictions.binary
    assert built.predictions.labels[built.predictions.positive] == "yes"
    assert built.by_file is not None
    assert np.array_equal(built.predictions.at(0.5).predicted, built.by_file)


def test_formulas_are_defused_and_numbers_are_not() -> None:
    table = read_table(b"gold,pred,s\n=1+1,@a,-0.5\n+b,-c,0.5\n")
    text = safe_csv(table.data.to_pandas())
    assert text.splitlines() == ["gold,pred,s", "'=1+1,'@a,-0.5", "'+b,'-c,0.5"]
    blanks = pd.DataFrame({"a": ["  =1+1", " -2", "+1", "  two words"]})
    assert safe_csv(blanks).splitlines() == ["a", "'  =1+1", " -2", "+1", "  two words"]
