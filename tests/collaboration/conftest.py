"""What several tests of organisations and accounts use."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client

from collaboration import subjects
from collaboration.audience import Everyone
from collaboration.models import Organisation, User

SignedIn = Callable[..., Client]


@pytest.fixture
def signed_in(client: Client) -> SignedIn:
    """The test client, signed in as the person, with pages in the given language."""

    def sign_in(person: User, language: str = "en") -> Client:
        client.force_login(person)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    return sign_in


class Open(Everyone[Organisation]):
    """All but one."""

    def visible(self, _person: Any, /) -> QuerySet[Organisation]:
        return Organisation.objects.exclude(name_fi="Salainen")


@pytest.fixture
def organisations_as_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets events be about organisations, which everyone sees; map.made's mail tells of them."""
    registered: dict[Any, subjects.Subject] = subjects._registered
    monkeypatch.setitem(registered, Organisation, subjects.Subject(Open(Organisation)))
