"""For whom a page is made: in every form, beside Django's own field against forgery, and for the scripts."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from collaboration.made_for import FIELD, token_of

register = template.Library()


def _token(context: Context) -> str:
    request = getattr(context, "request", None)
    if not isinstance(request, HttpRequest) or not hasattr(request, "user"):
        return ""
    if not hasattr(request, "made_for"):
        request.made_for = token_of(request.user)  # type: ignore[attr-defined]
    made_for: str = request.made_for  # type: ignore[attr-defined]
    return made_for


class _Node(CsrfTokenNode):
    """Django's field, and ours."""

    def render(self, context: Context) -> SafeString:
        against_forgery = super().render(context)
        token = _token(context) if against_forgery else ""
        if not token:
            return mark_safe(against_forgery)  # noqa: S308 Django's own
        return mark_safe(against_forgery) + format_html(  # noqa: S308
            '<input type="hidden" name="{}" value="{}">', FIELD, token
        )


@register.tag
def csrf_token(_parser: Parser, _token: Token) -> Any:
    """`{% csrf_token %}` in every template, since settings load this library for all."""
    return _Node()


@register.simple_tag(takes_context=True)
def made_for(context: Context) -> str:
    """What scripts of the page send along."""
    return _token(context)
