"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]


def portal(_request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo, and the languages by their own names."""
    return {"demo": settings.DEMO, "languages": LANGUAGES}
