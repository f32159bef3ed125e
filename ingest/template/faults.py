"""What is said, in the languages of the pilots, about a cell of a template that cannot be used."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

from ingest.problems import Finding, Place, Problem, problem
from ingest.template.words import fill
from practicegraph.texts import LANGUAGES, Texts
from practicegraph.validation import Severity

#: Rule → how grave it is, and the text in English, Italian, Spanish and Latvian.
_TABLE: Final[Mapping[str, tuple[Severity, tuple[str, str, str, str]]]] = {
    "date": (
        "violation",
        (
            "{column}: this is not a date. Write a day as 2024-03-15, a month as 2024-03 or a "
            "year as 2024.",
            "{column}: non è una data. Scrivere un giorno come 2024-03-15, un mese come 2024-03 o "
            "un anno come 2024.",
            "{column}: no es una fecha. Escriba un día como 2024-03-15, un mes como 2024-03 o un "
            "año como 2024.",
            "{column}: tas nav datums. Rakstiet dienu kā 2024-03-15, mēnesi kā 2024-03 vai gadu kā "
            "2024.",
        ),
    ),
    "day": (
        "violation",
        (
            "{column}: a whole day is needed here, written as 2024-03-15.",
            "{column}: qui serve un giorno completo, scritto come 2024-03-15.",
            "{column}: aquí hace falta un día completo, escrito como 2024-03-15.",
            "{column}: šeit vajadzīga pilna diena, rakstīta kā 2024-03-15.",
        ),
    ),
    "ambiguous date": (
        "violation",
        (
            "{column}: this can be {first} or {second}. Write the one that is meant, in this form.",
            "{column}: può essere {first} oppure {second}. Scrivere la data giusta in questa "
            "forma.",
            "{column}: puede ser {first} o {second}. Escriba la fecha correcta de esta forma.",
            "{column}: tas var būt {first} vai {second}. Ierakstiet īsto datumu šādā veidā.",
        ),
    ),
    "number": (
        "violation",
        (
            "{column}: this is not a number. Write digits only, such as 1250 or 12.5.",
            "{column}: non è un numero. Scrivere solo cifre, per esempio 1250 o 12,5.",
            "{column}: no es un número. Escriba solo cifras, por ejemplo 1250 o 12,5.",
            "{column}: tas nav skaitlis. Rakstiet tikai ciparus, piemēram, 1250 vai 12,5.",
        ),
    ),
    "ambiguous number": (
        "violation",
        (
            "{column}: this can be {first} or {second}. Write the number without a mark between "
            "thousands.",
            "{column}: può essere {first} oppure {second}. Scrivere il numero senza separatore "
            "delle migliaia.",
            "{column}: puede ser {first} o {second}. Escriba el número sin separador de millares.",
            "{column}: tas var būt {first} vai {second}. Rakstiet skaitli bez tūkstošu atdalītāja.",
        ),
    ),
    "whole number": (
        "violation",
        (
            "{column}: write a whole number, such as 3.",
            "{column}: scrivere un numero intero, per esempio 3.",
            "{column}: escriba un número entero, por ejemplo 3.",
            "{column}: ierakstiet veselu skaitli, piemēram, 3.",
        ),
    ),
    "yes or no": (
        "violation",
        (
            "{column}: write yes or no.",
            "{column}: scrivere sì o no.",
            "{column}: escriba sí o no.",
            "{column}: ierakstiet jā vai nē.",
        ),
    ),
    "known concept": (
        "violation",
        (
            "{column}: this is not in the list. Choose from it, such as {some}.",
            "{column}: non è nell'elenco. Scegliere da lì, per esempio {some}.",
            "{column}: no está en la lista. Elija de ella, por ejemplo {some}.",
            "{column}: tā nav sarakstā. Izvēlieties no tā, piemēram, {some}.",
        ),
    ),
    "one concept": (
        "violation",
        (
            "{column}: this can mean {some}. Write the one that is meant, or its address.",
            "{column}: può significare {some}. Scrivere quello giusto o il suo indirizzo.",
            "{column}: puede significar {some}. Escriba el correcto o su dirección.",
            "{column}: tas var nozīmēt {some}. Ierakstiet īsto vai tā adresi.",
        ),
    ),
    "web address": (
        "violation",
        (
            "{column}: this is not an address. Write one that starts with https:// and has no "
            "blanks.",
            "{column}: non è un indirizzo. Scriverne uno che inizia con https:// e non ha spazi.",
            "{column}: no es una dirección. Escriba una que empiece por https:// y no tenga "
            "espacios.",
            "{column}: tā nav adrese. Ierakstiet tādu, kas sākas ar https:// un kurā nav "
            "atstarpju.",
        ),
    ),
    "completed address": (
        "info",
        (
            "{column}: completed to {first}; check it.",
            "{column}: completato in {first}; verificare.",
            "{column}: completado como {first}; compruébelo.",
            "{column}: papildināts par {first}; pārbaudiet.",
        ),
    ),
    "no personal data": (
        "info",
        (
            "{column}: an e-mail address or telephone number was taken out; nothing need be done.",
            "{column}: è stato tolto un indirizzo e-mail o un numero di telefono; non occorre "
            "fare nulla.",
            "{column}: se ha quitado una dirección de correo o un número de teléfono; no hay que "
            "hacer nada.",
            "{column}: izņemta e-pasta adrese vai tālruņa numurs; nekas nav jādara.",
        ),
    ),
    "known record": (
        "violation",
        (
            "{column}: nothing is called so. Write the identifier or name of a row of the sheet "
            "{sheets}, or the address of a record.",
            "{column}: niente ha questo nome. Scrivere l'identificativo o il nome di una riga del "
            "foglio {sheets}, oppure l'indirizzo di una scheda.",
            "{column}: nada se llama así. Escriba el identificador o el nombre de una fila de la "
            "hoja {sheets}, o la dirección de una ficha.",
            "{column}: nekas tā nesaucas. Ierakstiet lapas {sheets} rindas identifikatoru vai "
            "nosaukumu, vai ieraksta adresi.",
        ),
    ),
    "one record": (
        "violation",
        (
            "{column}: several rows are called so ({first}, {second}). Write the identifier of "
            "the one that is meant.",
            "{column}: più righe hanno questo nome ({first}, {second}). Scrivere l'identificativo "
            "di quella giusta.",
            "{column}: varias filas se llaman así ({first}, {second}). Escriba el identificador "
            "de la correcta.",
            "{column}: tā saucas vairākas rindas ({first}, {second}). Ierakstiet īstās rindas "
            "identifikatoru.",
        ),
    ),
    "known part": (
        "violation",
        (
            "{column}: no row of the sheet {sheets} that belongs to the same record is called so. "
            "Write the name or title of such a row.",
            "{column}: nessuna riga del foglio {sheets} che appartiene alla stessa scheda si "
            "chiama così. Scrivere il nome o il titolo di una di esse.",
            "{column}: ninguna fila de la hoja {sheets} que pertenezca a la misma ficha se llama "
            "así. Escriba el nombre o el título de una de ellas.",
            "{column}: neviena tam pašam ierakstam piederoša lapas {sheets} rinda tā nesaucas. "
            "Ierakstiet šādas rindas nosaukumu vai virsrakstu.",
        ),
    ),
    "belongs to a record": (
        "violation",
        (
            "{column}: say to which row of the sheet {sheets} this belongs, by its identifier or "
            "title.",
            "{column}: indicare a quale riga del foglio {sheets} appartiene, con il suo "
            "identificativo o titolo.",
            "{column}: indique a qué fila de la hoja {sheets} pertenece, con su identificador o "
            "título.",
            "{column}: norādiet, kurai lapas {sheets} rindai tas pieder, ar tās identifikatoru vai "
            "nosaukumu.",
        ),
    ),
    "name of a part": (
        "violation",
        (
            "{column}: use letters without accents, digits, hyphens and points, such as {first}, "
            "and another name for each row.",
            "{column}: usare lettere senza accenti, cifre, trattini e punti, per esempio {first}, "
            "e un nome diverso per ogni riga.",
            "{column}: use letras sin tildes, cifras, guiones y puntos, por ejemplo {first}, y un "
            "nombre distinto para cada fila.",
            "{column}: lietojiet burtus bez garumzīmēm un mīkstinājuma zīmēm, ciparus, defises un "
            "punktus, piemēram, {first}, un katrai rindai citu nosaukumu.",
        ),
    ),
    "identifier": (
        "violation",
        (
            "{column}: this is too short to be nobody else's. Write a code that tells the record "
            "apart, such as the name of the place and of the practice, or leave the cell empty.",
            "{column}: è troppo breve per non essere anche di altri. Scrivere un codice che "
            "distingua la scheda, per esempio il nome del luogo e della pratica, o lasciare vuota "
            "la cella.",
            "{column}: es demasiado corto para no ser también de otros. Escriba un código que "
            "distinga la ficha, por ejemplo el nombre del lugar y de la práctica, o deje vacía la "
            "celda.",
            "{column}: tas ir pārāk īss, lai nebūtu arī citiem. Ierakstiet kodu, kas atšķir "
            "ierakstu, piemēram, vietas un prakses nosaukumu, vai atstājiet šūnu tukšu.",
        ),
    ),
    "one row, one record": (
        "violation",
        (
            "{column}: the row {first} describes the same record. Give each its own identifier, "
            "or keep one of the rows.",
            "{column}: la riga {first} descrive la stessa scheda. Dare a ciascuna il proprio "
            "identificativo o lasciare una sola riga.",
            "{column}: la fila {first} describe la misma ficha. Dé a cada una su propio "
            "identificador o deje una sola fila.",
            "{column}: rinda {first} apraksta to pašu ierakstu. Dodiet katrai savu identifikatoru "
            "vai atstājiet vienu rindu.",
        ),
    ),
    "no record": (
        "violation",
        (
            "This row has neither an identifier nor a title; write at least a title.",
            "Questa riga non ha né identificativo né titolo; scrivere almeno un titolo.",
            "Esta fila no tiene ni identificador ni título; escriba al menos un título.",
            "Šai rindai nav ne identifikatora, ne nosaukuma; ierakstiet vismaz nosaukumu.",
        ),
    ),
    "known column": (
        "warning",
        (
            "The column {column} is not known, and was not read. Give it the name of a column of "
            "the template, or delete it.",
            "La colonna {column} non è nota e non è stata letta. Darle il nome di una colonna del "
            "modello o eliminarla.",
            "La columna {column} no se conoce y no se ha leído. Póngale el nombre de una columna "
            "de la plantilla o elimínela.",
            "Kolonna {column} nav zināma, un to nenolasīja. Dodiet tai veidnes kolonnas nosaukumu "
            "vai dzēsiet to.",
        ),
    ),
    "column with a language": (
        "warning",
        (
            "The column {column} holds texts and names no language, so it was not read. Add the "
            "code of the language in brackets: {column} [en].",
            "La colonna {column} contiene testi ma non indica la lingua, quindi non è stata letta. "
            "Aggiungere il codice della lingua tra parentesi quadre: {column} [it].",
            "La columna {column} contiene textos y no indica el idioma, así que no se ha leído. "
            "Añada el código del idioma entre corchetes: {column} [es].",
            "Kolonnā {column} ir teksti, bet nav norādīta valoda, tāpēc to nenolasīja. "
            "Pievienojiet valodas kodu kvadrātiekavās: {column} [lv].",
        ),
    ),
    "one column": (
        "warning",
        (
            "The column {column} repeats another one, and was not read. Put the values together "
            "in one.",
            "La colonna {column} ne ripete un'altra e non è stata letta. Riunire i valori in una "
            "sola.",
            "La columna {column} repite otra y no se ha leído. Reúna los valores en una sola.",
            "Kolonna {column} atkārto citu, un to nenolasīja. Apvienojiet vērtības vienā kolonnā.",
        ),
    ),
    "known sheet": (
        "warning",
        (
            "The sheet {column} is not part of the template, and was not read. Name it after a "
            "sheet of the template, or delete it.",
            "Il foglio {column} non fa parte del modello e non è stato letto. Dargli il nome di "
            "un foglio del modello o eliminarlo.",
            "La hoja {column} no forma parte de la plantilla y no se ha leído. Póngale el nombre "
            "de una hoja de la plantilla o elimínela.",
            "Lapa {column} nav veidnes daļa, un to nenolasīja. Dodiet tai veidnes lapas nosaukumu "
            "vai dzēsiet to.",
        ),
    ),
}


class Unusable(Exception):
    """A value cannot be read. `rule` is the key of what is said; `filled` stands in its braces."""

    def __init__(self, rule: str, value: str, **filled: str | Texts) -> None:
        super().__init__(rule)
        self.rule, self.value, self.filled = rule, value, filled


def fault(
    rule: str,
    place: Place,
    column: Texts | str,
    field: str = "",
    value: str = "",
    **filled: str | Texts,
) -> Problem:
    """A problem with a cell, told in every language. `column` is what stands above it."""
    severity, told = _TABLE[rule]
    texts = fill(dict(zip(LANGUAGES, told, strict=True)), {"column": column, **filled})
    said = problem(place, Finding(rule, texts["en"], severity), field, value)
    return dataclasses.replace(said, messages=texts)
