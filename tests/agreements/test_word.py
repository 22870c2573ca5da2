"""A draft as a DOCX and back: what a lawyer does in Word comes as suggestions and comments, once, and nothing of it is lost."""

from __future__ import annotations

import dataclasses
import datetime
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.utils.translation import override
from docx import Document
from docx_plus.bookmarks import read_bookmarks
from docx_plus.comments import read_threads
from docx_plus.numbering import read_list_definitions
from docx_plus.revisions import read_revisions

from agreements.word.news import News, news
from agreements.word.package import MOST_BYTES, NotTaken
from agreements.word.reading import read
from agreements.word.shape import (
    WordClause,
    WordComment,
    WordDefinition,
    WordDocument,
    WordSuggestion,
    WordThread,
    numbers,
    tidy,
)
from agreements.word.writing import write
from tests.agreements.lawyer import AT, Lawyer, W

SENT_AT = datetime.datetime(2026, 11, 2, 9, 12, 33, tzinfo=datetime.UTC)
CLAUSES = [
    WordClause("aim", 1, "Tarkoitus", "Osapuolet sopivat yhteistyöstä lasten palveluissa."),
    WordClause("goal", 2, "Tavoitteet", "Perhe saa avun ajoissa.\nPerhe kertoo asiansa kerran."),
    WordClause("gauge", 3, "Mittarit", "Mittarit ovat kohdan {{goal}} mukaiset."),
    WordClause("duty", 1, "Vastuut", "Kunta vastaa varhaiskasvatuksesta ja hyvinvointialue neuvolasta."),
]


def draft(*suggestions: WordSuggestion, threads: list[WordThread] | None = None, **more: Any) -> WordDocument:
    return WordDocument(
        "agreement-7:44",
        "fi",
        "LAPE-sopimus",
        ["Luonnos 2.11.2026"],
        CLAUSES,
        suggestions,
        threads or [],
        **more,
    )


def suggested(
    number: int, key: str, before: str, after: str, author: str = "Maija (Porvoo)"
) -> WordSuggestion:
    clause = next(each for each in CLAUSES if each.key == key)
    at = SENT_AT + datetime.timedelta(minutes=number)
    return WordSuggestion(f"s{number}", key, author, at, clause.heading, clause.text.replace(before, after))


def back(document: WordDocument, work: Callable[[Lawyer], object], name: str = "Lakimies") -> News:
    """What is new after somebody has worked on the document."""
    lawyer = Lawyer(write(document), name)
    work(lawyer)
    return news(read(lawyer.saved()), document)


def nothing(told: News) -> bool:
    return not (told.suggestions or told.comments or told.loose or told.stray or told.missing or told.gone)


def test_another_reader_finds_numbered_headings_references_changes_and_threads() -> None:
    document = draft(
        suggested(1, "aim", "sopivat", "neuvottelevat"),
        threads=[
            WordThread(
                "t1",
                "goal",
                [WordComment("Matti", SENT_AT, "Milloin?"), WordComment("Maija", AT, "Heti.")],
                is_resolved=True,
            )
        ],
    )
    file = write(document)
    assert file == write(document)
    doc = Document(BytesIO(file))
    assert [(each.revision_type, each.text) for each in read_revisions(doc)] == [
        ("deletion", "sopivat"),
        ("insertion", "neuvottelevat"),
    ]
    [thread] = read_threads(doc)
    assert (thread.root.text, [each.text for each in thread.replies], thread.root.resolved) == (
        "Milloin?",
        ["Heti."],
        True,
    )
    assert "Perhe saa avun ajoissa." in thread.root.anchored_text
    assert {each.name for each in read_bookmarks(doc)} == {"_c_aim", "_c_goal", "_c_gauge", "_c_duty"}
    [numbering] = read_list_definitions(doc)
    assert [level.text for level in numbering.levels] == ["%1", "%1.%2", "%1.%2.%3"]
    xml = doc.element.xml
    assert re.findall(r" REF (\w+) ", xml) == ["_c_goal"]
    assert [each.get(f"{W}val") for each in doc.element.body.iter(f"{W}pStyle")] == [
        "Title",
        "Heading1",
        "Heading2",
        "Heading3",
        "Heading1",
    ]
    assert list(numbers([1, 2, 3, 3, 2, 1, 2])) == ["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1"]


