"""People's texts on a page: every sign that was typed is shown, and nothing of it means anything else.

Parties agree on the words that they see. So a text is plain everywhere, and page, paper, table and mail say the same:
a page only keeps line breaks, begins a paragraph after an empty line, and makes links of addresses.
"""

from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe


def to_html(text: str) -> SafeString:
    """The text as paragraphs of escaped text with links."""
    linked = urlize(text, nofollow=True, autoescape=True)
    return mark_safe(linebreaks(linked))  # noqa: S308 (urlize has escaped it)
