"""People's texts as HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collaboration.markdown import ELEMENTS, to_html

REL = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Sovitaan\nyhdessä.", "<p>Sovitaan<br>\nyhdessä.</p>"),
        ("**Tärkeä** ja *kursiivi*", "<p><strong>Tärkeä</strong> ja <em>kursiivi</em></p>"),
        ("- yksi\n- kaksi", "<ul>\n<li>yksi</li>\n<li>kaksi</li>\n</ul>"),
        ("3. kolmas", '<ol start="3">\n<li>kolmas</li>\n</ol>'),
        ("[ohje](https://kunta.example)", f'<p><a href="https://kunta.example" {REL}>ohje</a></p>'),
        (
            "<posti@kunta.example>",
            f'<p><a href="mailto:posti@kunta.example" {REL}>posti@kunta.example</a></p>',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](//muualla.example)", "<p>[x](//muualla.example)</p>"),
        ("[x](/kirjaudu/ulos/)", "<p>[x](/kirjaudu/ulos/)</p>"),
        ("<b>ei</b>", "<p>&lt;b&gt;ei&lt;/b&gt;</p>"),
        ("# Ei otsikko", "<p># Ei otsikko</p>"),
        ("    ei koodi", "<p>ei koodi</p>"),
    ],
)
def test_markdown_is_read(text: str, html: str) -> None:
    assert to_html(text).strip() == html


@given(st.text("<>[]()*_`#\\&;:/\"'!-+ \n\tabjscript=1", max_size=200))
def test_any_text_becomes_known_elements_only(text: str) -> None:
    html = to_html(text)
    for opened in html.split("<")[1:]:
        assert opened.strip("/").split(">")[0].split(" ")[0].split("/")[0] in ELEMENTS
