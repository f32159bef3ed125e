"""Software of public administrations, who publishes it, and who reuses it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_folders import Filled, Repeated, assert_repeatable, filled, repeated
from village import BASE, fresh, live, statements

from ingest import ingest
from ingest.embedded import parse
from ingest.library import Library, Traits
from ingest.rows import Row
from practicegraph.errors import MalformedDocument

ROBOT = """\
publiccodeYmlVersion: '0.2'
name: Robot
url: https://code.example.org/Trees/robot.git
landingURL: https:&#x2F;&#x2F;robot.example.org
softwareVersion: 1.10
releaseDate: 2024-01-31
developmentStatus: stable
softwareType: standalone/web
description:
  it:
    localisedName: Robot innaffiatore
    shortDescription: Innaffia gli alberi.
    longDescription: |
      Innaffia **gli alberi** del comune.

      Scritto da Grace Hopper, grace@example.org.
  en:
    shortDescription: It waters the trees.
legal:
  license: EUPL-1.2
  mainCopyrightOwner: Ada Lovelace
  repoOwner: Comune di Alberi (AL)
maintenance:
  type: contract
  contractors:
    - name: Katherine Johnson
      email: katherine@example.org
      phone: "+39 0461 123456"
  contacts:
    - name: Grace Hopper
localisation:
  availableLanguages: [it, en-GB, tlh]
intendedAudience:
  scope: [environment, sorcery]
it:
  riuso:
    codiceIPA: C_X001
usedBy:
  - Comune di Alberi
  - Comune di Foglie (FO)
  - comune  di  foglie
  - Mary Jackson
  - "{}"
""".format(("Una frase troppo lunga per essere il nome di un ente. " * 4).strip())

ABROAD = """\
publiccodeYmlVersion: "2.4.0"
name: Abroad
url: https://code.example.org/abroad
description:
  en:
    shortDescription: Nobody says where.
legal:
  license: MIT
  repoOwner: Ada Lovelace
usedBy:
  - Town of Trees
"""

CLOSED = """\
publiccodeYmlVersion: "0.4"
name: Closed
url: https://code.example.org/closed
developmentStatus: production
description:
  nl:
    shortDescription: Niet vrij.
    longDescription: Het is niet vrij.
legal:
  license: Proprietary
intendedAudience:
  countries: [nl]
usedBy:
  - Gemeente Bomen
