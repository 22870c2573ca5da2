"""Requests as our views know them."""

from django.http import HttpRequest

from rest_framework.request import Request

from collaboration.models import User


class SignedInRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: its user is a person of ours."""

    user: User


class SignedInApiRequest(Request):
    """The same for the API."""

    user: User
