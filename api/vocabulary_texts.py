"""The words of the vocabulary's own pages, in the languages of the pilots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from practicegraph.texts import LANGUAGES

#: Key → the text in English, Italian, Spanish and Latvian.
_TABLE: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "contents": ("Contents", "Indice", "Índice", "Saturs"),
    "overview": ("Overview", "Panoramica", "Panorama", "Pārskats"),
    "classes": ("Classes", "Classi", "Clases", "Klases"),
    "properties": ("Properties", "Proprietà", "Propiedades", "Īpašības"),
    "reused": (
        "Terms reused from other vocabularies",
        "Termini ripresi da altri vocabolari",
        "Términos tomados de otros vocabularios",
        "No citām vārdnīcām pārņemtie termini",
    ),
    "ontology_page": ("Ontology", "Ontologia", "Ontología", "Ontoloģija"),
    "alignments": ("Alignments", "Allineamenti", "Correspondencias", "Atbilstības"),
    "shapes_page": ("Shapes", "Shape", "Formas", "Formas"),
    "vocabularies": (
        "Controlled vocabularies",
        "Vocabolari controllati",
        "Vocabularios controlados",
        "Kontrolētās vārdnīcas",
    ),
    "schemes": (
        "Concept schemes of PracticeGraph",
        "Schemi di concetti di PracticeGraph",
        "Esquemas de conceptos de PracticeGraph",
        "PracticeGraph jēdzienu shēmas",
    ),
    "lists": (
        "Lists kept by others",
        "Elenchi tenuti da altri",
        "Listas mantenidas por otros",
        "Citu uzturēti saraksti",
    ),
    "lists_hint": (
        "The addresses are those of the official lists; the names shown here are labels for "
        "reading.",
        "Gli indirizzi sono quelli degli elenchi ufficiali; i nomi mostrati qui sono etichette "
        "per la lettura.",
        "Las direcciones son las de las listas oficiales; los nombres que se muestran aquí son "
        "etiquetas para la lectura.",
        "Adreses ir no oficiālajiem sarakstiem; šeit redzamie nosaukumi ir paredzēti lasīšanai.",
    ),
    "official_hint": (
        "The official list is loaded here. Where it has no name in a language, a label of ours "
        "stands in.",
        "Qui è caricato l'elenco ufficiale. Dove manca un nome in una lingua, al suo posto c'è una "
        "nostra etichetta.",
        "Aquí está cargada la lista oficial. Donde falta un nombre en un idioma, aparece una "
        "etiqueta nuestra.",
        "Šeit ir ielādēts oficiālais saraksts. Ja nosaukuma kādā valodā nav, tā vietā ir mūsu "
        "apzīmējums.",
    ),
    "loaded": ("Loaded", "Data di caricamento", "Fecha de carga", "Ielādes datums"),
    "concepts": ("Concepts", "Concetti", "Conceptos", "Jēdzieni"),
    "members": ("Values", "Valori", "Valores", "Vērtības"),
    "version": ("Version", "Versione", "Versión", "Versija"),
    "this_version": ("This version", "Questa versione", "Esta versión", "Šī versija"),
    "prior": ("Previous version", "Versione precedente", "Versión anterior", "Iepriekšējā versija"),
    "latest": ("IRI", "IRI", "IRI", "IRI"),
    "prefix": ("Prefix", "Prefisso", "Prefijo", "Prefikss"),
    "namespace": ("Namespace", "Spazio dei nomi", "Espacio de nombres", "Nosaukumtelpa"),
    "namespaces": (
        "Namespaces used",
        "Spazi dei nomi usati",
        "Espacios de nombres usados",
        "Izmantotās nosaukumtelpas",
    ),
    "creator": ("Creator", "Autore", "Autoría", "Autors"),
    "licence": ("Licence", "Licenza", "Licencia", "Licence"),
    "created": ("Created", "Creazione", "Creación", "Izveides datums"),
    "issued": ("Published", "Pubblicazione", "Publicación", "Publicēšanas datums"),
    "modified": ("Changed", "Modifica", "Modificación", "Pēdējās izmaiņas"),
    "citation": ("Cite as", "Come citare", "Cómo citar", "Kā atsaukties"),
    "source": ("Comes from", "Provenienza", "Procedencia", "Avots"),
    "diagram": (
        "Diagram of the classes",
        "Diagramma delle classi",
        "Diagrama de las clases",
        "Klašu diagramma",
    ),
    "diagram_hint": (
        "Each box is a class with its mandatory fields; each arrow is a property that leads from "
        "one class to another. A dashed arrow leads to the superclass. Boxes and labels are links.",
        "Ogni riquadro è una classe con i suoi campi obbligatori; ogni freccia è una proprietà che "
        "porta da una classe a un'altra. Una freccia tratteggiata porta alla superclasse. Riquadri "
        "ed etichette sono collegamenti.",
        "Cada recuadro es una clase con sus campos obligatorios; cada flecha es una propiedad que "
        "lleva de una clase a otra. Una flecha discontinua lleva a la superclase. Los recuadros y "
        "las etiquetas son enlaces.",
        "Katrs lodziņš ir klase ar tās obligātajiem laukiem; katra bultiņa ir īpašība, kas ved no "
        "vienas klases uz citu. Pārtraukta bultiņa ved uz virsklasi. Lodziņi un uzraksti ir "
        "saites.",
    ),
    "field": ("Field", "Campo", "Campo", "Lauks"),
    "value": ("Value", "Valore", "Valor", "Vērtība"),
    "cardinality": ("How many", "Quanti", "Cuántos", "Skaits"),
    "need": ("Needed", "Richiesto", "Necesario", "Vajadzīgs"),
    "listed": ("listed", "in elenco", "incluida", "iekļauts"),
    "reviewed": ("reviewed", "revisionata", "revisada", "pārskatīts"),
    "mandatory": ("mandatory", "obbligatorio", "obligatorio", "obligāts"),
    "recommended": ("recommended", "raccomandato", "recomendado", "ieteicams"),
    "optional": ("optional", "facoltativo", "opcional", "neobligāts"),
    "per_language": (
        "one per language", "uno per lingua", "uno por idioma", "viens katrā valodā"
    ),
    "any": ("any", "qualsiasi", "cualquiera", "jebkāda"),
    "text": ("text with its language", "testo con la sua lingua", "texto con su idioma",
             "teksts ar valodas norādi"),
    "addresses": ("addresses", "indirizzi", "direcciones", "adreses"),
    "used_in": ("Used in", "Usata in", "Se usa en", "Lietojums"),
    "reached_from": ("Reached from", "Vi si arriva da", "Se llega desde", "Uz to norāda"),
    "also": ("Also applies to", "Vale anche per", "Vale también para", "Attiecas arī uz"),
    "shapes_of": ("Shapes", "Shape", "Formas", "Formas"),
    "languages": ("In other languages", "In altre lingue", "En otros idiomas", "Citās valodās"),
    "deprecated": ("deprecated", "obsoleto", "obsoleto", "novecojis"),
    "definition": ("Definition", "Definizione", "Definición", "Definīcija"),
    "note": ("Note", "Nota", "Nota", "Piezīme"),
    "term": ("Term", "Termine", "Término", "Termins"),
    "relation": ("Relation", "Relazione", "Relación", "Attiecība"),
    "target": ("Is related to", "È in relazione con",
               "Se relaciona con", "Saistīts ar"),
    "notation": ("Code", "Codice", "Código", "Kods"),
    "rank": ("Rank", "Ordine", "Orden", "Secība"),
    "broader": ("Broader", "Più generale", "Más general", "Plašāks"),
    "alternative": ("Also called", "Detto anche", "También llamado", "Saukts arī"),
    "applies_to": ("Applies to", "Si applica a", "Se aplica a", "Attiecas uz"),
    "rule": ("Rule", "Regola", "Regla", "Noteikums"),
    "message": ("What the report says", "Che cosa dice il rapporto", "Qué dice el informe",
                "Ko saka ziņojums"),
    "severity": ("Severity", "Gravità", "Gravedad", "Nopietnība"),
    "Violation": ("Violation", "Violazione", "Infracción", "Pārkāpums"),
    "Warning": ("Warning", "Avviso", "Aviso", "Brīdinājums"),
    "Info": ("Information", "Informazione", "Información", "Informācija"),
    "blocks": ("Building blocks", "Elementi di base", "Piezas básicas", "Pamatelementi"),
    "constraint": ("Constraint", "Vincolo", "Restricción", "Ierobežojums"),
    "query": ("Query", "Interrogazione", "Consulta", "Vaicājums"),
    "profile": ("Profile", "Profilo", "Perfil", "Profils"),
    "all_rules": ("All rules", "Tutte le regole", "Todas las reglas", "Visi noteikumi"),
    "profiles_hint": (
        "The profile “listed” holds for every record; “reviewed” asks for more once a steward has "
        "reviewed it.",
        "Il profilo «in elenco» vale per ogni scheda; «revisionata» chiede di più dopo la "
        "revisione.",
        "El perfil «incluida» vale para toda ficha; «revisada» pide más tras la revisión.",
        "Profils „iekļauts” attiecas uz katru ierakstu; „pārskatīts” prasa vairāk pēc "
        "pārskatīšanas.",
    ),
    "formats": (
        "The same as data", "Le stesse informazioni come dati", "La misma información como datos",
        "Tā pati informācija kā dati",
    ),
    "link_to": ("Link to", "Collegamento a", "Enlace a", "Saite uz"),
    "language": ("Language", "Lingua", "Idioma", "Valoda"),
    "documentation": (
        "Documentation of the vocabulary",
        "Documentazione del vocabolario",
        "Documentación del vocabulario",
        "Vārdnīcas dokumentācija",
    ),
    "adms-publisher-types": (
        "Kinds of organisation", "Tipi di organizzazione", "Tipos de organización",
        "Organizāciju veidi",
    ),
    "adms-status": ("Status", "Stato", "Estado", "Statuss"),
    "cofog-divisions": (
        "Functions of government (COFOG divisions)",
        "Funzioni di governo (divisioni COFOG)",
        "Funciones del gobierno (divisiones de la COFOG)",
        "Valdības funkcijas (COFOG nodaļas)",
    ),
    "countries": (
        "Countries and territories", "Paesi e territori", "Países y territorios",
        "Valstis un teritorijas",
    ),
    "data-themes": ("Data themes", "Temi dei dati", "Temas de datos", "Datu tēmas"),
    "languages-list": ("Languages", "Lingue", "Idiomas", "Valodas"),
    "currencies": ("Currencies", "Valute", "Monedas", "Valūtas"),
    "licences": ("Licences", "Licenze", "Licencias", "Licences"),
    "sustainable-development-goals": (
        "Sustainable Development Goals",
        "Obiettivi di sviluppo sostenibile",
        "Objetivos de Desarrollo Sostenible",
        "Ilgtspējīgas attīstības mērķi",
    ),
}  # fmt: skip

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    key: dict(zip(LANGUAGES, texts, strict=True)) for key, texts in _TABLE.items()
}

#: What languages call themselves, in the switch between them.
NAMES: Final[Mapping[str, str]] = {
    "en": "English", "it": "Italiano", "es": "Español", "lv": "Latviešu",
}  # fmt: skip


def title_of_list(name: str) -> Mapping[str, str]:
    """What a list kept by others is called; its file's name where nothing was written."""
    return TEXTS.get(name if name != "languages" else "languages-list", {"": name})