def test_of_100_suggestions_and_100_threads_none_is_lost_and_none_doubled() -> None:
    clauses = [
        WordClause(
            f"k{number}",
            1 + number % 3,
            f"Kohta {number}",
            f"Osapuolet sopivat asiasta {number}.\nToinen {number}.",
        )
        for number in range(200)
    ]
    ours = [
        WordSuggestion(
            f"s{number}",
            f"k{number}",
            f"Henkilö {number % 7}",
            SENT_AT,
            f"Kohta {number}",
            f"Osapuolet päättävät asiasta {number}.\nToinen {number}.",
        )
        for number in range(100)
    ]
    threads = [
        WordThread(f"t{number}", f"k{number}", [WordComment("Maija", SENT_AT, f"Huomio {number}")])
        for number in range(100)
    ]
    document = WordDocument("agreement-7:44", "fi", "LAPE-sopimus", [], clauses, ours, threads)
    returned = read(write(document))
    told = news(returned, document)
    assert nothing(told)
    assert sorted(told.found) == sorted([*(each.id for each in ours), *(each.id for each in threads)])

    theirs = {
        f"k{number}": f"Osapuolet keskustelevat asiasta {number}.\nToinen {number}."
        for number in range(100, 200)
    }
    lawyer = WordDocument(
        document.source,
        "fi",
        "LAPE-sopimus",
        [],
        clauses,
        [
            *ours,
            *(
                WordSuggestion("", key, "Lakimies", AT, f"Kohta {key[1:]}", text)
                for key, text in theirs.items()
            ),
        ],
        [
            *(
                dataclasses.replace(
                    thread, comments=[*thread.comments, WordComment("Lakimies", AT, "Vastaus")]
                )
                for thread in threads
            ),
            *(WordThread("", key, [WordComment("Lakimies", AT, f"Miksi {key}?")]) for key in theirs),
        ],
    )
    came = read(write(lawyer))
    told = news(came, document)
    assert {each.key: each.text for each in told.suggestions} == theirs
    assert len(told.suggestions) == 100
    assert {(each.key, each.thread) for each in told.comments} == {
        *((thread.key, thread.id) for thread in threads),
        *((key, "") for key in theirs),
    }
    assert len(told.comments) == 200
    assert nothing(news(came, lawyer))


def test_what_a_lawyer_changes_comes_back_as_suggestions_and_comments() -> None:
    def works(lawyer: Lawyer) -> None:
        lawyer.replaces("lasten palveluissa", "lasten ja nuorten palveluissa")
        lawyer.replaces("Vastuut", "Osapuolten vastuut")
        lawyer.replaces("kerran", "")
        first = lawyer.comments("neuvolasta", "Entä koulu?")
        lawyer.answers(first, "Kysytään.")

    told = back(draft(), works)
    assert [(each.key, each.heading, each.text) for each in told.suggestions] == [
        ("aim", "Tarkoitus", "Osapuolet sopivat yhteistyöstä lasten ja nuorten palveluissa."),
        ("goal", "Tavoitteet", "Perhe saa avun ajoissa.\nPerhe kertoo asiansa ."),
        ("duty", "Osapuolten vastuut", CLAUSES[3].text),
    ]
    assert {each.author for each in told.suggestions} == {"Lakimies"}
    assert told.suggestions[0].at == datetime.datetime(2026, 11, 9, 12, 5, tzinfo=datetime.UTC)
    question, answer = told.comments
    assert (question.key, question.text, question.quote, question.answers) == (
        "duty",
        "Entä koulu?",
        "neuvolasta",
        "",
    )
    assert (answer.key, answer.answers) == ("duty", question.number)


