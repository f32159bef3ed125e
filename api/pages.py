"""Pages for people: what a template is given, and how links are kept harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import jinja2
import pyoxigraph as ox

from practicegraph import artefacts, namespaces
from practicegraph.fields import Field, fields_of
from practicegraph.graph import Graph
from practicegraph.iris import Iris
from practicegraph.namespaces import RDF_TYPE
from practicegraph.queries import fill
from practicegraph.texts import pick
from practicegraph.vocabulary.description import describe

_SAFE_LINK: Final = re.compile(r"(https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_LAST: Final = (9999.0, 0.0)

#: What the frame of every page says, in the languages of the pilots.
TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "tagline": {
        "en": "Good practices in public services, open for reuse",
        "it": "Buone pratiche nei servizi pubblici, aperte al riuso",
        "es": "Buenas prácticas en los servicios públicos, abiertas a la reutilización",
        "lv": "Labā prakse publiskajos pakalpojumos, atvērta atkalizmantošanai",
    },
    "practices": {"en": "Practices", "it": "Pratiche", "es": "Prácticas", "lv": "Prakses"},
    "services": {"en": "Services", "it": "Servizi", "es": "Servicios", "lv": "Pakalpojumi"},
    "organisations": {
        "en": "Organisations",
        "it": "Organizzazioni",
        "es": "Organizaciones",
        "lv": "Organizācijas",
    },
    "assets": {"en": "Assets", "it": "Risorse", "es": "Recursos", "lv": "Resursi"},
    "vocabulary": {"en": "Vocabulary", "it": "Vocabolario", "es": "Vocabulario", "lv": "Vārdnīca"},
    "formats": {
        "en": "The same data as",
        "it": "Gli stessi dati come",
        "es": "Los mismos datos como",
        "lv": "Tie paši dati kā",
    },
    "revision": {"en": "Revision", "it": "Revisione", "es": "Revisión", "lv": "Redakcija"},
    "next": {
        "en": "Next page",
        "it": "Pagina successiva",
        "es": "Página siguiente",
        "lv": "Nākamā lapa",
    },
    "previous": {
        "en": "Previous page",
        "it": "Pagina precedente",
        "es": "Página anterior",
        "lv": "Iepriekšējā lapa",
    },
    "total": {"en": "Entries", "it": "Schede", "es": "Fichas", "lv": "Ieraksti"},
    "other": {"en": "Other", "it": "Altro", "es": "Otros", "lv": "Cits"},
    "questions": {"en": "Questions", "it": "Domande", "es": "Preguntas", "lv": "Jautājumi"},
    "audience_officer": {
        "en": "For those who look for a practice",
        "it": "Per chi cerca una pratica",
        "es": "Para quien busca una práctica",
        "lv": "Tiem, kas meklē praksi",
    },
    "audience_steward": {
        "en": "For those who look after the records",
        "it": "Per chi cura le schede",
        "es": "Para quien mantiene las fichas",
        "lv": "Tiem, kas uztur ierakstus",
    },
    "audience_consumer": {
        "en": "For those who reuse the data",
        "it": "Per chi riutilizza i dati",
        "es": "Para quien reutiliza los datos",
        "lv": "Tiem, kas datus atkalizmanto",
    },
    "audience_everyone": {
        "en": "For everyone",
        "it": "Per tutti",
        "es": "Para todos",
        "lv": "Visiem",
    },
    "ask": {"en": "Ask", "it": "Chiedi", "es": "Preguntar", "lv": "Jautāt"},
    "rows": {"en": "Rows", "it": "Righe", "es": "Filas", "lv": "Rindas"},
    "more_rows": {
        "en": "There is more; take all of it in one of the formats below.",
        "it": "Qui non c'è tutto: il contenuto completo è disponibile nei formati qui sotto.",
        "es": "Hay más: puede obtener el contenido completo en uno de los formatos siguientes.",
        "lv": "Šeit nav redzams viss; pilnu saturu var saņemt kādā no tālāk minētajiem formātiem.",
    },
    "runs": {"en": "Runs", "it": "Operazioni", "es": "Operaciones", "lv": "Darbības"},
    "run": {"en": "Run", "it": "Operazione", "es": "Operación", "lv": "Darbība"},
    "catalogue": {"en": "Catalogue", "it": "Catalogo", "es": "Catálogo", "lv": "Katalogs"},
    "publisher": {
        "en": "Published by",
        "it": "Pubblicato da",
        "es": "Publicado por",
        "lv": "Izdevējs",
    },
    "licence": {"en": "Licence", "it": "Licenza", "es": "Licencia", "lv": "Licence"},
    "modified": {
        "en": "Last changed",
        "it": "Ultima modifica",
        "es": "Última modificación",
        "lv": "Pēdējās izmaiņas",
    },
    "withdrawn": {
        "en": "This record was withdrawn.",
        "it": "Questa scheda è stata ritirata.",
        "es": "Esta ficha ha sido retirada.",
        "lv": "Šis ieraksts ir atsaukts.",
    },
    "replaced": {
        "en": "It was replaced by",
        "it": "È stata sostituita da",
        "es": "Ha sido sustituida por",
        "lv": "To aizstāj",
    },
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value on a page: a text in a language, a link, or a part with lines of its own."""

    text: str
    language: str = ""
    link: str | None = None
    anchor: str | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A field with its values; `property` is the IRI, `link` leads to what it means."""

    label: str
    property: str
    link: str | None
    values: tuple[Value, ...]
    group: str = ""


def safe_link(iri: str) -> str | None:
    """The IRI if a page may link to it (http, https, mailto), else None."""
    return iri if _SAFE_LINK.fullmatch(iri) else None


def labels(graph: Graph, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """Labels of these IRIs by language, with one query."""
    terms = [ox.NamedNode(iri) for iri in sorted(set(iris))]
    found: dict[str, dict[str, str]] = {}
    if terms:
        for row in graph.select(fill("labels", "iri", terms)):
            iri, label = row["iri"], row["label"]
            if isinstance(iri, ox.NamedNode) and isinstance(label, ox.Literal):
                found.setdefault(iri.value, {}).setdefault(label.language or "", label.value)
    return found


class Lines:
    """Turns the statements of a record into the lines of a page, in a reader's languages."""

    def __init__(
        self, triples: Sequence[ox.Triple], graph: Graph, iris: Iris, languages: tuple[str, ...]
    ) -> None:
        self._iris = iris
        self._languages = languages
        self._nodes: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
        linked: set[str] = set()
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and isinstance(
                triple.object, ox.NamedNode | ox.Literal
            ):
                of_node = self._nodes.setdefault(triple.subject.value, {})
                of_node.setdefault(triple.predicate.value, []).append(triple.object)
                if isinstance(triple.object, ox.NamedNode):
                    linked.add(triple.object.value)
        self._labels = labels(graph, linked - self._nodes.keys())
        self._done: set[str] = set()

    def groups(self, iri: str) -> list[tuple[str, list[Line]]]:
        """The lines of a node under the headings of their groups."""
        return [
            (heading, list(lines))
            for heading, lines in groupby(self.of(iri), key=lambda line: line.group)
        ]

    def of(self, iri: str) -> tuple[Line, ...]:
        """The lines of a node, in the order of the shapes."""
        self._done.add(iri)
        properties = self._nodes.get(iri, {})
        classes = [v.value for v in properties.get(RDF_TYPE, [])]
        known = fields_of(classes)
        lines = []
        for property_ in sorted(properties, key=lambda p: (_rank(known.get(p)), p)):
            if property_ == RDF_TYPE:
                continue
            field = known.get(property_)
            label = pick(field.names, self._languages)[0] if field else ""
            group = pick(field.group, self._languages)[0] if field else ""
            lines.append(
                Line(
                    label or namespaces.compact(property_),
                    property_,
                    self._documented(property_),
                    self._values(properties[property_]),
                    group or self.text("other"),
                )
            )
        return tuple(lines)

    def text(self, key: str) -> str:
        """A text of the frame in the reader's language."""
        return pick(TEXTS[key], self._languages)[0]

    def title(self, iri: str) -> tuple[str, str]:
        """What the node is called, with the language of that name."""
        for property_ in (namespaces.DCT + "title", namespaces.SKOS + "prefLabel"):
            texts = {
                v.language or "": v.value
                for v in self._nodes.get(iri, {}).get(property_, [])
                if isinstance(v, ox.Literal)
            }
            if texts:
                return pick(texts, self._languages)
        return iri, ""

    def _values(self, values: Iterable[ox.NamedNode | ox.Literal]) -> tuple[Value, ...]:
        texts = [v for v in values if isinstance(v, ox.Literal) and v.language]
        others = [v for v in values if not (isinstance(v, ox.Literal) and v.language)]
        shown: list[Value] = []
        if texts:
            by_language: dict[str, list[str]] = {}
            for text in texts:
                by_language.setdefault(text.language or "", []).append(text.value)
            _, language = pick({k: v[0] for k, v in by_language.items()}, self._languages)
            shown += [Value(text, language) for text in sorted(by_language[language])]
        parts = [self._value(v) for v in others]
        return (*shown, *sorted(parts, key=lambda v: (_counted(v.anchor or ""), v.text)))

    def _documented(self, iri: str) -> str | None:
        """Where the pages of the vocabulary explain a term or a concept, if they do."""
        address = describe(artefacts.OWN).addresses.get(iri)
        return f"{self._iris.path}{address}" if address else None

    def _value(self, value: ox.NamedNode | ox.Literal) -> Value:
        if isinstance(value, ox.Literal):
            return Value(value.value)
        iri = value.value
        if iri in self._nodes:
            anchor = iri.partition("#")[2]
            if iri in self._done:
                title, language = self.title(iri)
                return Value(title if title != iri else anchor, language, f"#{anchor}")
            return Value("", anchor=anchor, lines=self.of(iri))
        label, language = pick(self._labels.get(iri, {}), self._languages)
        name = self._iris.name(iri)
        link = self._iris.address(*name) if name else self._documented(iri) or safe_link(iri)
        return Value(label or iri, language, link)


def _rank(field: Field | None) -> tuple[float, float]:
    return field.rank if field else _LAST


def _counted(anchor: str) -> str:
    return re.sub(r"\d+", lambda m: m[0].zfill(8), anchor)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["safe_link"] = safe_link
    return environment


def render(template: str, languages: tuple[str, ...], **values: Any) -> str:
    """Fill a template of `api/templates`; every value is escaped."""
    texts = {key: pick(text, languages)[0] for key, text in TEXTS.items()}
    language = next((tag for tag in languages if tag in TEXTS["tagline"]), "en")
    return _environment().get_template(template).render(t=texts, language=language, **values)
