"""Files that are refused: what is said of one stays in its section, and goes when its uploader has been away."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.metrics.detection.source import OWN
from core.ui.metrics.predictions.source import YOURS
from core.ui.pages import METRICS
from tests.pages.conv import errors, metrics

UPLOADERS = {
    "Predictions": {"metrics_predictions_source": YOURS},
    "Multilabel": {},
    "Detection": {"metrics_detection_source": OWN},
}
"""Section -> what its link says for its uploader to be there."""


def visit(section: str) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=120)
    at.run()
    at.query_params["metrics_section"] = section
    for key, value in UPLOADERS[section].items():
        at.query_params[key] = value
    at.switch_page(METRICS.file).run()
    assert not at.exception
    return at


def go_to(at: AppTest, section: str) -> AppTest:
    at.segmented_control(key="metrics_section").set_value(section).run()
    assert not at.exception
    return at


def refuse(at: AppTest) -> AppTest:
    suffix = at.file_uploader[0].proto.type[0]
    at.file_uploader[0].upload(f"bad{suffix}", b"\x00\x01").run()
    assert not at.exception
    assert len(errors(at)) == 1
    return at


@pytest.mark.parametrize("section", UPLOADERS)
def test_a_refused_file_is_said_where_it_was_uploaded_and_nowhere_else(section: str) -> None:
    at = refuse(visit(section))
    assert errors(at.run()), "it stays while the file is there"
    for other in METRICS.modules:
        if other != section:
            assert not errors(go_to(at, other)), other
    assert not errors(go_to(at, section)), "its uploader has come back empty"


def test_what_was_read_before_a_refused_file_is_still_there_after_a_look_elsewhere() -> None:
    at = visit("Predictions")
    at.file_uploader[0].upload("good.csv", b"gold,predicted\na,a\nb,a\nb,b\na,a\n").run()
    assert metrics(at)["Accuracy"] == "0.750"
    refuse(at)
    go_to(go_to(at, "Two boxes"), "Predictions")
    assert not errors(at)
    assert metrics(at)["Accuracy"] == "0.750"
