"""Official tables of our own making: small, and with every trap of the real ones."""

from __future__ import annotations

from pathlib import Path

from ingest.inputs import InputFile, Inputs
from ingest.vocabularies import LoadReport, files_of, load_documents
from practicegraph.repository import Repository

COUNTRY = "http://publications.europa.eu/resource/authority/country"
THEME = "http://publications.europa.eu/resource/authority/data-theme"

#: As the Publications Office writes its table of countries: words of its own, old concepts kept.
COUNTRIES = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#"
 xmlns:at="http://publications.europa.eu/ontology/authority/">
<skos:ConceptScheme rdf:about="{COUNTRY}">
 <owl:versionInfo>20990101-0</owl:versionInfo><skos:prefLabel xml:lang="en">Country</skos:prefLabel>
</skos:ConceptScheme>
<skos:Concept rdf:about="{COUNTRY}/DEU" at:deprecated="false">
 <skos:inScheme rdf:resource="{COUNTRY}"/><at:op-code>DEU</at:op-code>
 <dc:identifier>DEU</dc:identifier><at:start.use>1990-10-03</at:start.use>
 <skos:prefLabel xml:lang="de">Deutschland</skos:prefLabel>
 <skos:prefLabel xml:lang="en">Germany</skos:prefLabel>
 <skos:prefLabel xml:lang="it">Germania (federale)</skos:prefLabel>
 <skos:altLabel xml:lang="de">Bundesrepublik Deutschland</skos:altLabel>
 <skos:hiddenLabel xml:lang="fr">allemande</skos:hiddenLabel>
</skos:Concept>
<skos:Concept rdf:about="{COUNTRY}/DDR" at:deprecated="true">
 <skos:inScheme rdf:resource="{COUNTRY}"/><at:op-code>DDR</at:op-code>
 <at:end.use>1990-10-02</at:end.use>
 <skos:prefLabel xml:lang="en">East Germany</skos:prefLabel>
 <skos:altLabel xml:lang="en">Germany</skos:altLabel>
 <skos:altLabel xml:lang="en">DDR desk@example.org</skos:altLabel>
</skos:Concept>
</rdf:RDF>
"""

#: SKOS-AP-ACT: SKOS-XL labels where there is no plain one, a status, a concept of its own.
THEMES = f"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .
@prefix status: <http://publications.europa.eu/resource/authority/concept-status/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix t: <{THEME}/> .
<{THEME}> a skos:ConceptScheme ; skos:prefLabel "Data theme"@en ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  skos:hasTopConcept t:GOVE , t:MADEUP , t:OLD , t:MISSPELT .
t:GOVE a skos:Concept , euvoc:DataTheme ; skos:inScheme <{THEME}> ;
  xl:prefLabel [ a xl:Label ; xl:literalForm "Government and public sector"@en ] ,
    [ a xl:Label ; xl:literalForm "Regierung und öffentlicher Sektor"@de ] ;
  euvoc:xlDefinition [ euvoc:xlNote "What governments do."@en ] ;
  euvoc:startDate "2015-10-01"^^<http://www.w3.org/2001/XMLSchema#date> .
t:MADEUP a skos:Concept ; skos:inScheme <{THEME}> ; skos:prefLabel "  Made  up "@en ;
  skos:notation "MADEUP" ; skos:narrower t:OLD .
t:OLD a skos:Concept ; skos:topConceptOf <{THEME}> ; skos:prefLabel "Old"@en , "Older"@en ;
  euvoc:status status:DEPRECATED ; dct:isReplacedBy t:MADEUP .
"""


def files_at(path: Path) -> list[InputFile]:
    """What is loaded of a file or folder."""
    with Inputs() as inputs:
        return files_of(inputs.open([path])[0])


def lay(repository: Repository, *files: Path, dry_run: bool = False) -> LoadReport:
    """Load files into a repository."""
    inputs = [InputFile(file, file.name) for file in files]
    return load_documents(repository, inputs, agent="test", dry_run=dry_run)
