"""Requests as our views know them."""

from django.http import HttpRequest

from collaboration.models import User


class SignedInRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: its user is a person of ours."""

    user: User
