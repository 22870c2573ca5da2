"""What every other test relies on: tests/plugin.py."""

import threading
from urllib.request import urlopen

import pytest
from django.db import connection

from collaboration.models import User
from tests.portal import PortalServer


def create_person() -> None:
    """One row, committed unless a test rolls it back."""
    User.objects.create(email="matti@example.fi")


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_an_ordinary_test_is_rolled_back(turn: int) -> None:
    assert not User.objects.filter(email="matti@example.fi").exists()
    create_person()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_fresh_database_is_new_each_time_and_shared_by_threads(fresh_database: str, turn: int) -> None:
    assert not User.objects.filter(email="matti@example.fi").exists()

    def in_a_thread() -> None:
        create_person()
        connection.close()

    thread = threading.Thread(target=in_a_thread)
    thread.start()
    thread.join()
    assert User.objects.filter(email="matti@example.fi").exists()


def test_the_network_is_out_of_reach() -> None:
    with pytest.raises(RuntimeError, match=r"tried to reach kunta\.example"):
        urlopen("http://kunta.example/")


def test_the_portal_answers_over_http(own_portal_server: PortalServer) -> None:
    with urlopen(own_portal_server.url) as answer:
        assert answer.status == 200
