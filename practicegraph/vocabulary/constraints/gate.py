"""The gate: which constraint has no record that passes it, or none that fails it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import SH, compact
from practicegraph.validation import EngineName
from practicegraph.validation.shapes import Term, key
from practicegraph.vocabulary.constraints.fixtures import Mutation, fixtures, written
from practicegraph.vocabulary.constraints.inventory import Constraint, Inventory, Key
from practicegraph.vocabulary.constraints.mutations import Deriver
from practicegraph.vocabulary.constraints.nested import nested_values
from practicegraph.vocabulary.constraints.trial import Trial

#: How many changes are tried for a constraint at a time; most are settled by the first.
_ROUNDS: Final = (1, 2, 4, 8, 16)
Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A change that did not do what it was made for, and all that it broke."""

    mutation: Mutation
    broken: frozenset[Key]

    @property
    def distance(self) -> tuple[bool, int]:
        """How far it is from breaking its constraint and no other."""
        wanted = self.mutation.also | {self.mutation.breaks}
        return self.mutation.breaks not in self.broken, len(self.broken ^ wanted)


def faults(rooms: artefacts.Rooms, engine: EngineName = "pyshacl") -> list[Fault]:
    """The constraints of `shapes/` that no fixture proves: IRI of the shape, and how to mend it.

    Every constraint of both profiles must let the valid records of `shapes/fixtures/` pass, and
    must fail, with no other result of any severity, for a change to one of them: derived from the
    shapes, or written by hand. A shape of the empty name stands for a fault of a fixture's file.
    What cannot be parsed raises what the parser raises.

    A derived change follows the rule it is derived from: that a limit is the right one, or that a
    rule is there at all beside others of its shape, only a change written by hand or a test knows.
    """
    found: dict[Fault, None] = {}
    try:
        for each in _faults(rooms, engine):
            found[each] = None
    except InvalidInput as fault:  # what has been found so far may be why
        found["", str(fault)] = None
    return list(found)


