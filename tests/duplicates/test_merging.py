"""Merging two records: one stays, the other leads to it, and everything can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from test_combining import record

from builders import IRIS
from practicegraph import ntriples
from practicegraph.duplicates import finding, folding, merges
from practicegraph.duplicates.candidates import Candidates, Status
from practicegraph.duplicates.merging import MERGE, Merged, merge
from practicegraph.errors import InvalidInput, InvalidRecord, NotFound
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.runs import RunOutcome
from practicegraph.settings import Settings
from practicegraph.undoing import undo

COUNTRY = "<http://publications.europa.eu/resource/authority/country/ITA>"
BUS, FOOT, SCHOOL, THIRD = (
    IRIS.thing("practice", slug) for slug in ("bus", "foot", "school", "third")
)


def practice(slug: str, title: str, *said: str, language: str = "en") -> Record:
    """A practice that conforms to the listed profile."""
    more = " ; ".join(("", *said))
    return record(
        f"practice/{slug}",
        f""":it a gp:GoodPractice , <http://www.w3.org/ns/dcat#Resource> ;
        dct:identifier "{slug}" ; dct:title "{title}"@{language} ;
        dct:description "About {title}."@{language} ; dct:spatial {COUNTRY} ;
        dct:source <https://{slug}.example/> ; gp:maturity maturity:pilot ;
        gp:evidenceLevel <https://w3id.org/practicegraph/scheme/evidence-level/unassessed>
        {more} .""",
    )


@pytest.fixture
def repository(settings: Settings) -> Iterator[Repository]:
    with Repository.open(settings) as repository:
        publish(repository, practice("bus", "Walking bus"), source="one")
        publish(repository, practice("foot", "Pedibus", language="it"), source="two")
        publish(
            repository,
            practice("school", "School run", f"gp:adaptedFrom <{FOOT}>"),
            source="three",
        )
        yield repository


def publish(repository: Repository, *records: Record, source: str) -> None:
    repository.log.append(records, Provenance("Jane", "by hand", source))


def bring(repository: Repository, *records: Record, source: str) -> None:
    """As an import does: what comes in is put together with what others contribute."""
    with repository.log.writing() as transaction:
        folded = folding.fold(transaction.connection, records, repository.iris)
        new = {each.iri: each for each in folded.records.values()}
        transaction.append(new.values(), Provenance("a", "run/99", source))
        kept = [each for group in folded.contributed.values() for each in group]
        folding.keep(transaction.connection, kept, source, "run/99")


def merged(repository: Repository, winner: str = BUS, loser: str = FOOT) -> Merged:
    return merge(repository, winner, loser, agent="Jane")


def published(repository: Repository, iri: str) -> set[str]:
    latest = repository.log.latest(iri)
    assert latest is not None
    found = latest.as_record()
    return {" ".join(s) for s in ntriples.statements(found.content.decode())} if found else set()


def digests(repository: Repository) -> dict[str, str | None]:
    return {each.record: each.digest for each in repository.log.live_revisions()}


def says(repository: Repository, iri: str, text: str) -> bool:
    return any(text in line for line in published(repository, iri))


# ---- merging


def test_the_winner_says_what_both_say_and_the_loser_is_replaced_by_it(
    repository: Repository,
) -> None:
    done = merged(repository)
    assert says(repository, BUS, '"Walking bus"@en')
    assert says(repository, BUS, '"Pedibus"@it')
    assert says(repository, BUS, "<https://one.example/>") is False
    assert says(repository, BUS, "<https://bus.example/>")
    assert says(repository, BUS, "<https://foot.example/>")
    latest = repository.log.latest(FOOT)
    assert latest is not None
    assert (latest.action, latest.replaced_by) == ("withdraw", BUS)
    assert any('"foot"' in value for _, _, value in done.given_way)


def test_what_referred_to_the_loser_refers_to_the_winner(repository: Repository) -> None:
    done = merged(repository)
    assert done.referring == (SCHOOL,)
    assert says(repository, SCHOOL, f"adaptedFrom> <{BUS}>")
    latest = repository.log.latest(SCHOOL)
    assert latest is not None
    assert latest.source == "three"


def test_a_merge_is_one_run_with_its_counts(repository: Repository) -> None:
    number = merged(repository).run
    assert number is not None
    run = repository.log.run(number)
    assert run is not None
    assert (run.kind, run.outcome) == (MERGE, RunOutcome.FINISHED)
    assert (run.counts["updated"], run.counts["withdrawn"]) == (2, 1)
    assert run.options == {"winner": BUS, "loser": FOOT}


def test_a_dry_run_tells_the_same_and_writes_nothing(repository: Repository) -> None:
    before = repository.log.last_seq()
    told = merge(repository, BUS, FOOT, agent="Jane", dry_run=True)
    assert repository.log.last_seq() == before
    assert told.run is None
    done = merged(repository)
    assert (done.record, done.given_way, done.referring) == (
        told.record, told.given_way, told.referring
    )  # fmt: skip


def test_every_statement_of_both_is_published_or_kept_as_a_contribution(
    repository: Repository,
) -> None:
    before = {iri: published(repository, iri) for iri in (BUS, FOOT)}
    merged(repository)
    with repository.log.reading() as connection:
        kept = merges.contributions_of(connection, [BUS, FOOT])
    for iri, statements in before.items():
        text = kept[iri].record.content.decode()
        assert {" ".join(s) for s in ntriples.statements(text)} == statements
    assert {kept[BUS].source, kept[FOOT].source} == {"one", "two"}
    assert before[BUS] <= published(repository, BUS)


def test_merging_the_same_gives_the_same(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = Settings(data=tmp_path_factory.mktemp("other"))
    with Repository.open(again) as other:
        publish(other, practice("bus", "Walking bus"), source="one")
        publish(other, practice("foot", "Pedibus", language="it"), source="two")
        assert merged(other).record == merged(repository).record


@pytest.mark.parametrize(
    ("winner", "loser", "error", "said"),
    [
        (BUS, BUS, InvalidInput, "into itself"),
        (BUS, THIRD, NotFound, "not published"),
        (THIRD, FOOT, NotFound, "not published"),
        (BUS, IRIS.thing("service", "bus"), NotFound, "not published"),
    ],
)
def test_what_cannot_be_merged_is_refused(
    repository: Repository, winner: str, loser: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        merged(repository, winner, loser)


def test_two_kinds_are_not_one_thing(repository: Repository) -> None:
    service = record(
        "service/bus", ':it a <http://purl.org/vocab/cpsv#PublicService> ; dct:title "Bus"@en .'
    )
    publish(repository, service, source="one")
    with pytest.raises(InvalidInput, match="not one thing"):
        merged(repository, BUS, service.iri)


def test_what_would_not_conform_is_not_written(repository: Repository) -> None:
    """The winner was adapted from the school run, and this from the loser: a circle."""
    publish(repository, practice("bus", "Walking bus", f"gp:adaptedFrom <{SCHOOL}>"), source="one")
    before = digests(repository)
    with pytest.raises(InvalidRecord, match="would not conform"):
        merged(repository)
    assert digests(repository) == before
    assert repository.log.count_runs() == 0


def test_the_candidate_is_decided_by_the_merge(repository: Repository) -> None:
    publish(repository, practice("third", "Walking bus"), source="four")
    finding.catch_up(repository)
    candidates = Candidates(repository.log)
    assert candidates.count(Status.OPEN) == 1
    number = merged(repository, BUS, THIRD).run
    finding.catch_up(repository)
    found = candidates.get(BUS, THIRD)
    assert found is not None
    assert (found.status, found.decided_by) == (Status.MERGED, "Jane")
    assert number is not None
    undo(repository.log, number, agent="Jane")
    finding.catch_up(repository)
    assert [c.pair for c in candidates.listed(Status.OPEN)] == [(BUS, THIRD)]


# ---- chains


def test_a_chain_of_merges_leads_to_its_end(repository: Repository) -> None:
    publish(repository, practice("third", "Terzo", language="lv"), source="four")
    merged(repository, BUS, FOOT)
    merged(repository, THIRD, BUS)
    assert merges.merged_into(repository.log, FOOT) == THIRD
    assert merges.merged_into(repository.log, BUS) == THIRD
    assert merges.merged_into(repository.log, THIRD) is None
    for text in ('"Walking bus"@en', '"Pedibus"@it', '"Terzo"@lv'):
        assert says(repository, THIRD, text)
    assert says(repository, SCHOOL, f"adaptedFrom> <{THIRD}>")
    with pytest.raises(NotFound, match="was merged into"):
        merged(repository, BUS, SCHOOL)


def test_merges_of_a_chain_are_undone_one_by_one(repository: Repository) -> None:
    publish(repository, practice("third", "Terzo", language="lv"), source="four")
    start = digests(repository)
    first = merged(repository, BUS, FOOT).run
    between = digests(repository)
    second = merged(repository, THIRD, BUS).run
    assert first is not None
    assert second is not None
    undo(repository.log, second, agent="Jane")
    assert digests(repository) == between
    undo(repository.log, first, agent="Jane")
    assert digests(repository) == start


# ---- undoing


def test_undoing_restores_exactly_what_was(repository: Repository) -> None:
    before = digests(repository)
    number = merged(repository).run
    assert number is not None
    assert undo(repository.log, number, agent="Jane").conflicts == 0
    assert digests(repository) == before
    assert merges.merged_into(repository.log, FOOT) is None


def test_undoing_the_undo_merges_again(repository: Repository) -> None:
    number = merged(repository).run
    after = digests(repository)
    assert number is not None
    undone = undo(repository.log, number, agent="Jane").run
    undo(repository.log, undone, agent="Jane")
    assert digests(repository) == after
    assert merges.merged_into(repository.log, FOOT) == BUS
    assert Candidates(repository.log).count(Status.MERGED) == 1


def test_what_was_imported_meanwhile_survives_the_undo(repository: Repository) -> None:
    number = merged(repository).run
    newer = practice("foot", "Piedibus", language="it")
    bring(repository, newer, source="two")
    assert number is not None
    undo(repository.log, number, agent="Jane")
    assert says(repository, FOOT, '"Piedibus"@it')
    assert not says(repository, BUS, "edibus")
    assert digests(repository)[FOOT] == newer.digest
    assert digests(repository)[BUS] == practice("bus", "Walking bus").digest


# ---- importing after a merge


def test_a_later_import_updates_its_own_contribution_alone(repository: Repository) -> None:
    merged(repository)
    bring(repository, practice("foot", "Piedibus", language="it"), source="two")
    assert says(repository, BUS, '"Walking bus"@en')
    assert says(repository, BUS, '"Piedibus"@it')
    assert not says(repository, BUS, '"Pedibus"@it')
    bring(repository, practice("bus", "Bus on foot"), source="one")
    assert says(repository, BUS, '"Bus on foot"@en')
    assert says(repository, BUS, '"Piedibus"@it')
    latest = repository.log.latest(FOOT)
    assert latest is not None
    assert latest.content is None


def test_importing_the_same_again_makes_no_revision(repository: Repository) -> None:
    merged(repository)
    before = repository.log.last_seq()
    bring(repository, practice("foot", "Pedibus", language="it"), source="two")
    bring(repository, practice("bus", "Walking bus"), source="one")
    bring(repository, practice("school", "School run", f"gp:adaptedFrom <{FOOT}>"), source="three")
    assert repository.log.last_seq() == before


def test_an_import_that_refers_to_the_loser_refers_to_the_winner(repository: Repository) -> None:
    merged(repository)
    bring(repository, practice("third", "Third", f"gp:adaptedFrom <{FOOT}>"), source="four")
    assert says(repository, THIRD, f"adaptedFrom> <{BUS}>")


def test_two_descriptions_of_one_thing_in_one_batch_make_one_record(repository: Repository) -> None:
    merged(repository)
    bring(
        repository,
        practice("bus", "Bus on foot"),
        practice("foot", "Piedibus", language="it"),
        source="both",
    )
    assert says(repository, BUS, '"Bus on foot"@en')
    assert says(repository, BUS, '"Piedibus"@it')


def test_without_any_merge_an_import_is_left_as_it_is(repository: Repository) -> None:
    given = [practice("third", "Third")]
    with repository.log.reading() as connection:
        folded = folding.fold(connection, given, repository.iris)
    assert (folded.records, folded.contributed) == ({THIRD: given[0]}, {})


# ---- in the graph


def test_the_graph_tells_what_replaced_the_loser_and_where_each_came_from(
    repository: Repository,
) -> None:
    number = merged(repository).run
    with repository.projecting() as projector:
        projector.catch_up()
        entry = ox.NamedNode(IRIS.document("practice", "foot"))
        said = {
            (quad.predicate.value.rpartition("/")[2], quad.object.value)
            for quad in projector.graph.store.quads_for_pattern(entry, None, None, None)
            if not isinstance(quad.object, ox.Triple)
        }
        assert ("isReplacedBy", BUS) in said
        assert ("source", "two") in said
        assert ("prov#wasGeneratedBy", IRIS.run(number or 0)) in said
        replaces = ox.NamedNode("http://purl.org/dc/terms/replaces")
        graph = ox.NamedNode(IRIS.graph(BUS))
        (quad,) = projector.graph.store.quads_for_pattern(ox.NamedNode(BUS), replaces, None, graph)
        assert quad.object == ox.NamedNode(FOOT)


def test_two_merges_at_once_do_not_both_take_the_loser(repository: Repository) -> None:
    publish(repository, practice("third", "Third"), source="four")
    outcomes: list[str] = []

    def take(winner: str) -> None:
        try:
            merged(repository, winner, FOOT)
            outcomes.append("merged")
        except NotFound:
            outcomes.append("refused")

    threads = [threading.Thread(target=take, args=(winner,)) for winner in (BUS, THIRD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["merged", "refused"]