def test_suggestions_of_several_in_one_clause_come_back_as_theirs() -> None:
    two = draft(
        suggested(1, "duty", "Kunta", "Kaupunki"),
        suggested(2, "duty", "neuvolasta", "neuvolasta ja koulusta", author="Matti"),
        suggested(3, "duty", "Kunta", "Kuntayhtymä", author="Liisa"),
    )
    assert nothing(back(two, lambda lawyer: None))

    def works(lawyer: Lawyer) -> None:
        lawyer.replaces("varhaiskasvatuksesta", "esiopetuksesta")

    [only] = back(two, works).suggestions
    assert only.text == "Kunta vastaa esiopetuksesta ja hyvinvointialue neuvolasta."


def test_a_change_within_somebodys_change_brings_that_along() -> None:
    one = draft(suggested(1, "duty", "Kunta vastaa", "Kaupunki vastaa yksin"))

    def works(lawyer: Lawyer) -> None:
        [run] = [
            each for each in lawyer.doc.element.body.iter(f"{W}r") if "yksin" in "".join(each.itertext())
        ]
        new = lawyer.doc.element.makeelement(
            f"{W}del", {f"{W}id": "900", f"{W}author": "Lakimies", f"{W}date": "2026-11-09T14:05:00Z"}
        )
        run.addprevious(new)
        new.append(run)
        for text in new.iter(f"{W}t"):
            text.tag = f"{W}delText"

    told = back(one, works)
    assert told.found == ["s1"]
    [only] = told.suggestions
    assert only.author == "Lakimies"
    assert only.text == "Kaupunki vastaa varhaiskasvatuksesta ja hyvinvointialue neuvolasta."


def test_what_is_accepted_or_taken_out_in_word_is_told_and_not_suggested_again() -> None:
    one = draft(suggested(1, "aim", "sopivat", "neuvottelevat"))
    accepted = back(one, Lawyer.accepts_all)
    assert (accepted.accepted, accepted.gone, accepted.suggestions) == (["s1"], [], [])
    gone = back(one, Lawyer.rejects_all)
    assert (gone.accepted, gone.gone, gone.suggestions) == ([], ["s1"], [])


def test_changes_that_word_did_not_track_come_in_the_name_of_who_saved() -> None:
    told = back(draft(), lambda lawyer: lawyer.writes_untracked("ajoissa", "heti"))
    [only] = told.suggestions
    assert (only.key, only.author, only.is_tracked) == ("goal", "Lakimies", False)
    assert only.text == "Perhe saa avun heti.\nPerhe kertoo asiansa kerran."


def test_spaces_of_another_kind_are_no_change_and_a_split_paragraph_is_only_split() -> None:
    assert nothing(
        back(draft(), lambda lawyer: lawyer.writes_untracked("saa avun ajoissa", "saa\u00a0avun  ajoissa"))
    )

    def splits(lawyer: Lawyer) -> None:
        whole = lawyer.paragraph("Osapuolet sopivat")._p
        run = lawyer.run("yhteistyöstä lasten palveluissa.")._r
        second = lawyer.doc.element.makeelement(f"{W}p")
        whole.addnext(second)
        for each in [run, *run.itersiblings()]:
            second.append(each)

    [only] = back(draft(), splits).suggestions
    assert only.text == "Osapuolet sopivat \nyhteistyöstä lasten palveluissa."
    assert tidy(only.text).replace("\n", " ") == CLAUSES[0].text


NUMBERED = [f"{W}{tag}" for tag in ("comment", "commentRangeStart", "commentRangeEnd", "commentReference")]


def test_ids_may_be_larger_than_words_own() -> None:
    def renumbers(lawyer: Lawyer) -> None:
        lawyer.answers(lawyer.comments("neuvolasta", "Entä koulu?"), "Kysytään.")
        for part in lawyer.doc.part.package.iter_parts():
            for each in part.element.iter(*NUMBERED) if hasattr(part, "element") else ():
                each.set(f"{W}id", str(int(each.get(f"{W}id")) + 2**31))

    sent = draft(threads=[WordThread("t1", "aim", [WordComment("Maija", SENT_AT, "Hyvä.")])])
    told = back(sent, renumbers)
    assert told.found == ["t1"]
    assert [(each.text, bool(each.answers)) for each in told.comments] == [
        ("Entä koulu?", False),
        ("Kysytään.", True),
    ]


