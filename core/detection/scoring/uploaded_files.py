"""A visitor's files of ground truth, detections and pictures, as they come and go one by one.

What cannot be read leaves a sentence, which stays until the same kind of file changes, and the last good content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from core.detection.scoring.detections import Placed, parse_detections, place
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.ground_truth import GroundTruthFiles, read_ground_truth, take_in
from core.detection.scoring.pairing import Match, pair
from core.errors import UserError
from core.images import fingerprint

TARGET, FOUND, PICTURES, CHOICE = "gold", "found", "pictures", "choice"
"""Kinds of files, and the choice of the picture that a name belongs to."""
STILL = "The last file is still in use."
File = tuple[str, bytes]
"""Name and content."""


class NamedPicture(Protocol):
    """What is asked of a picture."""

    @property
    def name(self) -> str:
        """That of its file."""

    @property
    def digest(self) -> str:
        """Of its content."""


PictureT = TypeVar("PictureT", bound=NamedPicture)


@dataclass
class UploadedFiles(Generic[PictureT]):
    """What could be read.

    Attributes:
        truth: target boxes; None before there are any.
        found: detections; None: none, the bundled detector is asked.
        pictures: those to show, and to run the detector on.
        images: target boxes with these detections; None without target boxes.
        placed: these detections and how the names of their pictures were understood; None without either.
        chosen: kind -> name of a picture in the detections, or digest of an uploaded one -> the ground truth's
            picture that the visitor chose for it, None: none.
        digest: changes with any of it.
        problems: kind -> sentences about what could not be read.
        note: which of several files of ground truth is in use; "" where all are.
        taken: ids of the files of ground truth that are in use.
        seen: ids of those that were there at the last change.
        last_found: the last detections that could be read: to replace a file the browser takes it out first.
    """

    truth: GroundTruthFiles | None = None
    found: File | None = None
    pictures: list[PictureT] = field(default_factory=list)
    images: tuple[EvaluatedImage, ...] | None = None
    placed: Placed | None = None
    chosen: dict[str, dict[str, int | None]] = field(default_factory=lambda: {FOUND: {}, PICTURES: {}})
    digest: str = ""
    problems: dict[str, list[str]] = field(default_factory=dict)
    note: str = ""
    taken: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    last_found: File | None = None

    @property
    def names(self) -> list[str]:
        """Of the ground truth's pictures."""
        return [] if self.truth is None else self.truth.names

    def take_ground_truth(self, files: Mapping[str, File]) -> None:
        """The files of ground truth are now these, by their ids; the newest that can be read is in use."""
        self.problems[TARGET] = []
        new = [file for key, file in files.items() if key not in self.seen]
        held = [file for key, file in files.items() if key in self.taken]
        self.seen = set(files)
        try:
            used, truth = _in_use(held, new, list(files.values()))
        except UserError as error:
            self.problems[TARGET].append(f"{error} {STILL}" if self.truth is not None else str(error))
        else:
            self.taken = {key for key, file in files.items() if any(file is one for one in used)}
            several = (
                f"In use is {used[0][0][:60]}; remove the other files, or upload one anew to use it." if used else ""
            )
            self.note = several if self.taken != self.seen else ""
            self.truth = truth
            self.chosen = {FOUND: {}, PICTURES: {}}
            self._put_misfits_away()
        self._changed(TARGET, list(files))

    def take_detections(self, file: File | None) -> None:
        """The file of detections is now this one; None: there is none."""
        self.problems[FOUND] = []
        self.chosen[FOUND] = {}
        self.found = None
        if file is not None:
            try:
                self._check(file)
            except UserError as error:
                self.problems[FOUND].append(str(error))
                self._restore()
            else:
                self.found = self.last_found = file
        self._changed(FOUND, file and fingerprint(file[1]))

    def take_pictures(self, pictures: Sequence[PictureT], problems: Sequence[str] = ()) -> None:
        """The pictures are now these; what is wrong with others is told."""
        self.pictures, self.problems[PICTURES] = list(pictures), list(problems)
        self._changed(PICTURES, [(picture.name, picture.digest) for picture in pictures])

    def choose(self, kind: str, key: str, place: int | None) -> None:
        """The visitor says which picture of the ground truth a name (FOUND) or a digest (PICTURES) belongs to."""
        before = dict(self.chosen[kind])
        self.chosen[kind][key] = place
        self.problems[CHOICE] = []
        try:
            self._put_together()
        except UserError as error:
            self.chosen[kind] = before
            self.problems[CHOICE] = [f"{error} The choice before still holds."]
        self._changed(kind, self.chosen[kind])

    def understood_pictures(self) -> tuple[Match, ...]:
        """What each uploaded picture was understood as: by its name, by choice, or as the only one of each side."""
        names, found = self.names, []
        for picture in self.pictures:
            if picture.digest in self.chosen[PICTURES]:
                place = self.chosen[PICTURES][picture.digest]
                found.append(Match(picture.name, () if place is None else (place,)))
                continue
            match = pair([picture.name], names)[0]
            alone = len(names) == len(self.pictures) == 1 and not match.places
            found.append(Match(picture.name, (0,), guess=True) if alone else match)
        return tuple(found)

    def placed_pictures(self) -> dict[int, PictureT]:
        """Place of a picture of the ground truth -> the uploaded one; where two mean one place, the earlier."""
        result: dict[int, PictureT] = {}
        for picture, match in zip(self.pictures, self.understood_pictures(), strict=True):
            if match.place is not None:
                result.setdefault(match.place, picture)
        return result

    def unclear(self) -> tuple[str, ...]:
        """Sentences about uploaded pictures that may be several of the ground truth's, or one that is there already."""
        told, seen, names = [], set[int](), self.names
        for match in self.understood_pictures():
            if len(match.places) > 1:
                possible = ", ".join(f'"{names[place][:60]}"' for place in match.places[:3])
                told.append(f'The picture "{match.name[:60]}" may be {possible}: choose below which it is.')
            elif match.place in seen:
                told.append(f'Two pictures are taken for "{names[match.place or 0][:60]}": choose below which each is.')
            elif match.place is not None:
                seen.add(match.place)
        return tuple(told)

    def guesses(self) -> list[tuple[str, str, Match]]:
        """What was guessed or chosen: kind, what `choose` knows it by, and what it is understood as now."""
        found = [] if self.placed is None else [(FOUND, match.name, match) for match in self.placed.matches]
        boxes = [one for one in found if one[2].guess or one[1] in self.chosen[FOUND]]
        understood = zip(self.pictures, self.understood_pictures(), strict=True)
        pictures = [(PICTURES, picture.digest, match) for picture, match in understood]
        doubtful = [one for one in pictures if one[2].guess or one[1] in self.chosen[PICTURES] or not one[2].places]
        return [*boxes, *doubtful]

    def _changed(self, *what: object) -> None:
        self._put_together()
        self.digest = fingerprint(repr((self.digest, *what)).encode())

    def _put_together(self) -> None:
        self.placed = None
        if self.truth is not None and self.found is not None:
            self.placed = place(*self.found, self.truth, self.chosen[FOUND])
        detected = None if self.truth is None else self.truth.evaluated_images()
        self.images = self.placed.images if self.placed else detected

    def _check(self, file: File) -> None:
        if self.truth is None:
            parse_detections(*file)
        else:
            place(*file, self.truth)

    def _put_misfits_away(self) -> None:
        """Detections that do not go with new ground truth go, with a sentence that says so."""
        if self.truth is None or self.found is None:
            return
        try:
            self._check(self.found)
        except UserError as error:
            self.found = self.last_found = None
            self.problems[FOUND] = [f"The detections were removed: {error}"]

    def _restore(self) -> None:
        """The last detections that could be read, if they still go with the ground truth."""
        if self.last_found is None:
            return
        try:
            self._check(self.last_found)
        except UserError:
            self.last_found = None
        else:
            self.found = self.last_found
            self.problems[FOUND][-1] += f" {STILL}"


def _in_use(held: list[File], new: list[File], every: list[File]) -> tuple[Sequence[File], GroundTruthFiles | None]:
    """The files in use and what they say: new ones first, then those that were in use, then any that can be read."""
    if new:
        return take_in(held, new)
    if held:
        return held, read_ground_truth(held)
    for file in reversed(every):
        try:
            return [file], read_ground_truth([file])
        except UserError:
            continue
    return [], None
