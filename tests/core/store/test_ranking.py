"""The class's ranking: who is first, whose entry is whose, and what a database may do to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from core.errors import UserError
from core.store import ranking as module
from core.store.names import LONGEST, group_name
from core.store.ranking import MEMORY, Ranking, Scores
from tests.examples import examples

GOOD, BETTER = Scores(8_000, 10_000, 0.79), Scores(9_000, 10_000, 0.9)


@pytest.fixture(params=["memory", "file"])
def ranking(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ranking]:
    found = Ranking(MEMORY if request.param == "memory" else f"sqlite:///{tmp_path / 'class.sqlite'}")
    yield found
    found.close()


def names(ranking: Ranking) -> list[str]:
    return [entry.name for entry in ranking.entries()]


def test_an_empty_one_is_empty(ranking: Ranking) -> None:
    assert ranking.entries() == ()


def test_the_best_is_first_and_of_equals_the_earlier(ranking: Ranking) -> None:
    for name, scores in (("one", GOOD), ("two", BETTER), ("three", GOOD), ("four", Scores(8_000, 10_000, 0.8))):
        ranking.hand_in(name, scores)
    assert names(ranking) == ["two", "four", "one", "three"]
    assert ranking.entries()[0].scores.accuracy == 0.9
    assert ranking.entries()[0].made.utcoffset() is not None


def test_a_token_replaces_its_own_entry_only(ranking: Ranking) -> None:
    mine = ranking.hand_in("ours", GOOD)
    other = ranking.hand_in("theirs", GOOD)
    assert mine != other
    assert ranking.hand_in("ours", BETTER, mine) == mine
    assert names(ranking) == ["ours", "theirs"]
    for wrong in (other, "no", mine[:-1], mine.upper() + "x"):
        with pytest.raises(UserError, match="not the token"):
            ranking.hand_in("ours", GOOD, wrong)
    with pytest.raises(UserError, match='a group "ours" already'):
        ranking.hand_in("ours", GOOD)
    assert ranking.entries()[0].scores == BETTER


@pytest.mark.parametrize(
    "again",
    [
        "OURS",
        "  ours ",
        "o\u200burs",
        "ｏｕｒｓ",
        "\u202eours",
        "o\u200durs",
        "ours\u034f",
        "ou\u3164rs",
        "ours\u2800",
        "ours\ufe0f",
    ],
)
def test_another_spelling_is_the_same_group(again: str, ranking: Ranking) -> None:
    token = ranking.hand_in("Ours", GOOD)
    with pytest.raises(UserError, match="already"):
        ranking.hand_in(again, GOOD)
    ranking.hand_in(again, BETTER, f" {token} ")
    assert len(ranking.entries()) == 1


def test_withdrawn_it_is_gone_and_its_name_is_free(ranking: Ranking) -> None:
    token = ranking.hand_in("ours", GOOD)
    with pytest.raises(UserError, match="not the token"):
        ranking.withdraw("ours", "wrong")
    with pytest.raises(UserError, match="already"):
        ranking.withdraw("ours", "")
    ranking.withdraw("ours", token)
    assert ranking.entries() == ()
    with pytest.raises(UserError, match="no group"):
        ranking.withdraw("ours", token)
    assert ranking.hand_in("ours", GOOD) != token


def test_nothing_but_name_hash_scores_and_time_is_kept(tmp_path: Path) -> None:
    ranking = Ranking(f"sqlite:///{tmp_path / 'class.sqlite'}")
    token = ranking.hand_in("ours", GOOD)
    ranking.close()
    with sqlite3.connect(tmp_path / "class.sqlite") as plain:
        columns = [row[1] for row in plain.execute("pragma table_info(class_ranking)")]
        (row,) = plain.execute("select * from class_ranking").fetchall()
    assert columns == ["name_key", "name", "token_hash", "hits", "of", "macro_f1", "made"]
    assert token not in str(row)


def test_it_outlives_the_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'class.sqlite'}"
    first = Ranking(url)
    token = first.hand_in("ours", GOOD)
    first.close()
    again = Ranking(url)
    again.hand_in("ours", BETTER, token)
    assert again.entries()[0].scores == BETTER


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "**bold** [a](b)", "'; drop table class_ranking; --", "Nhóm 7 🐈"]
)
def test_markup_is_only_text(name: str, ranking: Ranking) -> None:
    ranking.hand_in(name, GOOD)
    assert names(ranking) == [name]


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "...", "\n\t", "x" * (LONGEST + 1)])
def test_a_name_that_is_none(name: str, ranking: Ranking) -> None:
    with pytest.raises(UserError):
        ranking.hand_in(name, GOOD)


@examples(200)
@given(st.text(max_size=80))
def test_a_name_is_refused_or_fit_to_be_shown(name: str) -> None:
    try:
        shown = group_name(name)
    except UserError:
        return
    assert 0 < len(shown) <= LONGEST
    assert "\n" not in shown
    assert group_name(shown) == shown
    shown.encode()


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    ranking = Ranking(f"sqlite:///{tmp_path / 'class.sqlite'}")

    def hand_in(number: int) -> str:
        return ranking.hand_in(f"group {number % 10}", Scores(number, 100, 0.5))

    said: list[str] = []

    def try_one(number: int) -> bool:
        try:
            hand_in(number)
        except UserError as error:
            said.append(str(error))
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(try_one, range(40)))
    assert sum(done) == 10
    assert len(said) == 30
    assert all("already" in sentence for sentence in said)
    assert len(ranking.entries()) == 10


def test_a_full_ranking_takes_no_more(monkeypatch: pytest.MonkeyPatch, ranking: Ranking) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    token = ranking.hand_in("one", GOOD)
    ranking.hand_in("two", GOOD)
    with pytest.raises(UserError, match="takes no more"):
        ranking.hand_in("three", GOOD)
    ranking.hand_in("one", BETTER, token)


def test_a_locked_database_is_said_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.1)
    file = tmp_path / "class.sqlite"
    ranking = Ranking(f"sqlite:///{file}")
    token = ranking.hand_in("ours", GOOD)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("begin exclusive")
    with pytest.raises(UserError, match="somebody else is writing"):
        ranking.hand_in("ours", BETTER, token)
    other.execute("rollback")
    other.close()
    assert ranking.entries()[0].scores == GOOD
    ranking.hand_in("ours", BETTER, token)


def test_a_database_that_can_only_be_read(tmp_path: Path) -> None:
    file = tmp_path / "class.sqlite"
    Ranking(f"sqlite:///{file}").hand_in("ours", GOOD)
    reading = Ranking(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert names(reading) == ["ours"]
    with pytest.raises(UserError, match="can only be read"):
        reading.hand_in("theirs", GOOD)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "none that SQLAlchemy"),
        ("not a url", "none that SQLAlchemy"),
        ("carrier-pigeon://coop", "none that SQLAlchemy"),
        ("sqlite:////nowhere/at/all/class.sqlite", "cannot be opened"),
        ("oracle+oracledb://scott:tiger@host/x", "driver"),
    ],
)
def test_an_address_that_leads_nowhere(url: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        Ranking(url)
    assert "tiger" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "class.sqlite").write_bytes(b"something else entirely, and long enough " * 10)
    with pytest.raises(UserError, match="something else"):
        Ranking(f"sqlite:///{tmp_path / 'class.sqlite'}")


def test_scores_that_cannot_be() -> None:
    for wrong in ((11, 10, 0.5), (-1, 10, 0.5), (0, 0, 0.5), (1, 10, 1.5), (1, 10, float("nan"))):
        with pytest.raises(ValueError, match="cannot be"):
            Scores(*wrong)


def test_the_table_is_one_that_any_database_can_make() -> None:
    """Only plain types: what PostgreSQL would be told can be written without its driver."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    said = str(CreateTable(module._entries).compile(dialect=postgresql.dialect()))
    assert "TIMESTAMP WITH TIME ZONE" in said
    engine = create_engine(MEMORY)
    with engine.connect() as connection:
        assert connection.execute(text("select 1")).scalar() == 1


