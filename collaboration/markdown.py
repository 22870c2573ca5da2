"""People's texts as Markdown: the one place where stored text becomes HTML.

Twice safe: the parser knows no raw HTML and no links but to the web and to mail, and what it made is cleaned again.
Headings, pictures and code blocks stay as they were typed: a page has its own headings, and indenting is no code.
"""

import re

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

SCHEMES = {"http", "https", "mailto"}
SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
ELEMENTS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "strong", "ul"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
LEFT_AS_TYPED = ["code", "fence", "heading", "html_block", "html_inline", "image", "lheading", "reference"]


class Reader(MarkdownIt):
    """CommonMark without what a page must decide for itself; a line break stays a line break."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "breaks": True})
        self.disable(LEFT_AS_TYPED)

    def validateLink(self, url: str) -> bool:  # noqa: N802 the parser's own name
        """Only whole addresses of the web and of mail."""
        return SAFE_LINK.match(url) is not None


READER = Reader()


def to_html(text: str) -> SafeString:
    """The text as clean HTML."""
    return SafeString(
        nh3.clean(
            READER.render(text),
            tags=ELEMENTS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            url_relative="deny",
            link_rel="noopener noreferrer nofollow",
        )
    )
