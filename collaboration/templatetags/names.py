"""Names as a sentence needs them."""

from django import template

from collaboration.finnish import genitive
from collaboration.models.bilingual import own_language

register = template.Library()


@register.filter
def on_whose_behalf(name: str) -> str:
    """The organisation for which something is done: in Finnish in the genitive, since "puolesta" follows it."""
    return genitive(name) if own_language() == "fi" else name
