"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from yhdyspinta.demo import clock

LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]


def portal(_request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo and its day when that is another than outside, and the languages by their own names."""
    demo_day = timezone.localdate() if settings.DEMO and clock.is_ahead() else None
    return {"demo": settings.DEMO, "demo_day": demo_day, "languages": LANGUAGES}
