"""The class's ranking: one table in any database that SQLAlchemy reaches by a URL.

Kept of a group are its name, a hash of the token by which it may replace its own entry, its scores, and when. Nothing
else: no predictions, no file, no address. Two groups that hand in at once are kept apart by the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import RLock

from sqlalchemy import Column, DateTime, Float, Integer, MetaData, String, Table, create_engine, func, insert, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from core.errors import UserError
from core.store.names import LONGEST, WIDEST, group_name, name_key

MEMORY = "sqlite://"
"""A database that ends with the process."""
MOST = 500
"""Groups in one ranking."""
WAIT_S = 5
"""Seconds that a write waits for another one, in SQLite."""

_metadata = MetaData()
_entries = Table(
    "class_ranking",
    _metadata,
    # two spellings of one name are one group
    Column("name_key", String(WIDEST), primary_key=True),
    Column("name", String(LONGEST), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("hits", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("macro_f1", Float, nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class Scores:
    """How good a group's predictions are.

    Attributes:
        right: pictures whose predicted class is the actual one.
        of: pictures.
        macro_f1: unweighted mean of the classes' F1, in [0, 1].
    """

    right: int
    of: int
    macro_f1: float

    def __post_init__(self) -> None:
        if not (0 <= self.right <= self.of and self.of > 0 and 0 <= self.macro_f1 <= 1):
            raise ValueError("these scores cannot be")

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / self.of


@dataclass(frozen=True)
class Entry:
    """One group in the ranking.

    Attributes:
        name: as the group wrote it; text of a stranger, to be escaped wherever it is shown.
        scores: of its latest predictions.
        made: when these were handed in, UTC.
    """

    name: str
    scores: Scores
    made: datetime


class Ranking:
    """The ranking of a class. May be used by several threads at once."""

    def __init__(self, where: str | Callable[[], Engine]) -> None:
        """Reach the database, and make the table where there is none.

        Args:
            where: a URL as SQLAlchemy has it, `sqlite:////home/me/class.sqlite` or `postgresql+psycopg://user@host/name`;
                or what makes an engine by other means.

        Raises:
            UserError: the URL cannot be read, its driver is missing, or the database cannot be reached.
        """
        self._engine = _made(partial(_engine, where) if isinstance(where, str) else where)
        # threads share the one connection of a database in memory, and so would share a transaction
        self._turn: AbstractContextManager[object] = (
            RLock() if isinstance(self._engine.pool, StaticPool) else nullcontext()
        )
        with _said("The ranking's database cannot be reached"):
            self._make_table()

    def entries(self) -> tuple[Entry, ...]:
        """All groups, the best first; of equals the one that was there first.

        Raises:
            UserError: the database cannot be read.
        """
        wanted = select(_entries).limit(MOST)
        with self._reading("The ranking cannot be read") as connection:
            rows = connection.execute(wanted).all()
        found = [Entry(row.name, Scores(row.hits, row.of, row.macro_f1), _utc(row.made)) for row in rows]
        return tuple(sorted(found, key=lambda entry: (-entry.scores.accuracy, -entry.scores.macro_f1, entry.made)))

    def hand_in(self, name: str, scores: Scores, token: str = "") -> str:
        """Enter a group, or replace its entry.

        Args:
            name: of the group.
            scores: of its predictions.
            token: what the first entry of this name returned; "" for a new name.

        Returns:
            The token that replaces or withdraws this entry; it is kept nowhere else.

        Raises:
            UserError: no usable name, the name is another group's, the token is wrong, the ranking is full, or nothing
                can be written.
        """
        shown = group_name(name)
        key, token = name_key(shown), token.strip()
        values = {
            "name": shown,
            "hits": scores.right,
            "of": scores.of,
            "macro_f1": scores.macro_f1,
            "made": datetime.now(UTC),
        }
        with self._writing("The entry was not saved") as connection:
            kept = connection.execute(select(_entries.c.token_hash).where(_entries.c.name_key == key)).scalar()
            if kept is not None:
                _check(kept, token, shown)
                mine = sql_update(_entries).where(_entries.c.name_key == key, _entries.c.token_hash == kept)
                if not connection.execute(mine.values(values)).rowcount:  # withdrawn in this moment
                    raise UserError(f'"{shown}" has just changed: try again.')
                return token
            if token:
                raise UserError(
                    f'There is no group "{shown}" that this token could be of: leave it empty to enter one.'
                )
            if connection.execute(select(func.count()).select_from(_entries)).scalar_one() >= MOST:
                raise UserError(f"The ranking holds {MOST} groups and takes no more: withdraw one that is not needed.")
            fresh = secrets.token_urlsafe(9)
            try:
                connection.execute(insert(_entries).values(name_key=key, token_hash=_hash(fresh), **values))
            except IntegrityError as error:  # another group took the name in this moment
                raise _taken(shown) from error
        return fresh

    def withdraw(self, name: str, token: str) -> None:
        """Take a group's entry out.

        Raises:
            UserError: there is no such group, the token is wrong, or nothing can be written.
        """
        shown = group_name(name)
        with self._writing("The entry was not withdrawn") as connection:
            mine = _entries.c.name_key == name_key(shown)
            kept = connection.execute(select(_entries.c.token_hash).where(mine)).scalar()
            if kept is None:
                raise UserError(f'There is no group "{shown}" in the ranking.')
            _check(kept, token.strip(), shown)
            connection.execute(sql_delete(_entries).where(mine))

    def close(self) -> None:
        """Give back its connections."""
        self._engine.dispose()

    @contextmanager
    def _reading(self, failed: str) -> Iterator[Connection]:
        with _said(failed), self._turn:
            self._make_table_again()
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self, failed: str) -> Iterator[Connection]:
        with _said(failed), self._turn:
            self._make_table_again()
            with self._engine.begin() as connection:
                yield connection

    def _make_table(self) -> None:
        _metadata.create_all(self._engine)

    def _make_table_again(self) -> None:
        """A file may have been deleted, so that a new term begins: then the next look makes another one."""
        if isinstance(self._engine.pool, NullPool):
            self._make_table()


def _hash(token: str) -> str:
    """Tokens are drawn with 72 random bits, so that a plain hash of one cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check(kept: str, token: str, name: str) -> None:
    if not token:
        raise _taken(name)
    if not hmac.compare_digest(kept, _hash(token)):
        raise UserError(f'This is not the token of "{name}": it was shown when the group first handed in.')


