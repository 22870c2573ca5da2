"""What search engines and other programs read of a public service: schema.org's GovernmentService as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
"""So that no text can end the script element; JSON reads them as the same letters."""


def government_service(page: dict[str, Any], url: str) -> dict[str, Any]:
    """The service of `services.queries.residents.service_page`. A channel's languages are those it is described in."""
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": url,
        "url": url,
        "name": page["name"].text,
        "serviceType": page["class"].text,
        "provider": {"@type": "GovernmentOrganization", "name": page["organiser"]},
        "areaServed": {"@type": "AdministrativeArea", "name": page["municipality"]},
        "audience": {"@type": "Audience", "audienceType": str(page["target_group"])},
        "availableChannel": [_channel(each) for each in page["channels"]],
    }


def _channel(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "ServiceChannel"}
    if row["name"]:
        found["name"] = row["name"].text
    if row["address"]:
        found["serviceLocation"] = {"@type": "Place", "address": row["address"].text}
    if row["phone"]:
        found["servicePhone"] = {"@type": "ContactPoint", "telephone": row["phone"]}
    if row["url"]:
        found["serviceUrl"] = row["url"]
    if row["languages"]:
        found["availableLanguage"] = row["languages"]
    return found


def json_ld(data: dict[str, Any]) -> SafeString:
    """The script's content. It is data, which no browser runs, so it needs no nonce."""
    # whatever could end the element has been escaped
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPED))  # noqa: S308
