"""The words of the pages about runs, in the languages of the pilots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from practicegraph.texts import LANGUAGES, pick

#: Key → the text in English, Italian, Spanish and Latvian. What a run is in the log (its kind, its
#: outcome, what became of records) has the word of the log as key.
_TABLE: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "about": (
        "Each time records were brought in, changed or taken back together.",
        "Ogni volta che più schede sono state importate, modificate o ripristinate insieme.",
        "Cada vez que se importaron, modificaron o restauraron fichas en conjunto.",
        "Katra reize, kad ieraksti tika kopīgi importēti, mainīti vai atjaunoti.",
    ),
    "kind": ("What was done", "Che cosa è stato fatto", "Qué se hizo", "Kas tika darīts"),
    "ingest": ("Import", "Importazione", "Importación", "Importēšana"),
    "undo": ("Undo", "Annullamento", "Anulación", "Atcelšana"),
    "merge": ("Merge", "Unione", "Fusión", "Apvienošana"),
    "withdraw": ("Withdrawal", "Ritiro", "Retirada", "Atsaukšana"),
    "outcome": ("How it ended", "Esito", "Resultado", "Iznākums"),
    "running": ("Still running", "In corso", "En curso", "Vēl notiek"),
    "finished": ("Finished", "Completata", "Finalizada", "Pabeigta"),
    "failed": ("Failed", "Non riuscita", "Fallida", "Neizdevās"),
    "interrupted": ("Broken off", "Interrotta", "Interrumpida", "Pārtraukta"),
    "source": ("Source", "Fonte", "Fuente", "Avots"),
    "input": ("What was read", "Che cosa è stato letto", "Qué se leyó", "Kas tika nolasīts"),
    "files": ("Files", "File", "Archivos", "Datnes"),
    "digest": (
        "Checksum (SHA-256)",
        "Somma di controllo (SHA-256)",
        "Suma de comprobación (SHA-256)",
        "Kontrolsumma (SHA-256)",
    ),
    "mapping": ("Mapping", "Mappatura", "Correspondencia", "Kartējums"),
    "tool": ("Program", "Programma", "Programa", "Programma"),
    "started": ("Started", "Inizio", "Inicio", "Sākums"),
    "ended": ("Ended", "Fine", "Fin", "Beigas"),
    "undoes": ("Undoes", "Annulla", "Anula", "Atceļ"),
    "undone_by": ("Undone by", "Annullata da", "Anulada por", "Atcelta ar"),
    "counts": (
        "What became of the records",
        "Che cosa è successo alle schede",
        "Qué pasó con las fichas",
        "Kas notika ar ierakstiem",
    ),
    "record_kind": ("Kind", "Tipo", "Tipo", "Veids"),
    "all": ("All", "Tutte", "Todas", "Visi"),
    "created": ("Created", "Create", "Creadas", "Izveidoti"),
    "updated": ("Updated", "Aggiornate", "Actualizadas", "Atjaunināti"),
    "withdrawn": ("Withdrawn", "Ritirate", "Retiradas", "Atsaukti"),
    "vanished": (
        "No longer in the source",
        "Non più nella fonte",
        "Ya no están en la fuente",
        "Avotā vairs nav",
    ),
    "unchanged": ("Unchanged", "Invariate", "Sin cambios", "Nemainīti"),
    "rejected": ("Rejected", "Respinte", "Rechazadas", "Noraidīti"),
    "skipped": ("Left out", "Tralasciate", "Omitidas", "Izlaisti"),
    "conflict": (
        "Left alone, changed since",
        "Lasciate stare, modificate dopo",
        "Sin tocar, cambiadas después",
        "Neaiztikti, vēlāk mainīti",
    ),
    "rows": ("Rows read", "Righe lette", "Filas leídas", "Nolasītās rindas"),
    "lost": (
        "Rows without a record",
        "Righe senza scheda",
        "Filas sin ficha",
        "Rindas bez ieraksta",
    ),
    "problems": (
        "What was noticed",
        "Che cosa è stato rilevato",
        "Qué se observó",
        "Kas tika pamanīts",
    ),
    "severity": ("Severity", "Gravità", "Gravedad", "Nopietnība"),
    "violation": ("Error", "Errore", "Error", "Kļūda"),
    "warning": ("Warning", "Avviso", "Aviso", "Brīdinājums"),
    "info": ("Note", "Nota", "Nota", "Piezīme"),
    "field": ("Field", "Campo", "Campo", "Lauks"),
    "rule": ("Rule", "Regola", "Regla", "Noteikums"),
    "times": ("Times", "Volte", "Veces", "Reizes"),
    "records": (
        "Records that it touched",
        "Schede interessate",
        "Fichas afectadas",
        "Skartie ieraksti",
    ),
    "action": ("Change", "Modifica", "Cambio", "Izmaiņas"),
    "record": ("Record", "Scheda", "Ficha", "Ieraksts"),
    "one_create": ("created", "creata", "creada", "izveidots"),
    "one_update": ("updated", "aggiornata", "actualizada", "atjaunināts"),
    "one_withdraw": ("withdrawn", "ritirata", "retirada", "atsaukts"),
    "practice": ("Practice", "Pratica", "Práctica", "Prakse"),
    "service": ("Service", "Servizio", "Servicio", "Pakalpojums"),
    "organisation": ("Organisation", "Organizzazione", "Organización", "Organizācija"),
    "asset": ("Asset", "Risorsa", "Recurso", "Resurss"),
    "restores": (
        "Brings back revision",
        "Ripristina la revisione",
        "Restaura la revisión",
        "Atjauno redakciju",
    ),
}

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    key: dict(zip(LANGUAGES, texts, strict=True)) for key, texts in _TABLE.items()
}


def words(languages: Sequence[str]) -> Mapping[str, str]:
    """The words for a reader, by their keys; what has no words here stands for itself."""
    return _Words({key: pick(texts, languages)[0] for key, texts in TEXTS.items()})


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key
