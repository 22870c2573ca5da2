"""What search engines and other programs read of a public service: schema.org's GovernmentService as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from services.content.comparison import named
from services.content.shape import Content

ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
"""So that no text can end the script element; JSON reads them as the same letters."""


def government_service(
    page: dict[str, Any], channels: list[Content], url: str, identity: str
) -> dict[str, Any]:
    """The service of `services.residents.pages.service_page`. A channel's languages are those it is described in.

    `identity` is the same on its pages in all languages: they tell of one service.
    """
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": identity,
        "url": url,
        "name": page["name"].text,
        "serviceType": page["class"].text,
        "provider": {"@type": "GovernmentOrganization", "name": page["organiser"]},
        "areaServed": {"@type": "AdministrativeArea", "name": page["municipality"]},
        "audience": {"@type": "Audience", "audienceType": str(page["target_group"])},
        "availableChannel": [_channel(each) for each in channels],
    }


def _channel(row: Content) -> dict[str, Any]:
    languages = [
        language
        for language in ("fi", "sv")
        if any(row[f"{field}_{language}"] for field in ("name", "address", "hours"))
    ]
    told = {
        "name": named(row),
        "serviceLocation": {"@type": "Place", "address": address}
        if (address := named(row, "address"))
        else None,
        "servicePhone": {"@type": "ContactPoint", "telephone": row["phone"]} if row["phone"] else None,
        "serviceUrl": row["url"] if row["url"].startswith(("https://", "http://")) else "",
        "availableLanguage": languages,
    }
    return {"@type": "ServiceChannel", **{name: value for name, value in told.items() if value}}


def json_ld(data: dict[str, Any]) -> SafeString:
    """As an element for the page's head. It is data, which no browser runs, so it needs no nonce."""
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPED)
    # whatever could end the element has been escaped
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
