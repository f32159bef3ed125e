"""The words of the report as a page, in the languages of the pilots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from practicegraph.texts import LANGUAGES

_TEXTS: Final[dict[str, tuple[str, str, str, str]]] = {
    "title": (
        "Import report",
        "Rapporto di importazione",
        "Informe de importación",
        "Importa pārskats",
    ),
    "preview": (
        "Preview: nothing has been written",
        "Anteprima: non è stato scritto nulla",
        "Vista previa: no se ha escrito nada",
        "Priekšskatījums: nekas nav ierakstīts",
    ),
    "read": ("What was read", "Che cosa è stato letto", "Qué se ha leído", "Kas tika nolasīts"),
    "source": ("Source", "Fonte", "Fuente", "Avots"),
    "mapping": ("Mapping", "Mappatura", "Correspondencia", "Kartējums"),
    "run": ("Run", "Operazione", "Operación", "Darbība"),
    "unchanged_since": (
        "unchanged since run",
        "invariata dall'operazione",
        "sin cambios desde la operación",
        "nemainīts kopš darbības",
    ),
    "rows": ("Rows or subjects", "Righe o soggetti", "Filas o sujetos", "Rindas vai subjekti"),
    "lost": (
        "Rows of which no record could be made",
        "Righe da cui non è stato possibile ricavare una scheda",
        "Filas de las que no se pudo crear ninguna ficha",
        "Rindas, no kurām neizdevās izveidot ierakstu",
    ),
    "counts": (
        "What became of the records",
        "Che cosa è successo alle schede",
        "Qué ha pasado con las fichas",
        "Kas notika ar ierakstiem",
    ),
    "kind": ("Kind", "Tipo", "Tipo", "Veids"),
    "vocabularies": ("Vocabularies", "Vocabolari", "Vocabularios", "Vārdnīcas"),
    "vocabulary": ("Vocabulary", "Vocabolario", "Vocabulario", "Vārdnīca"),
    "concepts": ("Concepts", "Concetti", "Conceptos", "Jēdzieni"),
    "loaded": ("loaded", "caricato", "cargado", "ielādēta"),
    "changed": ("changed", "modificato", "modificado", "mainīta"),
    "refused": ("left out", "tralasciato", "omitido", "izlaists"),
    "created": ("created", "create", "creadas", "izveidoti"),
    "updated": ("updated", "aggiornate", "actualizadas", "atjaunināti"),
    "unchanged": ("unchanged", "invariate", "sin cambios", "nemainīti"),
    "rejected": ("rejected", "respinte", "rechazadas", "noraidīti"),
    "skipped": ("left out", "tralasciate", "omitidas", "izlaisti"),
    "vanished": (
        "no longer in the source",
        "non più nella fonte",
        "ya no están en la fuente",
        "avotā vairs nav",
    ),
    "withdrawn": ("withdrawn", "ritirate", "retiradas", "atsaukti"),
    "practice": ("Practices", "Pratiche", "Prácticas", "Prakses"),
    "service": ("Services", "Servizi", "Servicios", "Pakalpojumi"),
    "organisation": ("Organisations", "Organizzazioni", "Organizaciones", "Organizācijas"),
    "asset": ("Assets", "Risorse", "Recursos", "Resursi"),
    "todo": ("What to mend", "Che cosa correggere", "Qué hay que corregir", "Kas jālabo"),
    "times": ("Times", "Volte", "Veces", "Reizes"),
    "field": ("Field", "Campo", "Campo", "Lauks"),
    "mend": ("What to do", "Che cosa fare", "Qué hacer", "Ko darīt"),
    "first": ("First at", "Prima occorrenza", "Primera vez en", "Pirmoreiz"),
    "violation": (
        "keeps the record out",
        "impedisce l’ingresso",
        "impide la entrada",
        "neļauj ierakstu pievienot",
    ),
    "warning": ("warning", "avviso", "aviso", "brīdinājums"),
    "info": ("mended", "corretto", "corregido", "izlabots"),
    "changes": (
        "Changes, record by record",
        "Modifiche, scheda per scheda",
        "Cambios, ficha a ficha",
        "Izmaiņas pa ierakstiem",
    ),
    "record": ("Record", "Scheda", "Ficha", "Ieraksts"),
    "before": ("Before", "Prima", "Antes", "Pirms"),
    "after": ("After", "Dopo", "Después", "Pēc"),
    "where": ("Where", "Dove", "Dónde", "Kur"),
    "value": ("Value", "Valore", "Valor", "Vērtība"),
    "all": (
        "Every single finding",
        "Ogni singola segnalazione",
        "Cada aviso",
        "Katrs konstatējums",
    ),
    "none": ("Nothing.", "Nulla.", "Nada.", "Nekā."),
}

#: Language → name of a text → the text.
TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    language: {name: texts[place] for name, texts in _TEXTS.items()}
    for place, language in enumerate(LANGUAGES)
}
