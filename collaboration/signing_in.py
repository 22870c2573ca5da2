"""Which pages need signing in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from collaboration import kept_posts, made_for, seats


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's own, but who asks is not looked up for a public page: it touches no session and can be kept by caches."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None:
            seats.remember_seat(request)
        if answer is not None and request.method == "POST" and self._is_kept(request):
            return redirect_to_login(reverse("collaboration:kept_post"))
        return answer

    def _is_kept(self, request: HttpRequest) -> bool:
        """Whether what was typed waits for its author: the session had ended while the page stood open."""
        person = made_for.person_asked_for(request)
        return person is not None and kept_posts.keep(request, person)
