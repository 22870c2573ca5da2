"""What people in a hurry write, invented from a seed: identity codes in every way, and numbers that are none.

The server's gate and the browser's are asked about the same texts.
"""

import datetime
import random
from collections.abc import Iterator

CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY"
SIGNS = {18: "+", 19: "-YXWVU", 20: "ABCDEF"}
MONTHS_FI = [
    "tammi",
    "helmi",
    "maalis",
    "huhti",
    "touko",
    "kesä",
    "heinä",
    "elo",
    "syys",
    "loka",
    "marras",
    "joulu",
]
MONTHS_SV = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
ENDINGS = (
    "",
    ":n",
    ":lle",
    ":ssa",
    "n",
    "lle",
    "lla",
    "ssa",
    "sta",
    "ltä",
    "ksi",
    "s",
    ":s",
    "'n",
    "-niminen",
    " n",
)
BEFORE = (
    *("", "Hetu ", "hetu: ", "Asiakas ", "Lapsi (", "Henkilötunnus on ", "henkilötunnus:", "HETU="),
    *(
        "Personbeteckning ",
        "ks. ",
        "Äiti, ",
        "- ",
        "* ",
        "1. ",
        "Ilmoitus 12.9.2018: ",
        "klo 9.30 ",
        '"',
        "_",
        "#",
        "@",
    ),
)
AFTER = (
    "",
    " tulee huomenna.",
    ")",
    ", ks. liite",
    " ja sisar",
    ".",
    "!",
    "?",
    "\nPorvoo",
    " 12.9.2018",
    "; huoltaja",
    '"',
)
SEPARATORS = (
    "",
    " ",
    "  ",
    "-",
    ".",
    "/",
    ",",
    ", ",
    " / ",
    " . ",
    "_",
    ":",
    "&",
    "%",
    "@",
    "#",
    "=",
    "|",
    " | ",
    "*",
)
FAR = (
    "       ",
    "\n",
    "\n\n",
    "\t",
    "<br>",
    "<br />",
    " <br/> ",
    "&nbsp;",
    "&amp;",
    "**",
    "</b><b>",
    "…",
    " – ",
    "\u00a0\u00a0",
)
BETWEEN_WORDS = (
    *(
        " loppuosa ",
        ", loppuosa ",
        " ja loppuosa on ",
        ", tunnus ",
        " tunnus: ",
        ", loput ",
        " loppu ",
        " (loppuosa ",
    ),
    *(
        ", henkilötunnuksen loppuosa on ",
        " sotu ",
        " viiva ",
        " miinus ",
        ", slutdel ",
        ", beteckning ",
        " och de sista ",
    ),
)
BIRTH = ("synt. ", "syntynyt ", "s. ", "Synt ", "syntymäaika ", "född ", "f. ")


