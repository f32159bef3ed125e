"""The local authorities of Flanders: two bodies that share a name are two, and well named."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from village import fresh, live, statements

from ingest import ingest
from ingest.outcome import Outcome

DATA = """\
@prefix besluit: <http://data.vlaanderen.be/ns/besluit#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ext: <http://mu.semte.ch/vocabularies/ext/> .
@prefix nuts: <http://data.europa.eu/nuts/code/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://flanders.example/> .

x:town a besluit:Bestuurseenheid ; skos:prefLabel "Kikkerdorp" ; dct:identifier "0123456789" ,
    "OVO000001" ; ext:kbonummer "0123456789" ; besluit:classificatie x:gemeente ;
  besluit:werkingsgebied x:ground ; ext:inProvincie x:land .
x:care a besluit:Bestuurseenheid ; skos:prefLabel "Kikkerdorp" ; ext:kbonummer "0123456790" ;
  besluit:classificatie x:ocmw ; besluit:werkingsgebied x:ground ; ext:inProvincie x:land .
x:water a besluit:Bestuurseenheid ; skos:prefLabel "Kikkerwater" , "Kikkerwater " ;
  skos:altLabel "KW" ; besluit:classificatie x:agb ; ext:inProvincie x:land .
x:province a besluit:Bestuurseenheid ; skos:prefLabel "Kikkerland" ;
  besluit:classificatie x:provincie ; besluit:werkingsgebied x:land ;
  org:hasSubOrganization x:town .
x:nameless a besluit:Bestuurseenheid ; ext:kbonummer "0123456791" .
"""
LISTS = """\
@prefix nuts: <http://data.europa.eu/nuts/code/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://flanders.example/> .
x:gemeente skos:prefLabel "Gemeente" .
x:ocmw skos:prefLabel "OCMW" .
x:agb skos:prefLabel "Autonoom gemeentebedrijf" .
x:provincie skos:prefLabel "Provincie" .
nuts:BE29 skos:prefLabel "Provincie Kikkerland"@nl ;
  skos:inScheme <http://data.europa.eu/nuts/scheme/2021> .
nuts:BE29199999 skos:prefLabel "Kikkerdorp"@nl ; skos:broader nuts:BE291 .
"""


def test_bodies_that_share_a_name_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "flanders"
    folder.mkdir()
    (folder / "bodies.ttl").write_text(DATA, "utf-8")
    (folder / "lists.ttl").write_text(LISTS, "utf-8")
    with fresh(tmp_path / "data") as repository, ingest(repository, [folder]) as report:
        assert [s.mapping for s in report.sources] == ["flanders-authorities.rq"]
        assert report.rejected == 1  # a body that nobody names
        assert live(repository) == {
            "organisation/gemeente-kikkerdorp", "organisation/ocmw-kikkerdorp",
            "organisation/kikkerwater", "organisation/provincie-kikkerland",
        }  # fmt: skip
        town = statements(repository, "organisation/gemeente-kikkerdorp")
        assert 'prefLabel> "Gemeente Kikkerdorp"@nl' in town
        assert 'altLabel> "Kikkerdorp"@nl' in town
        assert 'identifier> "0123456789"' in town
        assert "nuts/code/BE29>" in town
        assert "nuts/code/BE291>" in town
        assert "country/BEL" in town
        assert "publishertype/LocalAuthority" in town
        assert "subOrganizationOf> <http://127.0.0.1:8000/id/organisation/provincie-kik" in town
        water = statements(repository, "organisation/kikkerwater")
        assert 'altLabel> "KW"@nl' in water
        assert "nuts/code/BE29>" in water
        assert "nuts/code/BE291>" not in water


@pytest.mark.slow
def test_the_authorities_of_flanders_come_in(third_party: Path, tmp_path: Path) -> None:
    folder = third_party / "flanders-lpdc"
    with fresh(tmp_path / "data") as repository, ingest(repository, [folder]) as report:
        assert report.counts.rows == 1288
        assert report.counts.of(Outcome.CREATED, "organisation") == 1288
        assert report.rejected == 0
        names: Counter[str] = Counter()
        numbers, regions = 0, Counter[int]()
        for revision in repository.log.live_revisions():
            said = (revision.content or b"").decode()
            names.update(re.findall(r'prefLabel> ("[^"]*"@nl)', said))
            numbers += len(re.findall(r'terms/identifier> "\d{10}"', said))
            regions[said.count("/nuts/code/")] += 1
        # One name is that of two associations with numbers of their own.
        assert [name for name, times in names.items() if times > 1] == [
            '"Projectvereniging Regionaal Landschap Schelde-Durme"@nl'
        ]
        assert numbers == 1287
        assert regions == {2: 956, 1: 323, 0: 9}
