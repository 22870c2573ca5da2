"""People's texts on a page."""

from django import template
from django.utils.safestring import SafeString

from collaboration.plain_text import to_html

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """The text in paragraphs, with its line breaks and links."""
    return to_html(text)
