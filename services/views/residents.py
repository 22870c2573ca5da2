"""Pages for residents: without signing in, session, cookie or script nonce, the same for everybody, and cached.

They are rendered without the request, so that nothing of who asks can get into them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from services.residents import index, pages
from services.residents.pages import Head, absolute

LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]

ALWAYS_ASK = "public, max-age=0, must-revalidate"
"""Anybody may keep the page, and asks each time whether it is still in force: one statement, and 304."""

ONLY_OUR_FILES = {"script-src": ["'self'"]}
"""Without a nonce, which would differ in each answer: a kept page would have another one than a later 304."""

View = Callable[..., HttpResponse]
PublicView = Callable[..., HttpResponseBase]


def for_everybody(view: View) -> PublicView:
    """A page in the language of its address. What is not public is a page that says so and leads to the search."""

    @wraps(view)
    def answer(request: HttpRequest, *, language: str = "", **which: Any) -> HttpResponse:
        with translation.override(language or settings.LANGUAGE_CODE):
            try:
                response = view(request, **which)
            except Http404:
                page = render_to_string("services/residents/not_found.html", frame("services:residents"))
                response = HttpResponse(page, status=404)
        response.headers["Content-Language"] = language or settings.LANGUAGE_CODE
        response.headers.setdefault("Cache-Control", ALWAYS_ASK)
        return response

    return login_not_required(require_safe(csp_replace(ONLY_OUR_FILES)(answer)))


@cache
def release() -> str:
    """A digest of what makes pages: templates, words and code. The same in every process of a release."""
    seen = hashlib.sha256(f"{settings.DEMO} {settings.SITE_URL}".encode())
    for pattern in ("templates/**/*.html", "locale/**/*.mo", "services/**/*.py", "static/css/*.css"):
        for file in sorted(settings.BASE_DIR.glob(pattern)):
            seen.update(file.read_bytes())
    return seen.hexdigest()[:16]


def alternates(name: str, *args: int) -> dict[str, str]:
    """The addresses of one page as search engines are told them, in the page and in the sitemap: by language, and for others."""
    known = {code: absolute(name, code, *args) for code, _own_name in LANGUAGES}
    is_start = name == "services:residents"
    return known | {"x-default": absolute("services:residents_entrance") if is_start else known["fi"]}


def frame(name: str, *args: int, query: str = "", of: str = "") -> dict[str, Any]:
    """What every page knows: its own address, and the same page in the other languages.

    `of`: the view whose page search engines show, when this one is another form of it. They are told no `query`.
    """
    query = f"?{query}" if query else ""
    known = alternates(of or name, *args)
    return {
        "language": get_language(),
        "demo": settings.DEMO,
        "alternates": [
            {
                "code": code,
                "name": own_name,
                "url": known[code],
                "path": reverse(name, args=[code, *args]) + query,
            }
            for code, own_name in LANGUAGES
        ],
        "canonical": known[get_language() or settings.LANGUAGE_CODE],
        "otherwise": known["x-default"],
        "share_picture": settings.SITE_URL.rstrip("/") + static("icons/share.png"),
    }


def _tag(*shown: object) -> str:
    """The ETag of what is shown in this language, by this release."""
    name = repr((get_language(), release(), *shown))
    return f'"{hashlib.sha256(name.encode()).hexdigest()[:32]}"'


def kept(
    request: HttpRequest,
    what: str,
    head: Head | UUID | None,
    make: Callable[[], str | bytes],
    content_type: str = "text/html; charset=utf-8",
    cache: str = "pages",
) -> HttpResponse:
    """The page from the cache or made now; 304 for whoever has it. Its name is what it shows, so it is never stale."""
    tag = _tag(what, head)
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        page = caches[cache].get(tag)
        if page is None:
            page = make()
            caches[cache].set(tag, page)
        answer = HttpResponse(page, content_type=content_type)
        answer.headers["ETag"] = tag
    response: HttpResponse = answer
    return response


@login_not_required
@require_safe
def residents_entrance(request: HttpRequest) -> HttpResponse:
    """To the start page in the language that the visitor has chosen, else the browser's first that the portal has."""
    answer = redirect("services:residents", translation.get_language_from_request(request))
    patch_vary_headers(answer, ("Cookie", "Accept-Language"))
    return answer