"""

BROKEN = "publiccodeYmlVersion: '0.2'\nname: Broken\nusedBy\n- nobody\nurl: x\n"

CATALOGUE = {
    "data": [
        {
            "id": "1",
            "url": "https://code.example.org/trees/robot",
            "aliases": [],
            "publiccodeYml": ROBOT.replace("Innaffia gli", "Copia, innaffia gli"),
        },
        {
            "id": "2",
            "url": "https://code.example.org/new/leaves.git",
            "aliases": ["https://code.example.org/old/leaves"],
            "publiccodeYml": "name: Leaves\nurl: https://code.example.org/old/leaves\n"
            "developmentStatus: beta\ndescription:\n  it-IT:\n    shortDescription: Conta.\n"
            "organisation:\n  uri: urn:x-italian-pa:c_x002\nlegal:\n  license: 0BSD\n"
            "usedBy:\n- Comune di Foglie\n",
        },
        {"id": "3", "url": "https://code.example.org/bad", "publiccodeYml": BROKEN},
        {
            "id": "4",
            "url": "https://code.example.org/library.git",
            "publiccodeYml": "name: Library\nurl: https://code.example.org/library\n"
            "description:\n  en:\n    shortDescription: Unused.\nlegal:\n  license: MIT\n",
        },
    ],
    "links": {"next": None},
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publiccode")
    (folder / "yml").mkdir()
    for name, text in {"robot": ROBOT, "abroad": ABROAD, "closed": CLOSED}.items():
        (folder / "yml" / f"{name}.yml").write_text(text, encoding="utf-8")
    (folder / "yml" / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    (folder / "page.json").write_text(json.dumps(CATALOGUE), encoding="utf-8")
    (folder / "codes.csv").write_text("name,code\nItaly,it\n")
    return folder


@pytest.fixture(scope="module")
def sample(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repeated]:
    with repeated(source, tmp_path_factory.mktemp("data") / "data", skip_broken=True) as found:
        yield found


def said(found: Repeated, name: str) -> str:
    return statements(found.repository, name)


def test_software_enters_with_its_users_and_a_practice(sample: Repeated) -> None:
    assert live(sample.repository) == {
        "asset/robot",
        "asset/abroad",
        "asset/library",
        "practice/robot",
        "practice/closed",
        "practice/leaves",
        "organisation/comune-di-alberi",
        "organisation/comune-di-foglie",
        "organisation/gemeente-bomen",
        "organisation/town-of-trees",
    }
    assert_repeatable(sample)


def test_an_asset_says_what_its_file_says(sample: Repeated) -> None:
    text = said(sample, "asset/robot")
    for value in (
        '"Robot innaffiatore"@it',
        '"Robot"@en',
        '"Innaffia gli alberi del comune."@it',
        '"It waters the trees."@en',
        "licence/EUPL_1_2",
        'version> "1.10"',
        '"2024-01-31"',
        "status/Completed",
        "language/ITA",
        "language/ENG",
        "<https://robot.example.org>",
        "page> <https://code.example.org/Trees/robot.git>",
        f"publisher> <{BASE}/id/organisation/comune-di-alberi>",
    ):
        assert value in text, value


def test_each_use_is_an_implementation_and_that_of_the_owner_is_the_original(
    sample: Repeated,
) -> None:
    text = said(sample, "practice/robot")
    uses = {line for line in text.splitlines() if "reuseMode" in line}
    assert {line.partition("#use-")[2].split(">")[0]: line.split("/")[-1] for line in uses} == {
        "comune-di-alberi": "original> .",
        "comune-di-foglie": "as-is> .",
    }
    assert f"#use-comune-di-foglie> <http://www.w3.org/ns/prov#used> <{BASE}/id/practice/" in text
    assert f"providesAsset> <{BASE}/id/asset/robot>" in text
    assert f"leadOrganisation> <{BASE}/id/organisation/comune-di-alberi>" in text
    for value in ("maturity/operational", "country/ITA", "data-theme/ENVI", "evidence-level/unass"):
        assert value in text
    assert "Copia" not in text


def test_an_organisation_is_one_however_it_is_written(sample: Repeated) -> None:
    text = said(sample, "organisation/comune-di-alberi")
    assert '"Comune di Alberi"@it' in text
    assert "urn:x-italian-pa:c_x001" in text
    assert "PublicOrganisation" in text
    leaves = said(sample, "practice/leaves")
    assert f"{BASE}/id/organisation/comune-di-foglie" in leaves
    assert "maturity/pilot" in leaves
    assert '"Conta."@it-it' in leaves


def test_what_is_rejected_says_why(sample: Repeated) -> None:
    faults = [
        (p.file, p.place, p.field) for p in sample.wet.problems() if p.severity == "violation"
    ]
    assert sorted(set(faults)) == [
        ("page.json", "2", "dct:license"),
        ("page.json", "3", ""),
        ("page.json", "3", "publiccodeYml"),
        ("yml/abroad.yml", "1", "dct:spatial"),
        ("yml/broken.yaml", "", ""),
        ("yml/closed.yml", "1", "dct:license"),
    ]
    assert sample.rejected() == {"practice": 1, "asset": 2}
    assert sample.wet.counts.lost == 2
    (broken,) = {p.messages["en"] for p in sample.wet.problems() if p.field == "publiccodeYml"}
    assert "line 4" in broken


def test_what_was_left_out_is_told(sample: Repeated) -> None:
    told = {(p.field, p.value) for p in sample.wet.problems() if p.severity == "warning"}
    for field, value in (
        ("usedBy", "Mary Jackson"),
        ("legal.repoOwner", "Ada Lovelace"),
        ("legal.license", "0BSD"),
        ("developmentStatus", "production"),
        ("organisation", "urn:x-italian-pa:c_x002"),
        ("localisation", "tlh"),
        ("intendedAudience.scope", "sorcery"),
    ):
        assert (field, value) in told
    assert any(f == "usedBy" and v.startswith("Una frase troppo lunga") for f, v in told)
    mended = {(p.field, p.value) for p in sample.wet.problems() if p.severity == "info"}
    assert ("usedBy", "Comune di Foglie (FO)") in mended
    # The copy of the catalogue differs from the file, which counts.
    assert ("", "") in {(p.field, p.value) for p in sample.wet.problems() if p.place == "1"}


def test_nobody_is_named(sample: Repeated) -> None:
    text = sample.text().casefold()
    for word in ("lovelace", "hopper", "johnson", "jackson", "@example.org", "0461"):
        assert word not in text


def test_a_broken_file_stops_a_run_that_skips_none(source: Path, tmp_path: Path) -> None:
    with (
        fresh(tmp_path / "data") as repository,
        pytest.raises(MalformedDocument, match=r"broken\.yaml, line 4"),
    ):
        ingest(repository, [source])


def test_the_mapping_knows_files_and_pages_by_their_columns() -> None:
    library = Library()
    mapping = library.load("publiccode")
    file = Traits("a/publiccode.yml", frozenset({"publiccodeYmlVersion", "name", "url", "legal"}))
    assert library.recognise(file).name == "publiccode.rq"
    under = {mapping.options_for("page.json"): frozenset({"id", "url", "publiccodeYml"})}
    assert mapping.options_for("page.json").items == "data"
    assert mapping.options_for("a/publiccode.yml").items is None
    page = Traits("page.json", frozenset({"data", "links"}), under=under)
    assert library.recognise(page).name == "publiccode.rq"
    assert library.fitting(Traits("other.yml", frozenset({"name", "url"}))) == []


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("a: 1.10\nb: [x]", "yaml", {"a": "1.10", "b": ["x"]}),
        ('{"a": 1.10, "b": null}', "json", {"a": "1.10"}),
        ("", "yaml", None),
    ],
)
def test_an_embedded_document_becomes_values(text: str, form: str, found: object) -> None:
    assert parse(text, form) == (found, None)


@pytest.mark.parametrize(
    ("text", "form"),
    [("a: [", "yaml"), ("- a", "yaml"), ('{"a": 1, "a": 2}', "json"), ("[" * 5000, "json")],
)
def test_a_broken_embedded_document_is_a_fault_of_its_row(text: str, form: str) -> None:
    found, fault = parse(text, form)
    assert found is None
    assert fault is not None
    assert fault.severity == "violation"
    _, notes = Library().load("publiccode").apply(Row(1, {"publiccodeYml": "a: [", "url": "x"}))
    assert [n.field for n in notes] == ["publiccodeYml"]


# ---- the real files


@pytest.fixture(scope="module")
def real(third_party: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    data = tmp_path_factory.mktemp("publiccode") / "data"
    with filled(third_party / "publiccode", data, skip_broken=True) as found:
        yield found


@pytest.mark.slow
def test_the_real_files_enter(real: Filled) -> None:
    assert real.wet.counts.rows == 52
    assert real.created() == {"asset": 44, "practice": 14, "organisation": 754}
    # No licence of the list; nobody says in which country.
    assert real.rejected() == {"asset": 8, "practice": 5}
    assert set(real.faults()) == {
        ("dct:license", "gpsh:asset-license-present"),
        ("dct:spatial", "gpsh:practice-spatial-present"),
        ("dct:spatial", "gpsh:implementation-spatial-present"),
        ("", "whole file"),
    }
    assert real.wet.counts.lost == 2


@pytest.mark.slow
def test_who_reuses_what_is_known(real: Filled) -> None:
    text = real.text()
    assert text.count("reuse-mode/as-is") + text.count("reuse-mode/original") > 750
    trani = f"wasAssociatedWith> <{BASE}/id/organisation/comune-di-trani> ."
    assert text.count(trani) == 2
    for word in ("placido", "roberto guido", "@example.org", "boelen", "deville"):
        assert word not in text.casefold()
