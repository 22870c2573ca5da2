"""What several tests of organisations and accounts use."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from collaboration.models import User

SignedIn = Callable[..., Client]


@pytest.fixture
def signed_in(client: Client) -> SignedIn:
    """The test client, signed in as the person, with pages in the given language."""

    def sign_in(person: User, language: str = "en") -> Client:
        client.force_login(person)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    return sign_in
