"""The index of duplicates: a projection of the log that finds what to compare a record with.

It holds the features of every published record, and for each key of `blocking` the records that
have it. A key that very many have says nothing, and a record is compared with a bounded number of
others: work grows with the number of records, and not with its square.

In its own storage, in the same transaction as the data, it remembers the last revision applied.
Several processes may use one index: whoever needs it brings it up to date. A `Draft` lies over it
and holds what was never published, as a dry run needs it.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, Self

from practicegraph.duplicates import blocking
from practicegraph.duplicates.candidates import Candidate
from practicegraph.duplicates.comparison import promising
from practicegraph.duplicates.features import Features, features_of
from practicegraph.duplicates.scoring import LIKELY, Surroundings, score
from practicegraph.duplicates.shelf import Blocks, Known, Shelf
from practicegraph.log import Log
from practicegraph.record import Record
from practicegraph.revisions import Revision

#: A record is compared with so many others at the most, those with the weightiest keys in common.
MOST: Final = 24
_BATCH: Final = 500
#: So many batches are one transaction: each changes pages all over the file.
_TOGETHER: Final = 10
#: So many records have those that they are compared with in memory at once.
_PORTION: Final = 25
_CACHE: Final = 4096
#: Numbers of records in a draft begin here, far beyond those of the index below it.
_DRAFTED: Final = 1 << 48

Keys = dict[int, float]


class Index:
    """The index in a file. Not to be shared between threads."""

    def __init__(self, file: Path, below: Shelf | None = None) -> None:
        self._below = below
        self._shelf = Shelf(file) if below is None else Shelf(None, first=_DRAFTED)
        self._features: OrderedDict[str, Features | None] = OrderedDict()

    def close(self) -> None:
        """Let go of the file."""
        self._shelf.close()
        if self._below is not None:
            self._below.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- following the log

    def applied(self) -> int:
        """Sequence number of the last revision that the index reflects."""
        return int(self._shelf.get("applied") or 0)

    def catch_up(
        self,
        log: Log,
        note: Callable[[Sequence[Candidate], Sequence[str]], object],
        progress: Callable[[int], object] | None = None,
    ) -> int:
        """Apply every revision that the index has not seen; returns the last one applied.

        After each batch `note` hears the candidates found and the records that were changed or
        withdrawn, before the index remembers them: what a crash cuts off is told again.
        """
        while True:
            with self._shelf.writing():
                for _ in range(_TOGETHER):
                    batch = list(islice(log.revisions(after=self.applied(), batch=_BATCH), _BATCH))
                    if not batch:
                        return self.applied()
                    found, changed = self._apply(batch)
                    note(found, changed)
                    self._shelf.set("applied", str(batch[-1].seq))
                    if progress:
                        progress(len(batch))

    def _apply(self, batch: Sequence[Revision]) -> tuple[list[Candidate], list[str]]:
        """What revisions make likely, and the records that they changed or withdrew."""
        given: list[Features] = []
        gone: list[str] = []
        for revision in {each.record: each for each in batch}.values():
            record = revision.as_record()
            if record is None:
                gone.append(revision.record)
            else:
                given.append(features_of(record, revision.source))
        found = list(self._take(given, gone))
        return found, [*(features.record for features in given), *gone]

    def rebuild(self) -> None:
        """Forget everything; the next catching up makes the index anew."""
        with self._shelf.writing():
            self._shelf.clear()
        self._features.clear()

    # ---- finding

    def among_all(self) -> Iterator[Candidate]:
        """Yield the likely pairs of all records that are in the index, each pair once."""
        last = 0
        while mine := self._shelf.after(last, _BATCH):
            last = max(mine)
            keyed = {number: _keys(features) for number, features in mine.items()}
            blocks = self._blocks({key for keys in keyed.values() for key in keys})
            met = {number: _met(keyed[number], blocks, below=number) for number in mine}
            yield from self._compare(mine, met, blocks)

    def features(self, record: str) -> Features | None:
        """What is known of a published or drafted record."""
        if record in self._features:
            self._features.move_to_end(record)
            return self._features[record]
        known = self._shelf.known([record]).get(record)
        if known is None and self._below is not None:
            known = self._below.known([record]).get(record)
        found = known.features if known else None
        self._features[record] = found
        if len(self._features) > _CACHE:
            self._features.popitem(last=False)
        return found

    def _take(self, given: Sequence[Features], gone: Sequence[str]) -> Iterator[Candidate]:
        """Put features in and take withdrawn records out; yields the likely duplicates.

        The records are compared with what was there before them, in the order given.
        """
        there = self._shelf.known([*(features.record for features in given), *gone])
        keyed = [_keys(features) for features in given]
        before = {k.number: _keys(k.features) for k in there.values() if k.features is not None}
        blocks = self._blocks({key for keys in (*keyed, *before.values()) for key in keys})
        for number, keys in before.items():
            for key in keys:
                blocks.discard(key, number)
        mine: dict[int, Features] = {}
        met: dict[int, list[int]] = {}
        for features, keys in zip(given, keyed, strict=True):
            known: Known | None = there.get(features.record)
            number = known.number if known else self._shelf.number()
            met[number] = _met(keys, blocks)
            for key in keys:
                blocks.add(key, number)
            mine[number] = features
        self._shelf.put(
            mine,
            [there[record].number for record in gone if record in there],
            blocks.packed(),
        )
        for record in (*gone, *(features.record for features in given)):
            self._features.pop(record, None)
        return self._compare(mine, met, blocks)

    def _compare(
        self,
        mine: Mapping[int, Features],
        met: Mapping[int, Sequence[int]],
        blocks: Blocks,
    ) -> Iterator[Candidate]:
        around = Surroundings(
            self.features, lambda key: blocks.size(key) if key in blocks else self._size(key)
        )
        given = iter(mine.items())
        while portion := list(islice(given, _PORTION)):
            numbers = {other for number, _ in portion for other in met[number]}
            others = self._load(numbers - mine.keys())
            for number, features in portion:
                for other in met[number]:
                    beside = mine.get(other) or others.get(other)
                    if beside is None or beside.kind != features.kind:
                        continue
                    if promising(features, beside):
                        found = score(features, beside, around)
                        if found.value >= LIKELY:
                            yield Candidate.of(
                                features.record,
                                beside.record,
                                features.kind,
                                found.value,
                                found.reasons,
                            )

    # ---- storage

    def _load(self, numbers: set[int]) -> dict[int, Features]:
        found = self._shelf.load(numbers)
        if self._below is not None:
            below = self._below.load(numbers)
            drafted = self._shelf.known(features.record for features in below.values())
            found.update((n, f) for n, f in below.items() if f.record not in drafted)
        return found

    def _size(self, key: int) -> int:
        return self._shelf.size(key) + (self._below.size(key) if self._below else 0)

    def _blocks(self, keys: set[int]) -> Blocks:
        blocks = Blocks()
        for found in self._shelf.blocks(keys):
            blocks.fill(*found)
        if self._below is not None:
            for found in self._below.blocks(keys):
                blocks.lay_under(*found)
        return blocks


class Draft(Index):
    """What was never published, over an index that is only read: for a dry run."""

    def __init__(self, file: Path) -> None:
        # Where there is no index yet, none is made.
        super().__init__(file, below=Shelf(file if file.exists() else None))

    def applied(self) -> int:
        """Sequence number of the last revision that the index below reflects."""
        return int((self._below and self._below.get("applied")) or 0)

    def find(self, records: Iterable[Record], source: str | None) -> Iterator[Candidate]:
        """Yield the likely duplicates of records, among them and of what is published.

        They stay in the draft, and are compared with those that come after them.
        """
        given = iter(records)
        while batch := list(islice(given, _BATCH)):
            last = {record.iri: record for record in batch}
            with self._shelf.writing():
                found = list(self._take([features_of(r, source) for r in last.values()], []))
            yield from found


def _keys(features: Features) -> Keys:
    """The keys of a record, each with its weight."""
    return dict(blocking.keys(features))


def _met(keys: Keys, blocks: Blocks, below: int | None = None) -> list[int]:
    """The records that share most with one that has these keys; of all, or below a number."""
    weights: defaultdict[int, float] = defaultdict(float)
    for key, weight in keys.items():
        for member in blocks.members(key):
            weights[member] += weight
    likely = sorted(
        (-weight, number)
        for number, weight in weights.items()
        if weight >= blocking.ENOUGH and (below is None or number < below)
    )
    return [number for _, number in likely[:MOST]]
