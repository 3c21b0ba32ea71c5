"""Handing in: a file scored once, in the right order and in the wrong one, and two visitors in one ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit import cache_resource
from streamlit.config import get_option, set_option
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from core.models.cifar10.members import League
from core.transfer.cifar10.order import CLASSES, Order, labels, names
from core.transfer.cifar10.record_file import shipped, to_json
from core.ui.cifar10.hand import store
from core.ui.cifar10.hand.store import VARIABLE, class_ranking
from tests.pages.cifar10 import open_section
from tests.pages.transfer import says

RECORD = next(record for record in shipped() if record.league is League.LAPTOP and record.family == "VGG")
KEY = "cifar10_hand"
ENTER = f"{KEY}_enter"


@pytest.fixture(autouse=True)
def ranking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database of its own."""
    file = tmp_path / "class.sqlite"
    monkeypatch.setenv(VARIABLE, f"sqlite:///{file}")
    class_ranking.clear()
    yield file
    class_ranking.clear()


def csv(order: Order, predicted: np.ndarray, pictures: list[str] | None = None) -> bytes:
    rows = zip(pictures or names(order), predicted, strict=True)
    return ("picture,prediction\n" + "\n".join(f'"{name}",{CLASSES[said]}' for name, said in rows)).encode()


OF_RECORD = csv(Order.FILES, RECORD.answers, list(RECORD.names))


def upload(at: AppTest, data: bytes, name: str = "ours.csv") -> AppTest:
    at.file_uploader[0].set_value((name, data, "text/csv")).run()
    assert not at.exception
    return at


def by_files(at: AppTest) -> AppTest:
    at.button_group(key=f"{KEY}_order").set_value("files").run()
    assert not at.exception
    return at


def test_a_file_made_of_a_record_has_its_accuracy() -> None:
    at = upload(by_files(open_section("hand")), OF_RECORD)
    assert any(metric.value == f"{RECORD.test:.2%}" for metric in at.metric)
    assert "Wrong order" not in says(at)


def test_in_the_wrong_order_it_is_near_chance_and_that_is_said() -> None:
    numbered = csv(Order.FILES, RECORD.answers, [str(number) for number in range(10_000)])
    at = upload(open_section("hand"), numbered)
    assert "Wrong order?" in says(at)
    assert f"it would be {RECORD.test:.1%}" in says(at)


def test_a_record_needs_no_order() -> None:
    at = upload(open_section("hand"), to_json(RECORD).encode(), "vgg.json")
    assert any(metric.value == f"{RECORD.test:.2%}" for metric in at.metric)


def test_a_record_that_was_handed_in_can_stand_in_the_report() -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    at.query_params["cifar10_section"] = "Hand in"
    at.switch_page("pages/cifar10.py").run()
    upload(at, to_json(replace(RECORD, validation=0.4321)).encode(), "mine.json")
    at.button_group(key="cifar10_section").set_value("Report").run()
    at.selectbox(key="cifar10_family").set_value("VGG").run()
    assert "43.21%" not in says(at)
    at.toggle(key="cifar10_report_own").set_value(True).run()
    assert "43.21%" in says(at)
    at.selectbox(key="cifar10_family").set_value("ResNet").run()
    assert "neither trained this family" in says(at)


def enter(at: AppTest, group: str, token: str = "") -> AppTest:
    at.text_input(key=f"{KEY}_group").set_value(group)
    at.text_input(key=f"{KEY}_token").set_value(token)
    at.button(key=ENTER).click().run()
    assert not at.exception
    return at


def test_two_visitors_see_one_ranking() -> None:
    first = enter(upload(by_files(open_section("hand")), OF_RECORD), "Nhóm <b>7</b>")
    token = first.code[0].value
    second = open_section("hand")
    table = second.dataframe[0].value
    assert list(table["group"]) == ["Nhóm <b>7</b>"]
    assert table["accuracy, %"][0] == pytest.approx(100 * RECORD.test)
    second = upload(by_files(second), csv(Order.FILES, labels(Order.FILES)))
    assert "already" in says(enter(second, "nhóm <B>7</B>"))
    assert "not the token" in says(enter(second, "nhóm <B>7</B>", "wrong"))
    assert "that this token could be of" in says(enter(second, "others", token))
    enter(second, "nhóm <B>7</B>", token)
    assert first.run().dataframe[0].value["accuracy, %"][0] == 100.0


