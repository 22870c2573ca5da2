"""Colours have names: the style sheets take them from `tokens.css`."""

import re

import pytest

from tests.databases import ROOT

SHEETS = sorted((ROOT / "static/css").glob("*.css"))
RAW = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\((?!var\()|"
    r":[^;{}]*(?<![-\w])(?:white|black|red|green|blue|gr[ae]y|yellow|orange|silver)(?![-\w])",
    re.IGNORECASE,
)


def declared(text: str) -> str:
    """The declarations, without comments, names in quotes and addresses."""
    return re.sub(r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", [path.name for path in SHEETS if path.name != "tokens.css"])
def test_no_raw_colour_stands_outside_the_tokens(name: str) -> None:
    assert RAW.findall(declared((ROOT / "static/css" / name).read_text())) == []


def test_every_token_that_is_used_is_declared_and_every_declared_one_used() -> None:
    sheets = [declared(path.read_text()) for path in SHEETS]
    setting = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "templates").rglob("*.html")]
    scripts = [path.read_text() for path in setting]
    tokens = set(re.findall(r"(--[a-z-]+):", declared((ROOT / "static/css/tokens.css").read_text())))
    used = {name for text in (*sheets, *scripts) for name in re.findall(r"var\((--[a-z-]+)", text)}
    own = {name for text in sheets for name in re.findall(r"(--[a-z-]+):", text)}
    own |= {name for text in scripts for name in re.findall(r"--[a-z-]+", text)}
    assert {name for name in used - own if not name.startswith("--ds-")} == set()
    assert tokens <= used


def test_raw_colours_are_found() -> None:
    for raw in ("a{color:#fff}", "a{color: White}", "a{background:rgb(1 2 3)}", "a{color: #ABCDEF12}"):
        assert RAW.search(raw), raw
    for named in ("a{color:var(--text)}", "a{box-shadow:0 0 rgb(var(--shade) / 0.3)}", "a{white-space:pre}"):
        assert not RAW.search(named), named
