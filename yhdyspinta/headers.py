"""The headers that tell browsers what a page of ours may do, on every answer; and the tags that come back from them."""

import re
from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS = ", ".join(f"{feature}=()" for feature in UNUSED)


class GuardMiddleware(CSPMiddleware):
    """Content-Security-Policy, with its own script rule for Django's administration, and Permissions-Policy."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        match = request.resolver_match
        if match is not None and match.app_name == "admin":
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        response.headers.setdefault(
            "X-Frame-Options", settings.X_FRAME_OPTIONS
        )  # also what middleware answers itself
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cache-Control", "no-store")  # what may be kept says so itself
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return super().process_response(request, response)


class NotProxiedMiddleware:
    """The demo lets anyone be anyone, so it answers this machine only: nobody whom a proxy brings from elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(name == "Forwarded" or name.startswith("X-Forwarded-") for name in request.headers):
            sentence = _("The demo is for this machine alone: it does not answer through a proxy.")
            return HttpResponse(f"{sentence}\n", status=403, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


CODED = re.compile(r'-{1,2}(?:gzip|zstd|br|deflate)"')


def plain_tags(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Takes back what a compressing proxy did to an ETag: `"abc-gzip"` of Caddy and Apache, `W/"abc"` of nginx.

    It does not always do so itself, and a change that names such a tag would be refused for ever. Comparing weakly is
    safe: the tags are digests of the content, so the same tag is the same content.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        for name in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"):
            if tags := request.META.get(name):
                request.META[name] = CODED.sub('"', tags).replace('W/"', '"')
        return get_response(request)

    return middleware
