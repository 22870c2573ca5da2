"""The scripts of a page, asked for as soon as its head has arrived."""

import re
from functools import cache
from pathlib import Path
from posixpath import join, normpath

from django import template
from django.contrib.staticfiles import finders
from django.template import RequestContext
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
ON_EVERY_PAGE = ("document/limits", "menus", "search", "document/waiting", "waits", "drafts", "days")
"""What base.html loads by itself for those who have signed in."""

IMPORT = re.compile(r"""^(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@register.simple_tag(takes_context=True)
def preload_modules(context: RequestContext, *entries: str) -> SafeString:
    """A link for each of these modules and all that they import: without it each is found only in the one before."""
    nonce = context["request"].csp_nonce
    names = dict.fromkeys(
        name
        for entry in (*entries, *(f"js/{each}.js" for each in ON_EVERY_PAGE))
        for name in with_imports(entry)
    )
    return format_html_join(
        "\n  ",
        '<link rel="modulepreload" href="{}" nonce="{}">',
        ((static(name), nonce) for name in names),
    )


@cache
def with_imports(name: str) -> tuple[str, ...]:
    """The module and what it imports, each once, as names of static files."""
    source = Path(finders.find(name) or "").read_text(encoding="utf-8")
    imported = (
        each for found in IMPORT.findall(source) for each in with_imports(normpath(join(name, "..", found)))
    )
    return tuple(dict.fromkeys((name, *imported)))