def test_what_has_no_place_is_told_and_never_dropped() -> None:
    def works(lawyer: Lawyer) -> None:
        lawyer.comments("LAPE-sopimus", "Koko sopimuksesta")
        body = lawyer.doc.element.body
        new = lawyer.doc.add_paragraph("Uusi kohta lopussa")._p
        [duty] = [each for each in body.iter(f"{W}tag") if each.get(f"{W}val") == "clause:duty"]
        body.remove(duty.getparent().getparent())
        [gauge] = [each for each in body.iter(f"{W}tag") if each.get(f"{W}val") == "clause:gauge"]
        gauge.set(f"{W}val", "clause:elsewhere")
        assert new.getparent() is body

    told = back(draft(), works)
    assert told.missing == ["gauge", "duty"]
    assert [each.text for each in told.loose] == [
        "Uusi kohta lopussa",
        "Mittarit\nMittarit ovat kohdan {{goal}} mukaiset.",
    ]
    assert [each.text for each in told.stray] == ["Koko sopimuksesta"]
    assert not told.suggestions


def test_words_that_are_defined_keep_their_definition() -> None:
    clause = WordClause("aim", 1, "Tarkoitus", "Annamme {{d7:neuvontaa}} ja viittaamme kohtaan {{gone}}.")
    document = WordDocument(
        "agreement-7:44",
        "fi",
        "Sopimus",
        [],
        [clause],
        definitions=[WordDefinition("d7", "neuvonta", "ohjaus ja tuki")],
    )
    assert nothing(back(document, lambda lawyer: None))
    assert nothing(back(document, Lawyer.loses_controls))
    told = back(document, lambda lawyer: lawyer.replaces(" ja viittaamme kohtaan ", " kohdan mukaan "))
    assert [each.text for each in told.suggestions] == ["Annamme {{d7:neuvontaa}} kohdan mukaan {{gone}}."]


def test_a_program_that_drops_content_controls_loses_no_clause() -> None:
    def works(lawyer: Lawyer) -> None:
        lawyer.loses_controls()
        lawyer.replaces("ajoissa", "heti")
        lawyer.comments("neuvolasta", "Entä koulu?")

    told = back(draft(suggested(1, "aim", "sopivat", "neuvottelevat")), works)
    assert (told.found, told.loose, told.missing) == (["s1"], [], [])
    assert [(each.key, each.text) for each in told.suggestions] == [
        ("goal", "Perhe saa avun heti.\nPerhe kertoo asiansa kerran.")
    ]
    assert [each.key for each in told.comments] == ["duty"]


def another() -> bytes:
    """Somebody else's document."""
    made = Document()
    made.add_paragraph("Vuokrasopimus")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    """Our own document with one part instead of its own."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(write(draft()))) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for info in package.infolist():
            made.writestr(info.filename, content if info.filename == name else package.read(info))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"", "not a Word document"),
        (lambda: b"%PDF-1.7", "not a Word document"),
        (lambda: write(draft())[:3000], "not a Word document"),
        (lambda: another(), "did not come from here"),
        (lambda: bytes(MOST_BYTES + 1), "larger than 10 MB"),
        (lambda: zipped("word/document.xml", b"<a>" + b" " * 80_000_000), "too large"),
        (
            lambda: zipped("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
            "not as Word saves",
        ),
        (
            lambda: zipped(
                "word/comments.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
            ),
            "not as Word saves",
        ),
        (lambda: zipped("word/document.xml", b"<a>"), "broken inside"),
        (lambda: zipped("word/document.xml", b"<a/>"), "not a Word document"),
    ],
)
def test_what_is_no_document_of_ours_is_refused_with_a_sentence(
    content: Callable[[], bytes], sentence: str
) -> None:
    with override("en"), pytest.raises(NotTaken, match=sentence):
        read(content())
