"""Which of one side's pictures each name of the other side means: files of boxes, and uploaded pictures.

Names are compared from the strictest way to the loosest: the whole path, the path without regard to capitals, without
the file's ending, as the end of a longer path, the bare name, and last with what addresses write as %20 and the like.
Each way decides only where it finds exactly one picture, so that `cam1/0001.jpg` and `cam2/0001.jpg` are never taken
for each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from core.detection.scoring.ids import quoted
from core.errors import UserError
from core.names import same

_Key = Callable[[str], str]
_ENDING = re.compile(r"(?<=[^/])\.[a-z][a-z0-9]{0,4}$")  # of a file's kind; "cat.0" has none


@dataclass(frozen=True)
class Match:
    """What a name was understood as.

    Attributes:
        name: as it was written.
        places: the pictures it may mean: one where that is clear, none, or several.
        guess: whether names had to be shortened, or nothing but their number told.
    """

    name: str
    places: tuple[int, ...]
    guess: bool = False

    @property
    def place(self) -> int | None:
        """The one picture it means."""
        return self.places[0] if len(self.places) == 1 else None


def path(name: str) -> str:
    """A file's name with its folders: slashes, no "./" in front, accents composed."""
    parts = [part for part in same(name).replace("\\", "/").split("/") if part not in ("", ".")]
    return "/".join(parts)


def _lower(name: str) -> str:
    return path(name).casefold()


def _without_ending(name: str) -> str:
    return _ENDING.sub("", _lower(name))


def base_name(name: str) -> str:
    """A file's name without its folders, in lower case."""
    return _lower(name).rpartition("/")[2]


def stem(name: str) -> str:
    """The same without its ending."""
    return _without_ending(name).rpartition("/")[2]


_WHOLE: tuple[_Key, ...] = (path, _lower, _without_ending)
_BARE: tuple[_Key, ...] = (base_name, stem)


class Names:
    """Names that others are looked for among.

    Args:
        names: of the pictures, in order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._plain: Names | None = None
        self._found: dict[_Key, dict[str, list[int]]] = {}
        for key in (*_WHOLE, *_BARE):
            places: dict[str, list[int]] = defaultdict(list)
            for place, name in enumerate(names):
                places[key(name)].append(place)
            self._found[key] = places

    def find(self, name: str) -> Match:
        """What a name means."""
        for key in _WHOLE:
            places = self._found[key].get(key(name), [])
            if places:
                return Match(name, tuple(places), guess=key is _without_ending)
        for key in _BARE:
            places = self._found[key].get(key(name), [])
            ends = [place for place in places if _goes_on(self.names[place], name)]
            if len(ends) == 1:
                return Match(name, tuple(ends), guess=True)
            if places:
                return Match(name, tuple(places), guess=True)
        return self._find_plain(name)

    def _find_plain(self, name: str) -> Match:
        """What a name means where blanks and accents may be written as in addresses, such as %20."""
        if self._plain is None:
            plain = [unquote(other) for other in self.names]
            self._plain = self if plain == list(self.names) else Names(plain)
        wanted = unquote(name)
        if wanted == name and self._plain is self:
            return Match(name, ())
        found = self._plain.find(wanted) if "%" not in wanted else Match(name, ())
        return replace(found, name=name, guess=True) if found.places else Match(name, ())


def _goes_on(one: str, other: str) -> bool:
    """Whether one path is the end of the other, each with at least one folder."""
    parts = [_without_ending(name).split("/") for name in (one, other)]
    most = min(map(len, parts))
    return most > 1 and parts[0][-most:] == parts[1][-most:]


def pair(
    wanted: Sequence[str], names: Sequence[str], chosen: Mapping[str, int | None] | None = None
) -> tuple[Match, ...]:
    """What each of several names means.

    Args:
        wanted: the names of one side.
        names: those of the other.
        chosen: name -> its place where somebody has said it, None: it means nothing.

    Returns:
        One for each wanted name, in order; `refuse_unclear` judges them together.
    """
    known, chosen = Names(names), chosen or {}
    found = []
    for name in wanted:
        place = chosen.get(name)
        said = Match(name, () if place is None else (place,))
        found.append(said if name in chosen else known.find(name))
    return tuple(found)


def clashes(matches: Sequence[Match]) -> dict[int, tuple[str, ...]]:
    """Places that names from different folders mean, and these names."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for match in matches:
        if match.place is not None:
            found[match.place].setdefault(_without_ending(match.name), match.name)
    return {
        place: tuple(by.values())
        for place, by in found.items()
        if not all(_ends(longer, shorter) for longer in by for shorter in by)
    }


def _ends(one: str, other: str) -> bool:
    """Whether one path is the end of the other; a bare name is the end of any path to it."""
    parts, rest = one.split("/"), other.split("/")
    most = min(len(parts), len(rest))
    return parts[-most:] == rest[-most:]


def refuse_unclear(file: str, matches: Sequence[Match], names: Sequence[str]) -> None:
    """Refuse names that may mean several pictures, or two names for one.

    Raises:
        UserError: names them, and the pictures they may mean.
    """
    for match in matches:
        if len(match.places) > 1:
            possible = ", ".join(quoted(names[place]) for place in match.places[:3])
            more = f" and {len(match.places) - 3} more" if len(match.places) > 3 else ""
            raise UserError(
                f"{quoted(file)} names the picture {quoted(match.name)}, which may be {possible}{more}: write its "
                "folder, too."
            )
    for place, twice in clashes(matches).items():
        one, other = (quoted(name) for name in twice[:2])
        raise UserError(
            f"{quoted(file)} has boxes for {one} and for {other}, and the ground truth has only "
            f"{quoted(names[place])} for both: write its folder there."
        )
