"""Base forms of Finnish and Swedish words, by which a word is found in any of its forms: lasten, lapselle.

simplemma's dictionaries as tries, in files that `manage.py lemmas` makes once: opened in milliseconds, 22 MB in a process
that asks. Without the files no word has a base form, and words are found by their endings. Reasons:
docs/adr/0057-base-forms-beside-the-words.md.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from simplemma import Lemmatizer, __version__
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import TrieDictionaryFactory

from collaboration.words import folded

LANGUAGES = ("fi", "sv")
WORD = re.compile(r"[^\W\d_]{3,}")
log = logging.getLogger(__name__)


def _folder() -> Path:
    """Where the files of this version of simplemma are."""
    return Path(settings.LEMMAS_FOLDER) / __version__


def are_made() -> bool:
    return all((_folder() / f"{language}.dic").exists() for language in LANGUAGES)


def make() -> None:
    """Make the files: some ten seconds and, while it lasts, 700 MB. They appear both at once, whoever else makes them."""
    _folder().parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=_folder().parent))
    try:
        factory = TrieDictionaryFactory(disk_cache_dir=str(made))
        for language in LANGUAGES:
            factory.get_dictionary(language)
        made.chmod(0o755)
        if not are_made():
            shutil.rmtree(_folder(), ignore_errors=True)
            made.rename(_folder())
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _lemmatizer.cache_clear()
    lemmas.cache_clear()


@cache
def _lemmatizer() -> Lemmatizer | None:
    if not are_made():
        log.info("Words have no base forms until manage.py lemmas has made them.")
        return None
    factory = TrieDictionaryFactory(disk_cache_dir=str(_folder()))
    return Lemmatizer(cache_max_size=1, lemmatization_strategy=DefaultStrategy(dictionary_factory=factory))


@lru_cache(maxsize=4096)
def lemmas(word: str) -> tuple[str, ...]:
    """The word's base forms in both languages, folded; not the word itself."""
    lemmatizer = _lemmatizer()
    if lemmatizer is None:
        return ()
    own = folded(word).strip()
    found = (folded(lemmatizer.lemmatize(word.lower(), language)).strip() for language in LANGUAGES)
    return tuple(dict.fromkeys(form for form in found if len(form) > 1 and form != own))


def lemmas_by_word(text: str) -> dict[str, tuple[str, ...]]:
    """Of each word of the text, folded, its base forms."""
    return {folded(word).strip(): lemmas(word) for word in dict.fromkeys(WORD.findall(text))}


def lemmas_of(text: str) -> str:
    """All base forms of the text that do not stand in it themselves, as folded words with a space before each."""
    by_word = lemmas_by_word(text)
    forms = {form for some in by_word.values() for form in some} - set(by_word)
    return "".join(f" {form}" for form in sorted(forms))
