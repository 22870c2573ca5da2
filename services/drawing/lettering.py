"""How texts break into lines in the drawing: decided once, so that page, file and paper break them in the same place."""

from __future__ import annotations

from unicodedata import combining

from services.drawing.shapes import CARD_WIDTH, CUSTOMER_RADIUS

NAME, LARGE_NAME, LARGE_LANE, FACTS, CUSTOMER = 17, 26, 26, 13, 15
"""Sizes in pixels: the name of a card and a lane, the same on a crowded map, what stands under it, the customer."""
LEADING = {NAME: 20, LARGE_NAME: 25, FACTS: 16, CUSTOMER: 18}
CARD_ROOM = CARD_WIDTH - 26
LARGE_ROOM = CARD_WIDTH - 16
CUSTOMER_ROOM = 2 * CUSTOMER_RADIUS - 20

_BOLD = {
    width / 100: letters
    for width, letters in {
        20: " ",
        28: "ijl",
        32: "!'(),-./:;If",
        40: "rt",
        45: "s",
        48: "*?_cz–",
        52: "0123456789#+FJLYaegvxyåä§é",
        56: '"ACESTVXZbdhknopquöÅÄü',
        61: "BKPR",
        65: "DGNU",
        69: "&HOQÖ",
        80: "MWw",
        87: "%m",
    }.items()
}
_WIDTHS = {letter: width for width, letters in _BOLD.items() for letter in letters}
"""About how wide the letters of Source Sans 3 bold are, in ems; others are taken for wide ones, regular for bold."""
REGULAR = 0.93
"""How wide a text in regular letters is beside the same in bold ones."""
SOFT = "\N{SOFT HYPHEN}"  # ends a line in the middle of a word, until it is known whether a next one follows
_VOWELS = frozenset("aeiouyåäö")


def width(text: str, size: int) -> float:
    """About how wide the text is, in pixels."""
    return size * sum(_WIDTHS.get(letter, 0 if combining(letter) else 0.7) for letter in text)


def broken(text: str, size: int, room: int, most: int) -> list[str]:
    """The text in at most so many lines; a word too long is divided, and what does not fit ends in an ellipsis."""
    lines: list[str] = []
    words = text.replace(SOFT, "").split()
    line = ""
    while words:
        word = words.pop(0)
        longer = f"{line} {word}".lstrip()
        if width(longer, size) <= room:
            line = longer
        elif line:
            lines.append(line)
            line = ""
            words.insert(0, word)
        else:
            head = _head(word, size, room)
            lines.append(f"{head}{SOFT}")
            words.insert(0, word[len(head) :])
    lines.append(line)
    if len(lines) > most:
        last = " ".join(lines[most - 1 :]).replace(f"{SOFT} ", "")
        while last and width(f"{last}…", size) > room:
            last = last[:-1]
        lines[most - 1 :] = [f"{last.rstrip(' -')}…"]
    return [line.replace(SOFT, "-") for line in lines]


def _head(word: str, size: int, room: int) -> str:
    """As much of the word as fits with a hyphen, up to before a consonant and a vowel when there are such."""
    fits = max((n for n in range(1, max(2, len(word) - 3)) if width(f"{word[:n]}-", size) <= room), default=1)
    lower = word.lower()
    ends = (n for n in range(fits, 2, -1) if lower[n] not in _VOWELS and lower[n + 1 : n + 2] in _VOWELS)
    return word[: next(ends, fits)]


def card(name: str, facts: str, *, crowded: bool) -> tuple[list[str], list[str]]:
    """The lines of a service's card: its name, and what stands under it; a crowded map has larger names only."""
    if crowded:
        return broken(name, LARGE_NAME, LARGE_ROOM, 3), []
    names = broken(name, NAME, CARD_ROOM, 2)
    return names, broken(facts, FACTS, CARD_ROOM, 3 - len(names))


def lane(name: str, room: int, *, crowded: bool) -> list[str]:
    """The one line of a lane's name."""
    return broken(name, LARGE_LANE if crowded else NAME, room - 40, 1)


def customer(name: str) -> list[str]:
    """The lines in the customer's circle."""
    return broken(name, CUSTOMER, CUSTOMER_ROOM, 3)
