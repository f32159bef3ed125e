"""Words: how names and texts are parted into words that can be compared across languages.

A word is folded to small ASCII letters, so that scripts and accents do not part what belongs
together. The words with which administrations call themselves and their services are brought to
one form in all languages by a small glossary (`~municipality` for *comune*, *gemeente*, *city*);
they say what kind of thing it is and little about which, so they count for little.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from practicegraph.texts import clean

#: Words that say nothing, in the languages of the Union that the sources use.
_STOP: Final = frozenset(
    """
    a an and as at by for from in into of on or s the to with your you how what is are be its it
    our we
    di del della dello dei delle degli dell il lo la le i gli l un uno una e ed al allo alla ai
    agli alle
    da dal dalla dai nel nella nei con per su sul sulla tra fra che come d all dall nell sull
    du de des les et en au aux un une pour par sur dans avec ou est qui que votre vos mon ma mes qu
    el los las y o u para por con sus su
    der die das den dem des und fur im am zu zum zur vom von mit bei ein eine einer auf
    het een van voor met op aan te bij
    do da dos das no na nos nas ao a os com em e para pelo pela
    och for av till med i pa ett om att som
    og til fra det den
    ja ning eest
    un ar par no uz pie ka
    i w z na do dla oraz ze
    tou tis to ton tin kai se gia apo me oi ta o i
    """.split()
)

#: What the words of administration mean: concept → its words, folded, in any language.
_GLOSSARY: Final[dict[str, str]] = {
    "welfare": "ocmw cpas",
    "metropolitan": "metropolitan metropolitana metropole metropolis",
    "municipality": "municipality municipal municipalities city town ville commune communes comune "
    "comuni citta gemeente gemeenten gemeinde stadt kommune kommun stad ayuntamiento municipio "
    "municipi ajuntament concello camara mairie kommunes kommuns pasvaldiba dome dimos",
    "council": "council consiglio conseil consejo conselho rat raad rad padome",
    "province": "province provincia provincie provinces",
    "region": "region regione regional regionale regions comunidad gewest lan generalitat "
    "xunta canton kanton kantone cantone cantons",
    "ministry": "ministry ministere ministero ministerio ministerium ministerie ministerstvo "
    "ministerstwo ministrija ministeriet departement department bundesministerium "
    "ministeriums ministries ministeres",
    "agency": "agency agence agenzia agencia agentur agentschap agentura agenture agencies",
    "directorate": "directorate direction direzione direccion direktion direcao directie "
    "directorat dipartimento departamento",
    "office": "office ufficio oficina amt bundesamt urad amet birojs kantoor bureau kontor",
    "authority": "authority autorita autorite autoridad autoridade behorde autoriteit myndighet",
    "institute": "institute institut istituto instituto instituut instytut institutet",
    "university": "university universita universite universidad universidade universitat "
    "universiteit universitet universitetet yliopisto ulikool hochschule",
    "hospital": "hospital ospedale hopital krankenhaus ziekenhuis spital universitetshospital",
    "school": "school scuola ecole escuela escola schule schulen skole skola onderwijs",
    "court": "court cour corte tribunal tribunale gericht rechtbank domstol",
    "library": "library biblioteca bibliotheque bibliothek bibliotek bibliotheek biblioteka",
    "archive": "archive archives archivio archiv archivo arkiv archief arhiv",
    "museum": "museum museo musee museu muzeum muzejs",
    "parliament": "parliament parlement parlamento parlament assembly assemblee assemblea",
    "port": "port porto puerto hafen haven",
    "secretariat": "secretariat secretaria segretariato segreteria sekretariat secretary",
    "police": "police politiezone polizia policia polizei politie politi polis",
    "general": "general generale generala generales generaux geral generaldirektion",
    "national": "national nazionale nacional nationale nationaal nationaler nacionales valsts "
    "state stato etat estado staat statens riik federal bundes",
    "service": "service servizio servicio dienst servico services servizi servicios diensten "
    "tjanst tjeneste pakalpojums teenus",
    "health": "health sante salute salud saude gesundheit gezondheid sanita sanitaire sanitaria "
    "veseliba tervise",
    "education": "education istruzione educacion educacao bildung opplaering utbildning",
    "finance": "finance finances finanze finanzas financas finanzen financien financial",
    "interior": "interior interieur interno interni innern inneres binnenlandse",
    "justice": "justice giustizia justicia justica justiz justitie tieslietu",
    "labour": "labour labor travail lavoro trabajo trabalho arbeit arbeid emploi employment "
    "occupazione empleo emprego work job jobs",
    "digital": "digital numerique digitale numeriques digitali digitales digitaler digitaal "
    "digitala digitally digitalisation digitalizzazione digitalisierung",
    "environment": "environment environnement ambiente umwelt milieu omgeving miljo "
    "environmental environnementale ambientale",
    "public": "public publique publiques publico publica pubblico pubblica publics pubblici "
    "pubbliche publicos publicas offentlich offentliche openbaar openbare",
    "security": "security securite sicurezza seguridad seguranca sicherheit veiligheid safety",
    "transport": "transport transports trasporti trasporto transporte verkehr vervoer",
    "food": "food alimentation alimentazione alimentacion lebensmittel voeding alimentaire",
    "water": "water eau acqua agua wasser vatten vann",
    "tax": "tax taxes taxation impot impots imposta imposte tasse impuesto impuestos imposto "
    "steuer steuern belasting belastingen skatt skat nodoklis fiscal fiscale tributi",
    "family": "family famille famiglia familia familie families familles famiglie gimene",
    "research": "research recherche ricerca investigacion pesquisa forschung onderzoek forskning",
    "european": "european europeen europeenne europea europeo europaisch europees europeu europe "
    "eu ue union",
    "association": "association associazione asociacion associacao verein vereniging forening "
    "intergemeentelijke opdrachthoudende dienstverlenende projectvereniging",
    "company": "ltd gmbh srl spa sa bv nv ab oy as inc llc scarl sarl ag sas srls",
    "system": "system systeme sistema systems systemes systeem informatics software application "
    "app applicazione applicativo aplicacion",
    "platform": "platform plateforme piattaforma plataforma plattform portal portail portale "
    "platforms website site web online internet",
    "project": "project projet progetto proyecto projeto projekt project pilot programme program "
    "programma programa initiative iniziativa",
    "data": "data donnees dati datos dados daten gegevens",
    "citizen": "citizen citizens citoyen citoyens cittadino cittadini ciudadano ciudadanos burger "
    "burgers burgerinnen",
    "business": "business businesses enterprise enterprises entreprise entreprises impresa imprese "
    "empresa empresas unternehmen bedrijf bedrijven",
    "artificial": "ai ia ki artificial artificielle artificiale kunstliche",
    "intelligence": "intelligence intelligenza inteligencia intelligenz",
    "bot": "chatbot bot assistant assistente asistente",
    "based": "based using use via new smart management tool gestion gestione",
}
#: Countries by what they and their people are called, which says where and little else.
_COUNTRIES: Final[dict[str, str]] = {
    "aut": "austria austrian osterreich osterreichische autriche oostenrijk",
    "bel": "belgium belgian belgie belgique belgio belgica belge",
    "bgr": "bulgaria bulgarian bulgarie",
    "che": "switzerland swiss schweiz schweizerische suisse svizzera suiza eidgenossische",
    "cyp": "cyprus cypriot cipro chypre zypern kypros",
    "cze": "czech czechia cesko ceska tschechien",
    "deu": "germany german deutschland deutsche deutscher deutsches allemagne germania alemania",
    "dnk": "denmark danish danmark dansk danske danemark",
    "esp": "spain spanish espana espanola espanol espagne spagna spanien",
    "est": "estonia estonian eesti estonie",
    "fin": "finland finnish suomi suomen finlande finlandia",
    "fra": "france french francia francais francaise frankreich frankrijk",
    "gbr": "british britain uk",
    "grc": "greece greek hellenic hellas grece grecia griechenland ellada",
    "hrv": "croatia croatian hrvatska",
    "hun": "hungary hungarian magyar hongrie ungheria",
    "irl": "ireland irish irlande irlanda",
    "isl": "iceland icelandic",
    "ita": "italy italian italia italiana italiano italiani italie italien",
    "ltu": "lithuania lithuanian lietuvos lituania",
    "lux": "luxembourg luxemburg lussemburgo",
    "lva": "latvia latvian latvija latvijas lettland lettonia",
    "mlt": "malta maltese",
    "nld": "netherlands dutch nederland nederlandse holland olanda",
    "nor": "norway norwegian norge norsk norske norvege",
    "pol": "poland polish polska polski pologne polonia",
    "prt": "portugal portuguese portuguesa portogallo",
    "rou": "romania romanian roumanie",
    "svk": "slovakia slovak slovensko",
    "svn": "slovenia slovenian slovenija",
    "swe": "sweden swedish sverige svenska suede svezia",
    "ukr": "ukraine ukrainian ucraina",
}
_MEANING: Final = {
    word: f"~{key}" for key, words in _GLOSSARY.items() for word in words.split()
} | {word: f"={key}" for key, words in _COUNTRIES.items() for word in words.split()}
#: Kinds of body. Two bodies that are called by different ones are two.
BODIES: Final = frozenset(
    f"~{key}"
    for key in "municipality welfare metropolitan province region ministry agency directorate "
    "office authority institute university hospital school court police library archive museum "
    "parliament port secretariat council service".split()
)
#: Those that are named to tell of which larger body a body is a part.
WHOLES: Final = frozenset({"~ministry", "~municipality", "~province", "~region"})
#: Those that nobody leaves out: what is called so is nothing else.
ALWAYS_NAMED: Final = frozenset(
    f"~{key}"
    for key in "welfare metropolitan university hospital school court police library archive "
    "museum parliament port secretariat".split()
)

_WORD: Final = re.compile(r"[^\W_]+")
_ROMAN: Final = re.compile(r"(?=.)x{0,3}(?:ix|iv|v?i{0,3})")
#: Single letters that are numbers or names at the end of a name, and articles elsewhere.
_LETTERS: Final = frozenset("aeio")
#: How much a word of the glossary, a short one and a number count beside a plain word.
GENERIC_WEIGHT: Final = 0.3
SHORT_WEIGHT: Final = 0.6
NUMBER_WEIGHT: Final = 1.2


def parts(text: str) -> list[str]:
    """The words of a text, folded to ASCII, in order; the same that `texts.fold` would part."""
    if not text.isprintable():  # line breaks part words, and signs that cannot be seen do not
        text = clean(text)
    if text.isascii():
        return _WORD.findall(text.lower())
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if word.isascii():
            found.append(word)
        else:
            found += _latin(word)
    return found


@lru_cache(maxsize=65_536)
def _latin(word: str) -> list[str]:
    # A letter may become several, and a sign none.
    return re.sub(r"[^a-z0-9]+", " ", anyascii(word).lower()).split()


@lru_cache(maxsize=65_536)
def meaning(word: str) -> str:
    """The word itself, its form in the glossary, or nothing for a word that says nothing."""
    if word in _STOP and not word.isdigit():
        return ""
    return _MEANING.get(word, word)


def words(text: str) -> list[str]:
    """The words of a name that say something, those of the glossary in their one form."""
    given = _joined(parts(text))
    found = [meaning(word) for word in given]
    if given and given[-1] in _LETTERS:  # an article never ends a name, and a number does
        found[-1] = given[-1]
    return [word for word in found if word]


def _joined(given: list[str]) -> list[str]:
    """Letters that follow one another are one word: "B.V." is "bv"."""
    found: list[str] = []
    letters = False
    for word in given:
        letter = len(word) == 1 and word.isalpha()
        if letter and letters:
            found[-1] += word
        else:
            found.append(word)
        letters = letter
    return found


def is_generic(word: str) -> bool:
    """Whether the word tells a kind of thing and not which one."""
    return word[0] in "~=@"


def is_place(word: str) -> bool:
    """Whether the word names a country or its people, or a province."""
    return word[0] in "=@"


def province(code: str) -> str:
    """The word for a province that stands behind a name as a code, as in "Samone (TN)"."""
    return f"@{code.lower()}"


@lru_cache(maxsize=65_536)
def is_number(word: str) -> bool:
    """Whether the word counts or dates: digits, or a Roman number."""
    return word.isdigit() or _ROMAN.fullmatch(word) is not None


@lru_cache(maxsize=65_536)
def weight(word: str) -> float:
    """How much a word counts in a name."""
    if is_generic(word):
        return GENERIC_WEIGHT
    if is_number(word):
        return NUMBER_WEIGHT
    return SHORT_WEIGHT if len(word) < 4 else 1.0
