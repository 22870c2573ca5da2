"""The channels and the referral path of a service out of a content, as pages show them in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst

from collaboration.models.bilingual import own_language, told
from collaboration.phones import dialled
from services.content.shape import Content
from services.models import ServiceChannel

TEXTS = ("name", "address", "hours")
SCHEMES = ("https://", "http://")


def channels_of(service: Content) -> list[dict[str, Any]]:
    """The service's channels in their order: texts, phone and `tel` to call it, `url` and `site` to read it.

    `languages` has the language of each text that is in another one than the page; `language` is one of them, or
    empty.
    """
    kinds = dict(ServiceChannel.Kind.choices)
    return [
        {
            "id": row["id"],
            "kind": row["kind"],
            "kind_name": str(capfirst(kinds.get(row["kind"], ""))),
            "phone": row["phone"],
            "tel": dialled(row["phone"]),
            "url": row["url"] if row["url"].startswith(SCHEMES) else "",
            "site": row["url"].partition("://")[2].rstrip("/") if row["url"].startswith(SCHEMES) else "",
            **_in_own_language(row, TEXTS),
        }
        for row in service.get("channels", [])
    ]


def path_of(service: Content, names: dict[int, str]) -> list[dict[str, Any]]:
    """The steps of the path to the service, numbered, each with the service that guides. `names`: of services, by id."""
    return [
        {
            "number": number,
            "service": row["service"],
            "service_name": names.get(row["service"], ""),
            **_in_own_language(row, ("text",)),
        }
        for number, row in enumerate(service.get("path", []), 1)
    ]


def _in_own_language(row: Content, fields: tuple[str, ...]) -> dict[str, Any]:
    own = own_language()
    texts = {field: told(row, field) for field in fields}
    languages = {field: language for field, (_text, language) in texts.items() if language not in ("", own)}
    return {
        **{field: text for field, (text, _language) in texts.items()},
        "languages": languages,
        "language": next(iter(languages.values()), ""),
    }
