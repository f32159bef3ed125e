"""The words of templates, in the languages of the pilots: headings, hints and instructions.

What a field is called, and what it means, is not here: that is in the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from practicegraph.texts import LANGUAGES, Texts, in_language

#: Key → the text in English, Italian, Spanish and Latvian.
_TABLE: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "about": ("How to fill in", "Come compilare", "Cómo rellenar", "Kā aizpildīt"),
    "heading": (
        "Template for PracticeGraph: {name}",
        "Modello per PracticeGraph: {name}",
        "Plantilla para PracticeGraph: {name}",
        "PracticeGraph veidne: {name}",
    ),
    "step_1": (
        "Describe each thing in one row of the sheet “{name}”. Leave the first row as it is: it "
        "names the columns.",
        "Descrivere ogni elemento in una riga del foglio «{name}». Lasciare com'è la prima riga: "
        "contiene i nomi delle colonne.",
        "Describa cada elemento en una fila de la hoja «{name}». Deje la primera fila como está: "
        "contiene los nombres de las columnas.",
        "Katru vienību aprakstiet vienā lapas „{name}” rindā. Pirmo rindu atstājiet, kā ir: tajā "
        "ir kolonnu nosaukumi.",
    ),
    "step_2": (
        "Columns marked * must be filled in, those marked + should be. All others may stay empty, "
        "and sheets that are not needed too.",
        "Le colonne con * sono obbligatorie, quelle con + consigliate. Le altre possono restare "
        "vuote, come i fogli che non servono.",
        "Las columnas con * son obligatorias; las que llevan +, recomendadas. Las demás pueden "
        "quedar vacías, igual que las hojas que no hagan falta.",
        "Kolonnas ar * ir jāaizpilda, kolonnas ar + ir ieteicams aizpildīt. Pārējās var palikt "
        "tukšas, tāpat kā lapas, kas nav vajadzīgas.",
    ),
    "step_3": (
        "Rest the pointer on a header to read what belongs there. Where a cell has a list, choose "
        "from it; you may also type a label in another language, or a code.",
        "Posizionare il puntatore su un'intestazione per leggere che cosa scrivere. Se la cella ha "
        "un elenco, scegliere da lì; si può anche scrivere un'etichetta in un'altra lingua o un "
        "codice.",
        "Pase el puntero por un encabezado para leer qué hay que escribir. Si la celda tiene una "
        "lista, elija de ella; también puede escribir una etiqueta en otro idioma o un código.",
        "Novietojiet rādītāju uz virsraksta, lai izlasītu, kas jāraksta. Ja šūnai ir saraksts, "
        "izvēlieties no tā; drīkst rakstīt arī nosaukumu citā valodā vai kodu.",
    ),
    "step_4": (
        "Texts have one column for each language, such as [en]. One language is enough; for "
        "another one add a column with the same name and its code, such as [fr].",
        "I testi hanno una colonna per lingua, per esempio [it]. Basta una lingua; per "
        "aggiungerne un'altra, inserire una colonna con lo stesso nome e il suo codice, per "
        "esempio [fr].",
        "Los textos tienen una columna por idioma, por ejemplo [es]. Basta un idioma; para otro, "
        "añada una columna con el mismo nombre y su código, por ejemplo [fr].",
        "Tekstiem katrai valodai ir sava kolonna, piemēram, [lv]. Pietiek ar vienu valodu; citai "
        "pievienojiet kolonnu ar to pašu nosaukumu un valodas kodu, piemēram, [fr].",
    ),
    "step_5": (
        "Write dates as year, month and day: 2024-03-15. A date such as 03/04/2025 is refused, "
        "because it can be read in two ways.",
        "Scrivere le date come anno, mese e giorno: 2024-03-15. Una data come 03/04/2025 non è "
        "accettata, perché si può leggere in due modi.",
        "Escriba las fechas como año, mes y día: 2024-03-15. Una fecha como 03/04/2025 se rechaza, "
        "porque puede leerse de dos maneras.",
        "Datumus rakstiet kā gadu, mēnesi un dienu: 2024-03-15. Tādu datumu kā 03/04/2025 "
        "nepieņem, jo to var saprast divējādi.",
    ),
    "step_6": (
        "The sheets of parts say in their first column to which row of “{name}” they belong. "
        "Write its identifier or its title there.",
        "I fogli delle parti indicano nella prima colonna a quale riga di «{name}» appartengono. "
        "Scrivere lì il suo identificativo o il suo titolo.",
        "Las hojas de las partes indican en la primera columna a qué fila de «{name}» pertenecen. "
        "Escriba ahí su identificador o su título.",
        "Daļu lapās pirmā kolonna norāda, kurai lapas „{name}” rindai tās pieder. Ierakstiet tajā "
        "tās identifikatoru vai nosaukumu.",
    ),
    "step_7": (
        "Keep the identifiers when you send the file again: a row with the same identifier changes "
        "the same record, and what has not changed stays as it is.",
        "Quando si invia di nuovo il file, conservare gli identificativi: una riga con lo stesso "
        "identificativo modifica la stessa scheda, e ciò che non è cambiato resta com'è.",
        "Conserve los identificadores cuando vuelva a enviar el archivo: una fila con el mismo "
        "identificador modifica la misma ficha, y lo que no ha cambiado queda como está.",
        "Sūtot datni atkārtoti, saglabājiet identifikatorus: rinda ar to pašu identifikatoru maina "
        "to pašu ierakstu, un nemainītais paliek, kā bija.",
    ),
    "step_8": (
        "Whoever runs the repository first tries the file with: practicegraph ingest FILE "
        "--dry-run. The report names each cell that has to be mended; rows without a fault enter.",
        "Chi gestisce l'archivio prova prima il file con: practicegraph ingest FILE --dry-run. Il "
        "rapporto indica ogni cella da correggere; le righe senza errori entrano.",
        "Quien gestiona el repositorio prueba antes el archivo con: practicegraph ingest FILE "
        "--dry-run. El informe indica cada celda que hay que corregir; las filas sin errores "
        "entran.",
        "Krātuves uzturētājs datni vispirms pārbauda ar: practicegraph ingest FILE --dry-run. "
        "Pārskats norāda katru labojamo šūnu; rindas bez kļūdām tiek pieņemtas.",
    ),
    "columns": ("All columns", "Tutte le colonne", "Todas las columnas", "Visas kolonnas"),
    "sheet": ("Sheet", "Foglio", "Hoja", "Lapa"),
    "column": ("Column", "Colonna", "Columna", "Kolonna"),
    "need": ("Asked for", "Richiesta", "Se pide", "Prasība"),
    "hint": ("What to write", "Che cosa scrivere", "Qué escribir", "Kas jāraksta"),
    "example": ("Example", "Esempio", "Ejemplo", "Piemērs"),
    "mandatory": ("* mandatory", "* obbligatoria", "* obligatoria", "* obligāta"),
    "recommended": ("+ recommended", "+ consigliata", "+ recomendada", "+ ieteicama"),
    "optional": ("optional", "facoltativa", "opcional", "neobligāta"),
    "class": ("What it is", "Che cos'è", "Qué es", "Kas tas ir"),
    "part_name": (
        "Name of this row",
        "Nome di questa riga",
        "Nombre de esta fila",
        "Šīs rindas nosaukums",
    ),
    "yes": ("yes", "sì", "sí", "jā"),
    "no": ("no", "no", "no", "nē"),
    "hint_text": (
        "Text in the language [{tag}]. One of the languages is enough.",
        "Testo nella lingua [{tag}]. Basta una delle lingue.",
        "Texto en el idioma [{tag}]. Basta uno de los idiomas.",
        "Teksts valodā [{tag}]. Pietiek ar vienu no valodām.",
    ),
    "hint_lines": (
        "Several: each on a line of its own (Alt+Enter).",
        "Più valori: ciascuno su una riga a sé (Alt+Invio).",
        "Varios valores: cada uno en su propia línea (Alt+Intro).",
        "Vairākas vērtības: katra savā rindiņā (Alt+Enter).",
    ),
    "hint_several": (
        "Several: part them with ; or write each on a line of its own (Alt+Enter).",
        "Più valori: separarli con ; oppure scriverli uno per riga (Alt+Invio).",
        "Varios valores: sepárelos con ; o escríbalos uno por línea (Alt+Intro).",
        "Vairākas vērtības: atdaliet ar ; vai rakstiet katru savā rindiņā (Alt+Enter).",
    ),
    "hint_choice": (
        "Choose from the list; a label in another language or a code is understood too.",
        "Scegliere dall'elenco; si accettano anche etichette in un'altra lingua e codici.",
        "Elija de la lista; también se entienden etiquetas en otro idioma y códigos.",
        "Izvēlieties no saraksta; saprot arī nosaukumus citās valodās un kodus.",
    ),
    "hint_open": (
        "Choose from the list, or give the address of another value.",
        "Scegliere dall'elenco oppure indicare l'indirizzo di un altro valore.",
        "Elija de la lista o indique la dirección de otro valor.",
        "Izvēlieties no saraksta vai norādiet citas vērtības adresi.",
    ),
    "hint_date": (
        "A day (2024-03-15), a month (2024-03) or a year (2024).",
        "Un giorno (2024-03-15), un mese (2024-03) o un anno (2024).",
        "Un día (2024-03-15), un mes (2024-03) o un año (2024).",
        "Diena (2024-03-15), mēnesis (2024-03) vai gads (2024).",
    ),
    "hint_day": (
        "A day, as 2024-03-15.",
        "Un giorno, come 2024-03-15.",
        "Un día, como 2024-03-15.",
        "Diena, piemēram, 2024-03-15.",
    ),
    "hint_number": (
        "A number, with decimal comma or point and without dots or commas between thousands.",
        "Un numero, con virgola o punto decimale e senza separatore delle migliaia.",
        "Un número, con coma o punto decimal y sin separador de millares.",
        "Skaitlis ar decimālo komatu vai punktu, bez tūkstošu atdalītāja.",
    ),
    "hint_whole": ("A whole number.", "Un numero intero.", "Un número entero.", "Vesels skaitlis."),
    "hint_boolean": ("yes or no.", "sì o no.", "sí o no.", "jā vai nē."),
    "hint_record": (
        "Identifier or name of a row of the sheet {sheets}, or the address of a record.",
        "Identificativo o nome di una riga del foglio {sheets}, oppure l'indirizzo di una scheda.",
        "Identificador o nombre de una fila de la hoja {sheets}, o la dirección de una ficha.",
        "Lapas {sheets} rindas identifikators vai nosaukums, vai ieraksta adrese.",
    ),
    "hint_own": (
        "Left empty, it is the one to which this row belongs.",
        "Se resta vuoto, è quella a cui appartiene questa riga.",
        "Si queda vacío, es aquella a la que pertenece esta fila.",
        "Ja tukšs, tā ir tā, kurai pieder šī rinda.",
    ),
    "hint_part": (
        "Name or title of a row of the sheet {sheets} that belongs to the same record.",
        "Nome o titolo di una riga del foglio {sheets} che appartiene alla stessa scheda.",
        "Nombre o título de una fila de la hoja {sheets} que pertenece a la misma ficha.",
        "Tam pašam ierakstam piederošas lapas {sheets} rindas nosaukums vai virsraksts.",
    ),
    "hint_address": (
        "An address such as https://example.org/page.",
        "Un indirizzo, per esempio https://example.org/page.",
        "Una dirección, por ejemplo https://example.org/page.",
        "Adrese, piemēram, https://example.org/page.",
    ),
    "hint_link": (
        "Identifier or title of the row of the sheet {sheets} to which this belongs.",
        "Identificativo o titolo della riga del foglio {sheets} a cui appartiene.",
        "Identificador o título de la fila de la hoja {sheets} a la que pertenece.",
        "Lapas {sheets} rindas identifikators vai nosaukums, kurai tas pieder.",
    ),
    "hint_part_name": (
        "A short name by which other sheets refer to this row, such as {example}. Left empty, rows "
        "are numbered in their order.",
        "Un nome breve con cui gli altri fogli rimandano a questa riga, per esempio {example}. Se "
        "resta vuoto, le righe sono numerate nel loro ordine.",
        "Un nombre corto con el que otras hojas remiten a esta fila, por ejemplo {example}. Si "
        "queda vacío, las filas se numeran en su orden.",
        "Īss nosaukums, ar kuru citas lapas atsaucas uz šo rindu, piemēram, {example}. Ja tukšs, "
        "rindas numurē to secībā.",
    ),
    "hint_class": (
        "Choose from the list. Left empty, it is “{default}”.",
        "Scegliere dall'elenco. Se resta vuoto, è «{default}».",
        "Elija de la lista. Si queda vacío, es «{default}».",
        "Izvēlieties no saraksta. Ja tukšs, tas ir „{default}”.",
    ),
    "hint_identifier": (
        "Left empty, it is made from the title. Keep it: it tells which record is meant when the "
        "file comes again.",
        "Se resta vuoto, si ricava dal titolo. Conservarlo: indica di quale scheda si tratta "
        "quando il file arriva di nuovo.",
        "Si queda vacío, se forma con el título. Consérvelo: indica de qué ficha se trata cuando "
        "el archivo llega de nuevo.",
        "Ja tukšs, to veido no nosaukuma. Saglabājiet to: tas rāda, kurš ieraksts domāts, kad "
        "datne pienāk atkārtoti.",
    ),
    "not_listed": (
        "This is not in the list. It is kept if it is a label in another language, a code or an "
        "address.",
        "Non è nell'elenco. Resta valido se è un'etichetta in un'altra lingua, un codice o un "
        "indirizzo.",
        "No está en la lista. Es válido si es una etiqueta en otro idioma, un código o una "
        "dirección.",
        "Tā nav sarakstā. Der, ja tas ir nosaukums citā valodā, kods vai adrese.",
    ),
    "twice": (
        "This identifier is there already; each row needs its own.",
        "Questo identificativo c'è già; ogni riga deve avere il proprio.",
        "Este identificador ya existe; cada fila necesita el suyo.",
        "Šāds identifikators jau ir; katrai rindai vajag savu.",
    ),
}


def labels(key: str, **filled: str | Texts) -> Texts:
    """A text by language; what stands in braces is filled in, by language too where it has one."""
    return fill(dict(zip(LANGUAGES, _TABLE[key], strict=True)), filled)


def word(key: str, language: str, **filled: str | Texts) -> str:
    """A text in a language; in English where there is none in it."""
    return in_language(labels(key, **filled), [language])


def fill(texts: Texts, filled: Mapping[str, str | Texts]) -> dict[str, str]:
    """Fill in what stands in braces, in each language."""
    return {
        language: text.format(
            **{
                name: value if isinstance(value, str) else in_language(value, [language])
                for name, value in filled.items()
            }
        )
        for language, text in texts.items()
    }


def quoted(texts: Texts) -> Texts:
    """Names in the quotation marks of each language."""
    marks = {"it": "«{}»", "es": "«{}»", "lv": "„{}”"}
    return {
        language: marks.get(language, "“{}”").format(in_language(texts, [language]))
        for language in LANGUAGES
    }