def _taken(name: str) -> UserError:
    return UserError(f'There is a group "{name}" already: give its token to replace its entry, or choose another name.')


def _utc(made: datetime) -> datetime:
    """SQLite forgets time zones."""
    return made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)


def _made(make: Callable[[], Engine]) -> Engine:
    """An engine that has not connected yet."""
    try:
        return make()
    except UserError:  # which is a ValueError, too
        raise
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise UserError("The address of the ranking's database is none that SQLAlchemy can read.") from error
    except ImportError as error:
        raise UserError(f"The driver of the ranking's database is not installed: {error.name}.") from error


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=2, max_overflow=3, pool_recycle=300)
    if parsed.database in (None, "", ":memory:"):
        # one connection for all threads, since another one would be another database
        return create_engine(parsed, poolclass=StaticPool, connect_args={"check_same_thread": False})
    # a connection that stays open would go on with a file that was deleted
    return create_engine(parsed, poolclass=NullPool, connect_args={"timeout": WAIT_S})


@contextmanager
def _said(failed: str) -> Iterator[None]:
    """Turn what a database raises into a sentence; its own words may hold passwords, so they are not repeated."""
    try:
        yield
    except UserError:
        raise
    except DBAPIError as error:
        raise UserError(f"{failed}: {_why(str(error.orig).casefold())}.") from error
    except (SQLAlchemyError, OSError, ValueError) as error:  # rows that somebody wrote by hand, too
        raise UserError(f"{failed}: the database does not answer as it should.") from error


def _why(said: str) -> str:
    for word, why in (
        ("locked", "somebody else is writing, try again in a moment"),
        ("busy", "somebody else is writing, try again in a moment"),
        ("readonly", "the database can only be read"),
        ("read-only", "the database can only be read"),
        ("permission", "there is no permission to write"),
        ("full", "there is no room left"),
        ("unable to open", "its file cannot be opened"),
        ("not a database", "its file is something else"),
        ("malformed", "its file is damaged"),
        ("password", "its user or password is wrong"),
        ("does not exist", "there is no such database"),
        ("connect", "nothing answers at its address"),
    ):
        if word in said:
            return why
    return "the database does not answer as it should"