def test_a_token_of_another_name_enters_nobody(ranking: Ranking) -> None:
    token = ranking.hand_in("ours", GOOD)
    with pytest.raises(UserError, match='no group "theirs" that this token'):
        ranking.hand_in("theirs", GOOD, token)
    assert names(ranking) == ["ours"]


@pytest.mark.parametrize("name", ["\ufdfa" * LONGEST, "\ufdfa" * 20])
def test_a_name_that_is_longer_spelled_out_is_too_long(name: str, ranking: Ranking) -> None:
    with pytest.raises(UserError, match="60 characters at most"):
        ranking.hand_in(name, GOOD)


def test_accents_do_not_climb_over_other_rows() -> None:
    assert len(group_name("Z" + "\u0301" * 50)) <= 4
    assert group_name("Nhóm Việt") == "Nhóm Việt"


def test_a_file_that_is_deleted_is_a_new_ranking(tmp_path: Path) -> None:
    file = tmp_path / "class.sqlite"
    ranking = Ranking(f"sqlite:///{file}")
    ranking.hand_in("last term", GOOD)
    file.unlink()
    assert ranking.entries() == ()
    ranking.hand_in("this term", GOOD)
    assert names(ranking) == ["this term"]
    assert file.exists()


def test_one_visitors_mistake_takes_nobodys_entry_back(ranking: Ranking) -> None:
    ranking.hand_in("taken", GOOD)

    def visit(number: int) -> str | None:
        if number % 3 == 0:
            with pytest.raises(UserError, match="not the token"):
                ranking.hand_in("taken", BETTER, "wrong")
            return None
        ranking.hand_in(f"group {number}", GOOD)
        return f"group {number}"

    with ThreadPoolExecutor(8) as pool:
        entered = {name for name in pool.map(visit, range(90)) if name}
    assert entered | {"taken"} == set(names(ranking))
    assert all(entry.scores == GOOD for entry in ranking.entries())