def _faults(rooms: artefacts.Rooms, engine: EngineName) -> Iterator[Fault]:
    listed, every = (
        Inventory(artefacts.parse_turtle(rooms.shape_files(name)))
        for name in ("listed", "reviewed")
    )
    yield from _useless(every)
    vocabulary = tuple(
        quad.triple
        for file in rooms.vocabulary_files()
        for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    records = fixtures(rooms)
    by_hand = written(rooms, records)
    deriver = Deriver(every, records, vocabulary)
    trial = Trial(every, vocabulary, engine)
    valid: dict[str, frozenset[Key]] = {}
    broken = trial.broken([record.triples for record in records])
    for record, keys in zip(records, broken, strict=True):
        valid[record.name] = keys
        for constraint in sorted(keys):
            yield (
                constraint[0],
                f"The valid record shapes/fixtures/{record.name}.ttl fails {_named([constraint])}: "
                "fill or correct the record, or mend the shape.",
            )
    for shape in sorted(every.fields, key=key):
        if not deriver.filled(shape):
            yield (
                key(shape),
                f"No valid record in shapes/fixtures/ has what {compact(key(shape))} looks at, so "
                "nothing shows that it lets a good value pass: add it to one.",
            )
    yield from _unproved((listed, every), (deriver, by_hand), trial, valid)
    context = [triple for record in records for triple in record.triples]
    changed = [mutation.triples for mutation in by_hand]
    yield from _unproved_nested(every, trial, context, changed)


def _useless(inventory: Inventory) -> Iterator[Fault]:
    for shape in inventory.without_rule():
        yield (
            key(shape),
            f"{compact(key(shape))} checks nothing: it has no constraint that SHACL knows. Write "
            "one, or correct a misspelt one.",
        )
    for shape in inventory.without_reader():
        yield (
            key(shape),
            f"{compact(key(shape))} is never used: no target leads to it. Use it or remove it.",
        )
    for constraint in inventory.indistinct():
        yield (
            key(constraint.shape),
            f"{compact(key(constraint.shape))} has {compact(constraint.parameter)} more than once, "
            "and no result says which of them failed: give each a shape of its own.",
        )


def _unproved(
    profiles: tuple[Inventory, Inventory],
    changes: tuple[Deriver, list[Mutation]],
    trial: Trial,
    valid: dict[str, frozenset[Key]],
) -> Iterator[Fault]:
    """Fields whose constraints no change breaks exactly.

    Both profiles are tried in one run: shapes do not see one another, so that *listed* finds what
    *reviewed* finds, less the results of the shapes that only *reviewed* has.
    """
    every = profiles[-1]
    deriver, by_hand = changes
    for mutation in by_hand:
        if mutation.breaks not in every.keys:
            yield (
                mutation.breaks[0],
                f"{mutation.change} This is meant to break {_named([mutation.breaks])}, and no "
                "field has such a constraint: put it back, or remove the change.",
            )
    batch = [mutation for mutation in by_hand if mutation.breaks in every.keys]
    by_name = {constraint.key: constraint for constraint in every.of_fields}
    waiting = {
        name: deriver.mutations(constraint)
        for name, constraint in by_name.items()
        if name not in {mutation.breaks for mutation in batch}
    }
    attempts: dict[Key, list[_Attempt]] = {}
    proved: set[Key] = set()
    for size in _ROUNDS:
        batch += [mutation for each in waiting.values() for mutation in islice(each, size)]
        results = trial.broken([mutation.triples for mutation in batch]) if batch else []
        for mutation, keys in zip(batch, results, strict=True):
            attempt = _Attempt(mutation, keys - valid[mutation.fixture.name])
            if all(_exact(attempt, inventory) for inventory in profiles):
                proved.add(mutation.breaks)
            else:
                attempts.setdefault(mutation.breaks, []).append(attempt)
        waiting = {name: each for name, each in waiting.items() if name not in proved}
        batch = []
    # Of the derived changes one must do; each one written by hand must do what it says.
    failed = {mutation.breaks for mutation in by_hand} & attempts.keys()
    for name, constraint in by_name.items():
        if name not in proved or name in failed:
            yield _field_fault(constraint, attempts.get(name, []))


def _exact(attempt: _Attempt, inventory: Inventory) -> bool:
    """Whether in a profile that has the constraint it fails, and what must fail with it."""
    wanted = attempt.mutation.also | {attempt.mutation.breaks}
    known = inventory.keys
    return attempt.mutation.breaks not in known or attempt.broken & known == wanted & known


def _field_fault(constraint: Constraint, attempts: list[_Attempt]) -> Fault:
    shape, _ = constraint.key
    rule = _named([constraint.key])
    file = f"shapes/fixtures/{compact(shape).partition(':')[2]}.rq"
    if not attempts:
        return shape, (
            f"No change to a valid record is known that breaks {rule}, so nothing shows that it "
            f"refuses anything: give a valid record the field, or write a change in {file}."
        )
    nearest = min(attempts, key=lambda attempt: attempt.distance)
    mutation, broken = nearest.mutation, nearest.broken
    others = broken - {constraint.key} - mutation.also
    missing = mutation.also - broken
    if constraint.key not in broken:
        happened = "passes it" + (f" and fails {_named(others)}" if others else "")
        mend = "Make the rule as strict as it was, or correct the change"
    elif others:
        happened = f"fails {_named(others)} as well"
        mend = "Part the rules, or write a change that breaks this one alone"
    else:
        happened = f"fails it and passes {_named(missing)}, which must fail with it"
        mend = "Mend that rule, or correct the change"
    return shape, (
        f"No fixture fails for exactly {rule}: the record {mutation.fixture.name}.ttl with a "
        f"change ({mutation.change}) {happened}. {mend} ({file})."
    )


def _unproved_nested(
    inventory: Inventory,
    trial: Trial,
    context: list[ox.Triple],
    changed: Iterable[Iterable[ox.Triple]],
) -> Iterator[Fault]:
    """Shapes asked by a field, whose results surface as the field's: each value by itself."""
    pools = nested_values(inventory, context, changed)
    refused = trial.refused({shape: list(values) for shape, values in pools.items()}, context)
    for shape, found in refused.items():
        if all(found.values()):
            yield (
                key(shape),
                f"No value of a valid record conforms to {compact(key(shape))}: add one to a "
                "record in shapes/fixtures/.",
            )
        for member in inventory.family(shape):
            for constraint in inventory.constraints(member):
                if frozenset({constraint.key}) not in found.values():
                    yield _nested_fault(constraint, found)


def _nested_fault(constraint: Constraint, found: dict[Term, frozenset[Key]]) -> Fault:
    near = [(len(keys), str(v), keys) for v, keys in found.items() if constraint.key in keys]
    said = "every value that was tried passes it"
    if near:
        _, value, keys = min(near, key=lambda each: each[:2])
        said = f"{value} fails {_named(keys - {constraint.key})} as well"
    return constraint.key[0], (
        f"No value fails for exactly {_named([constraint.key])}: {said}. Add a value near it to a "
        "record in shapes/fixtures/, or mend the rule."
    )


def _named(constraints: Iterable[Key]) -> str:
    """Constraints by their parameters, as they stand in the shapes."""
    return ", ".join(
        f"{_parameter(component)} of {compact(shape)}" for shape, component in sorted(constraints)
    )


def _parameter(component: str) -> str:
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    return "sh:sparql" if name == "SPARQL" else f"sh:{name[:1].lower()}{name[1:]}"