def _person(chance: random.Random) -> tuple[datetime.date, str, str, str]:
    """Somebody invented: the day of birth, the sign, the number and the control character."""
    day = datetime.date(1915, 1, 1) + datetime.timedelta(days=chance.randrange(40_500))
    sign = chance.choice("-----" + SIGNS[day.year // 100] if day.year < 2000 else "AAAAA" + SIGNS[20])
    number = chance.randrange(2, 1000)
    return day, sign, f"{number:03}", CONTROL[int(f"{day:%d%m%y}{number:03}") % 31]


def hurried(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """So many texts, each with the code that it holds."""
    chance = random.Random(seed)  # noqa: S311
    ways = (_compact, _apart, _dotted, _named, _backwards, _without_sign)
    for at in range(count):
        day, sign, number, control = _person(chance)
        written = ways[at % len(ways)](chance, day, sign, number, control)
        code = f"{day:%d%m%y}{sign}{number}{control}"
        yield f"{chance.choice(BEFORE)}{written}{chance.choice(AFTER)}", code


def _lower(chance: random.Random, text: str) -> str:
    return text.lower() if chance.randrange(3) == 0 else text


def _compact(chance: random.Random, day: datetime.date, sign: str, number: str, control: str) -> str:
    """The code itself, with an ending at once: 010352-908Slle."""
    return _lower(chance, f"{day:%d%m%y}{sign}{number}{control}") + chance.choice(ENDINGS)


def _apart(chance: random.Random, day: datetime.date, sign: str, number: str, control: str) -> str:
    """Something between the parts."""
    one, two, three = (
        chance.choice(SEPARATORS),
        chance.choice(SEPARATORS + FAR),
        chance.choice(SEPARATORS + FAR),
    )
    year = f"{day:%Y}" if chance.randrange(3) == 0 else f"{day:%y}"
    date = f"{day:%d}{one}{day:%m}{one}{year}"
    return _lower(chance, f"{date}{two}{sign}{three}{number}{chance.choice(['', '', ' ', '.'])}{control}")


def _date(chance: random.Random, day: datetime.date) -> str:
    """A day as people write it."""
    between = chance.choice([".", ".", ".", ". ", "/", "-", " "])
    year = chance.choice([f"{day:%Y}", f"{day:%y}"])
    kind = chance.randrange(6)
    if kind == 0:
        return f"{day:%d%m}{day:%y}"
    if kind == 1:
        return f"{day.day}. {MONTHS_FI[day.month - 1]}kuuta {day.year}"
    if kind == 2:
        return f"{day.day} {MONTHS_SV[day.month - 1]} {day.year}"
    if kind == 3:
        return f"{day:%d}{between}{day:%m}{between}{year}"
    return f"{day.day}{between}{day.month}{between}{year}"


def _dotted(chance: random.Random, day: datetime.date, sign: str, number: str, control: str) -> str:
    """1.3.1952-908S, 1. maaliskuuta 1952 -908S."""
    gap = chance.choice(["", "", " "])
    return _lower(chance, f"{_date(chance, day)}{gap}{sign}{number}{control}") + chance.choice(ENDINGS)


def _named(chance: random.Random, day: datetime.date, sign: str, number: str, control: str) -> str:
    """synt. 13.4.52, tunnus 908S."""
    end = chance.choice(["", "", "-", sign]) + number + control
    whole = f"{_date(chance, day)}{chance.choice(BETWEEN_WORDS)}{end}"
    return f"{chance.choice(BIRTH)}{_lower(chance, whole)}{chance.choice(ENDINGS)}"


def _backwards(chance: random.Random, day: datetime.date, sign: str, number: str, control: str) -> str:
    """loppuosa 908S, syntynyt 13.4.1952."""
    end = chance.choice(["", "-", sign]) + number + control
    word = chance.choice(["loppuosa ", "tunnus ", "hetun loppu ", "henkilötunnuksen loppuosa: ", "slutdel "])
    return f"{word}{_lower(chance, end)}{chance.choice([', ', ' ja ', '; ', ' '])}{chance.choice(BIRTH)}{_date(chance, day)}"


def _without_sign(chance: random.Random, day: datetime.date, sign: str, number: str, control: str) -> str:
    """130452 908S, hetu 130452 9087: with a letter at the end, or called by its name."""
    if control.isdigit():
        return f"hetu {_date(chance, day)}{chance.choice([' ', ', ', '/', ' / '])}{number}{control}"
    gap = chance.choice(["", " ", " ", ", ", "/", "_", ":", "=", " / ", "&", "@"])
    return f"{_date(chance, day)}{gap}{number}{control}{chance.choice(ENDINGS)}"


def ordinary(seed: int, count: int) -> list[str]:
    """So many texts of ordinary work with numbers in them, none of which is a code."""
    chance = random.Random(seed)  # noqa: S311
    kinds = (_range, _phone, _diary, _post, _business, _statute, _sentence, _money)
    return [kinds[at % len(kinds)](chance) for at in range(count)]


def _working_day(chance: random.Random) -> datetime.date:
    return datetime.date(2019, 1, 1) + datetime.timedelta(days=chance.randrange(3_600))


def _range(chance: random.Random) -> str:
    one, two = sorted((_working_day(chance), _working_day(chance)))
    dash = chance.choice(["-", " - ", "–", " – "])
    short = f"{one.day}.{one.month}.{one.year}{dash}{two.day}.{two.month}.{two.year}"
    long = f"{one:%d.%m.%Y}{dash}{two:%d.%m.%Y}"
    spaced = f"{one:%d %m %Y}{dash}{two:%d %m %Y}"
    iso = f"{one:%Y-%m-%d}{dash}{two:%Y-%m-%d}"
    hours = f"{one.day}.{one.month}.{one.year}{dash}{chance.randrange(100, 400)} h"
    clock = f"Kokous {one.day}.{one.month}.{one.year} klo {chance.randrange(7, 12)}.30{dash}{chance.randrange(12, 17)}.00"
    return chance.choice([short, long, spaced, iso, hours, clock, f"{one:%d.%m.}{dash}{two:%d.%m.%y}"])


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _each in range(count))


def _phone(chance: random.Random) -> str:
    area, rest = chance.choice(["040", "050", "044", "0400", "019", "09", "0295", "015"]), _digits(chance, 7)
    return chance.choice(
        [
            f"Puh. {area} {rest[:3]} {rest[3:]}",
            f"{area}-{rest[:3]} {rest[3:]}",
            f"+358 {area[1:]} {rest[:3]} {rest[3:]}",
            f"+358-{area[1:]}-{rest}",
            f"{area}{rest}",
            f"({area}) {rest[:3]} {rest[3:]}, myös tekstiviestit",
            f"Tel. {area} {rest[:2]} {rest[2:4]} {rest[4:]}",
        ]
    )


def _diary(chance: random.Random) -> str:
    number, year = chance.randrange(1, 99_999), chance.randrange(2018, 2029)
    group = f"{chance.randrange(0, 15):02}.{chance.randrange(0, 10):02}.{chance.randrange(0, 10):02}"
    return chance.choice(
        [
            f"dnro {number}/{group}/{year}",
            f"POR/{number}/{group}/{year}",
            f"HEL {year}-{number:06} T {group.replace('.', ' ')}",
            f"VN/{number}/{year}",
            f"STM/{number}/{year}-{chance.choice('ABC')}",
            f"D/{number}/{group}/{year}, liite {chance.randrange(1, 9)}",
            f"§ {number % 300}/{year}",
            f"pöytäkirja {number % 40}/{year}, § {number % 300}, liite {chance.randrange(1, 9)}",
        ]
    )


def _post(chance: random.Random) -> str:
    street = chance.choice(["Mannerheimintie", "Kasarmikatu", "Aleksanterinkatu", "Storgatan", "Koulukuja"])
    number, code = chance.randrange(1, 140), f"{chance.randrange(0, 999):03}{chance.choice('05')}0"
    stair = f" {chance.choice('ABCDEFGH')} {chance.randrange(1, 99)}"
    town = chance.choice(["Porvoo", "Helsinki", "Lovisa", "Vasa", "Inari"])
    return chance.choice(
        [
            f"{street} {number}{stair}, {code} {town}",
            f"{street} {number}-{number + 2}{stair}",
            f"PL {number}, {code} {town}",
            f"{code} {town}, {street} {number} {chance.choice('abc')}",
        ]
    )


def _business(chance: random.Random) -> str:
    digits = _digits(chance, 8)
    account = _digits(chance, 16)
    return chance.choice(
        [
            f"Y-tunnus {digits[:7]}-{digits[7]}",
            f"FO-nummer {digits[:7]}-{digits[7]}",
            f"ALV FI{digits}",
            f"verkkolaskuosoite 0037{digits}",
            f"FI{account[:2]} {account[2:6]} {account[6:10]} {account[10:14]} {account[14:]}",
            f"viite {account[:5]} {account[5:10]}",
            f"OID 1.2.246.10.{digits}.19.{digits[:5]}",
            f"https://kunta.example/{digits[:4]}/{digits[4:6]}/liite-{digits[5:8]}.pdf",
        ]
    )


def _statute(chance: random.Random) -> str:
    number, year = chance.randrange(1, 1600), chance.randrange(1950, 2027)
    return chance.choice(
        [
            f"Laki {number}/{year}, {chance.randrange(1, 60)} §",
            f"{number}/{year}, {chance.randrange(1, 60)} a §",
            f"lag {number}/{year}, {chance.randrange(1, 60)} § {chance.randrange(1, 5)} mom.",
            f"HE {number}/{year} vp, s. {chance.randrange(10, 300)}",
            f"(EU) {year}/{number}, artikla {chance.randrange(1, 99)} a",
            f"KHO {year}:{number % 120}, annettu {_working_day(chance):%d.%m.%Y}",
        ]
    )


def _sentence(chance: random.Random) -> str:
    day, number = _working_day(chance), chance.randrange(100, 900)
    return chance.choice(
        [
            f"Päiväkodissa oli {day.day}.{day.month}.{day.year} {number} lasta ja {number % 40} aikuista.",
            f"Den {day.day}.{day.month}.{day.year} fanns det {number} barn på daghemmen.",
            f"Sopimus on voimassa {day.day}.{day.month}.{day.year} asti, ja siitä irtisanotaan {number % 12} kk ennen.",
            f"Neuvolassa käy vuosittain {number} {chance.randrange(100, 999)} asiakasta, {number % 9},5 htv.",
            f"Ryhmät {day.day} A, {day.month} B ja {number % 30} C kokoontuvat viikolla {number % 52}.",
            f"Tavoite: vastaamme {number % 7} päivässä ({day:%d.%m.%Y} alkaen {number} h/v).",
            f"Lukuvuonna {day.year}-{day.year + 1} tunteja on {number} h ja ryhmiä {number % 25}.",
            f"{day.day}. {MONTHS_FI[day.month - 1]}kuuta {day.year} pidettiin {number % 20}. kokous, läsnä {number % 15}.",
            f"Asia käsitellään {day.day}.{day.month}. klo {number % 12}.15, huone {number} {chance.choice('ABC')}.",
        ]
    )


def _money(chance: random.Random) -> str:
    one, two = chance.randrange(1_000, 9_999_999), chance.randrange(1_000, 999_999)
    return chance.choice(
        [
            f"{one:,} euroa".replace(",", " "),
            f"Tulot {one} €, menot {two} €".replace(",", " "),
            f"{one}-{two}",
            f"{one / 100:.2f} + {two / 100:.2f}".replace(".", ","),
            f"{one} - {two} = {one - two}",
            f"{one % 1000 / 10} %, ed. vuonna {two % 1000 / 10} %".replace(".", ","),
        ]
    )
