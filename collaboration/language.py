"""The language of the page: the cookie's choice, else Finnish; of the API, else what Accept-Language asks for."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Activates the language of the language cookie; signing in sets the cookie to the person's own language.

    A page does not ask the browser's Accept-Language: Finnish is what a newcomer meets, and the switch is on every page.
    Only the entrance of the pages for residents does, whose addresses name their language.
    The API does, because a program with a token has no cookie. An answer that names its language itself has it from
    its address, so it is the same for everybody and does not vary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith("/api/v1/")
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in dict(settings.LANGUAGES):
            chosen = translation.get_language_from_request(request) if is_api else settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
        if "Content-Language" in response.headers:
            return response
        response.headers["Content-Language"] = chosen
        patch_vary_headers(
            response, ("Cookie", "Accept-Language", "Authorization") if is_api else ("Cookie",)
        )
        return response
