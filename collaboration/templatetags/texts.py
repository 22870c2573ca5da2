"""People's texts on a page."""

from django import template
from django.utils.safestring import SafeString

from collaboration.markdown import to_html

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """The text as clean HTML: paragraphs, emphasis, lists, quotations and links."""
    return to_html(text)
