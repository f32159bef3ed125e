"""State start-ups of France: phases, sponsors and incubators, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_folders import Filled, Repeated, assert_repeatable, filled, repeated
from village import BASE, live, statements

FILES = {
    "organisations/min-arbres.md": """\
---
name: Ministère des Arbres
acronym: MA
type: administration-centrale
domaine_ministeriel: autres
---
""",
    "organisations/ada-lovelace.md": """\
---
name: Ada LOVELACE
acronym: ' '
type: autre
---
""",
    "incubators/Pépinière.1.md": """\
---
title: La Pépinière
owner: /organisations/min-arbres
website: https:&#x2F;&#x2F;pepiniere.example.org
contact: grace.hopper@example.org
---
Un incubateur dirigé par Grace Hopper.
""",
    "incubators/orphelin.md": """\
---
title: Incubateur orphelin
owner: /organisations/personne
---
""",
    "startups/arrosage.md": """\
---
title: Arrosage
mission: Arroser les arbres sans peine
sponsors:
  - /organisations/min-arbres
  - /organisations/ada-lovelace
incubator: Pépinière.1
contact: ada.lovelace@example.org
contact_dinum: ada.lovelace
phases:
  - name: acceleration
    start: 2022-03-01
  - name: construction
    start: 2021-05-01
  - name: investigation
    start: 2021-01-01
  - name: investigation
    start: 2022-03-01
link: https:&#x2F;&#x2F;arrosage.example.org&#x2F;
repository: https://example.org/code
stats_url: https://arrosage.example.org/stats
thematiques:
  - Écologie
  - Sorcellerie
redirect_from:
  - /startups/arrosoir.html
usertypes:
  - etat
---
Une phrase de Grace Hopper.

## 🌳 Le problème

Les **arbres** ont soif. L'idée vient de Grace Hopper. Rien ne coule.

## L'équipe

Grace Hopper, intrapreneure

## La solution

Un robot qui [arrose](https://example.org).

### Équipe

Katherine Johnson
""",
    "startups/abandonne.md": """\
---
title: Abandonné
mission: Compter les feuilles.
incubator: Pépinière.1
phases:
  - name: construction
    start: 2019-02-01
  - name: abandon
    start: 2020-06-01
---
Des feuilles se comptent une à une.
""",
    "startups/idee.md": """\
---
title: Une idée
mission: Demander aux arbres
incubator: inconnu
phases:
  - name: investigation
    start: 2023-01-01
  - name: abandon-investigation
    start: 2023-02-01
---
""",
    "startups/etrange.md": """\
---
title: Étrange
mission: Rêver
incubator: Pépinière.1
phases:
  - name: hibernation
    start: 2023-01-01
---
""",
    "phases/abandon.md": "---\nstatus: abandon\nlabel: Abandon\n---\n",
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repeated]:
    folder = tmp_path_factory.mktemp("beta")
    for name, text in FILES.items():
        path = folder / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with repeated(folder / "source", folder / "data") as found:
        yield found


def said(found: Repeated, name: str) -> str:
    return statements(found.repository, name)


def test_startups_organisations_and_incubators_enter(sample: Repeated) -> None:
    assert live(sample.repository) == {
        "organisation/ministere-des-arbres",
        "organisation/la-pepiniere",
        "organisation/incubateur-orphelin",
        "practice/arrosage",
        "practice/abandonne",
        "practice/une-idee",
        "practice/etrange",
    }
    assert_repeatable(sample)


def test_a_startup_says_what_its_file_says(sample: Repeated) -> None:
    text = said(sample, "practice/arrosage")
    for value in (
        '"Arroser les arbres sans peine. Un robot qui arrose ."@fr',
        '"Les arbres ont soif. Rien ne coule."@fr',
        "data-theme/ENVI",
        "maturity/operational",
        "<https://arrosage.example.org/>",
        "<https://arrosage.example.org/stats>",
        "<https://example.org/code>",
        f"leadOrganisation> <{BASE}/id/organisation/ministere-des-arbres>",
        f"wasAssociatedWith> <{BASE}/id/organisation/la-pepiniere>",
        "participant-role/owner",
        "participant-role/implementer",
        '"2021-05-01"',
        "country/FRA",
    ):
        assert value in text, value
    assert "endedAtTime" not in text


def test_what_was_given_up_is_discontinued_and_ended(sample: Repeated) -> None:
    text = said(sample, "practice/abandonne")
    assert "maturity/discontinued" in text
    assert '"2019-02-01"' in text
    assert '"2020-06-01"' in text
    assert "Compter les feuilles. Des feuilles se comptent une à une." in text


def test_an_investigation_alone_is_no_deployment(sample: Repeated) -> None:
    text = said(sample, "practice/une-idee")
    assert "maturity/discontinued" in text
    assert "Implementation" not in text
    assert "Participation" not in text


def test_what_cannot_be_used_is_told(sample: Repeated) -> None:
    told = {(p.file, p.field, p.value) for p in sample.wet.problems() if p.severity == "warning"}
    assert ("startups/arrosage.md", "thematiques", "Sorcellerie") in told
    assert ("startups/etrange.md", "phases", "hibernation") in told
    assert ("startups/idee.md", "cv:hasParticipant", "beta-gouv-fr/incubators/inconnu") in told
    orphan = ("org:subOrganizationOf", "beta-gouv-fr/organisations/personne")
    assert ("incubators/orphelin.md", *orphan) in told
    mended = {(p.file, p.field) for p in sample.wet.problems() if p.severity == "info"}
    assert ("startups/arrosage.md", "link") in mended
    assert ("incubators/Pépinière.1.md", "website") in mended
    assert "maturity/unassessed" in said(sample, "practice/etrange")


def test_a_person_makes_no_record_and_is_named_nowhere(sample: Repeated) -> None:
    assert sample.wet.counts.lost == 1
    text = sample.text().casefold()
    for word in ("lovelace", "hopper", "johnson", "@example.org"):
        assert word not in text


# ---- the real files


@pytest.fixture(scope="module")
def real(third_party: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(third_party / "beta-gouv-fr", tmp_path_factory.mktemp("beta") / "data") as found:
        yield found


@pytest.mark.slow
def test_every_startup_and_every_organisation_enters(real: Filled) -> None:
    assert real.wet.counts.rows == 618
    assert real.created() == {"practice": 452, "organisation": 165}
    assert real.rejected() == {}
    assert real.wet.counts.lost == 1
    assert real.faults() == {("", "no record"): 1}


@pytest.mark.slow
def test_no_person_of_the_real_files_becomes_public(real: Filled) -> None:
    text = real.text().casefold()
    for word in ("chiocchia", "@example.org", "vallauri", "persidat", "jenouvrier", "contact_"):
        assert word not in text