@for_everybody
def residents(request: HttpRequest) -> HttpResponse:
    """Find a service by need, municipality and age group."""

    def make() -> str:
        page = pages.finding_page(request.GET)
        context = frame("services:residents", query=page["query"]) | page
        return render_to_string("services/residents/find.html", context)

    wanted = sorted((name, request.GET.get(name, "")) for name in ("q", *index.AXES, "page"))
    return kept(request, f"find {wanted}", index.state(), make, cache="searches")


def _of_map(request: HttpRequest, map_id: int, view: str, template: str) -> HttpResponse:
    head = pages.head_of_map(map_id)

    def make() -> str:
        own = frame(f"services:resident_{view}", map_id, of="services:resident_map")
        context = own | pages.map_page(head, is_drawn=view == "drawing") | {"view": view}
        return render_to_string(template, context)

    return kept(request, view, head, make)


@for_everybody
def resident_map(request: HttpRequest, map_id: int) -> HttpResponse:
    """The map as a list: who gives what, and what has been agreed."""
    return _of_map(request, map_id, "map", "services/residents/map.html")


@for_everybody
def resident_drawing(request: HttpRequest, map_id: int) -> HttpResponse:
    """The map as a drawing."""
    return _of_map(request, map_id, "drawing", "services/residents/drawing.html")


@for_everybody
def resident_table(request: HttpRequest, map_id: int) -> HttpResponse:
    """The map as tables."""
    return _of_map(request, map_id, "table", "services/residents/table.html")


@for_everybody
def resident_picture(request: HttpRequest, map_id: int) -> HttpResponse:
    """The drawing as one SVG file."""
    head = pages.head_of_map(map_id)
    return kept(request, "picture", head, lambda: pages.picture(head), "image/svg+xml")


@for_everybody
def resident_service(request: HttpRequest, place_id: int) -> HttpResponse:
    """Where a service is got, and how one is guided to it."""
    head = pages.head_of_service(place_id)

    def make() -> str:
        context = frame("services:resident_service", place_id) | pages.service_page(head, place_id)
        return render_to_string("services/residents/service.html", context)

    return kept(request, f"service {place_id}", head, make)


@for_everybody
def resident_card(request: HttpRequest, place_id: int) -> HttpResponse:
    """The service as a card to print."""
    head = pages.head_of_service(place_id)

    def make() -> str:
        own = frame("services:resident_card", place_id, of="services:resident_service")
        context = own | pages.card_page(head, place_id)
        return render_to_string("services/residents/card.html", context)

    return kept(request, f"card {place_id}", head, make)


@for_everybody
def sitemap(request: HttpRequest) -> HttpResponse:
    """The sitemaps of the maps, and of the start page."""

    def make() -> str:
        maps = [
            {"url": absolute("services:sitemap_of_map", pk), "at": published_at}
            for pk, published_at in pages.maps_listed()
        ]
        return render_to_string("services/residents/sitemap.xml", {"maps": maps})

    return kept(request, "sitemaps", index.state(), make, "application/xml")


@for_everybody
def sitemap_of_map(request: HttpRequest, map_id: int) -> HttpResponse:
    """The pages of one map, each in every language, naming one another."""
    head = pages.head_of_map(map_id)

    def make() -> str:
        named = [("services:residents", ()), *pages.addresses_of_map(head)]
        found = [alternates(name, *args) for name, args in named]
        return render_to_string("services/residents/sitemap_of_map.xml", {"pages": found})

    return kept(request, "sitemap", head, make, "application/xml")


@for_everybody
def robots(_request: HttpRequest) -> HttpResponse:
    """What search engines may read: pages for residents, and what the portal tells of itself."""
    page = render_to_string(
        "services/residents/robots.txt",
        {"sitemap": settings.SITE_URL.rstrip("/") + reverse("services:sitemap")},
    )
    return HttpResponse(page, content_type="text/plain; charset=utf-8")