def test_a_visit_knows_its_own_tokens() -> None:
    """Entered twice, once more by another name, and withdrawn: no token has to be typed."""
    at = enter(upload(by_files(open_section("hand")), OF_RECORD), "ours")
    assert "You are in the ranking" in says(at)
    assert "was replaced" in says(enter(at, "OURS"))
    enter(at, "another")
    assert len(at.code) == 2
    assert len(at.dataframe[0].value) == 2
    assert list(at.dataframe[0].value["rank"]) == [1, 1]
    at.text_input(key=f"{KEY}_group").set_value("ours")
    at.button(key=f"{KEY}_withdraw").click().run()
    assert "was withdrawn" in says(at)
    assert list(at.dataframe[0].value["group"]) == ["another"]
    assert len(at.code) == 1


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (csv(Order.FILES, RECORD.answers[:-1], list(RECORD.names[:-1])), "short.csv", "1 picture is missing"),
        (b"", "empty.csv", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "picture.csv", "This is a picture"),
        (b"{}", "record.json", "no record of a training"),
        (b"picture,prediction\n0,11\n", "eleven.csv", "holds no class"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_cannot_be_scored_is_said_and_the_last_one_stays(data: bytes, name: str, said: str) -> None:
    at = upload(by_files(open_section("hand")), OF_RECORD)
    at = upload(at, data, name)
    assert said in says(at)
    assert any(metric.value == f"{RECORD.test:.2%}" for metric in at.metric)


def test_a_database_that_cannot_be_reached_is_said_and_scoring_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sqlite:////nowhere/at/all/class.sqlite")
    class_ranking.clear()
    at = upload(by_files(open_section("hand")), OF_RECORD)
    assert "cannot be opened" in says(at)
    assert any(metric.value == f"{RECORD.test:.2%}" for metric in at.metric)


def test_without_any_setting_it_is_a_file_at_home_else_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(store.Path, "home", lambda: tmp_path)
    class_ranking.clear()
    assert "class.sqlite" in says(open_section("hand"))
    assert (tmp_path / ".cnn-classroom" / "class.sqlite").exists()
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(store, "default_file", lambda: tmp_path / "file" / "class.sqlite")
    class_ranking.clear()
    assert "memory only" in says(open_section("hand"))


@pytest.fixture
def secrets(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Writes this server's file of secrets; those of `AppTest` do not reach connections."""
    file, before = tmp_path / "secrets.toml", get_option("secrets.files")

    def write(connection: str) -> None:
        file.write_text(f"[connections.class]\n{connection}\n", encoding="utf-8")
        set_option("secrets.files", [str(file)])
        secrets_singleton._reset()

    yield write
    set_option("secrets.files", before)
    secrets_singleton._reset()
    cache_resource.clear()


def test_a_connection_of_the_secrets_comes_first(tmp_path: Path, secrets: Callable[[str], None]) -> None:
    secrets(f'url = "sqlite:///{tmp_path / "secret.sqlite"}"')
    assert "this server's secrets name" in says(open_section("hand"))
    assert (tmp_path / "secret.sqlite").exists()


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        ('dialect = "postgresql"', "not complete"),
        ("", "not complete"),
        ('url = "not a url"', "none that SQLAlchemy can read"),
        ('url = "sqlite:////nowhere/at/all/class.sqlite"', "cannot be opened"),
        ('url = "mysql+aiomysql://u:hunter2@h/d"', "driver"),
    ],
)
def test_secrets_that_lead_nowhere_are_said_and_no_other_place_is_taken(
    connection: str, said: str, secrets: Callable[[str], None]
) -> None:
    secrets(connection)
    at = open_section("hand")
    assert said in says(at)
    assert "hunter2" not in says(at)
    assert not [box for box in at.dataframe if "group" in box.value]


def test_secrets_that_are_no_toml_are_not_taken_for_none(secrets: Callable[[str], None]) -> None:
    secrets('url = "sqlite:///hunter2')
    said = says(open_section("hand"))
    assert "no TOML as it should be" in said
    assert "hunter2" not in said


def test_a_file_at_home_that_is_damaged_is_not_given_up_for_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE)
    (tmp_path / "class.sqlite").write_bytes(b"something else entirely, and long enough " * 10)
    monkeypatch.setattr(store, "default_file", lambda: tmp_path / "class.sqlite")
    class_ranking.clear()
    said = says(open_section("hand"))
    assert "something else" in said
    assert "memory only" not in said


def test_more_columns_than_anybody_needs_are_refused() -> None:
    at = upload(
        open_section("hand"), (",".join(f"c{n}" for n in range(60)) + "\n" + ",".join("1" * 60) + "\n").encode()
    )
    assert "60 columns" in says(at)
