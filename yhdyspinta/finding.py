"""What the portal's search finds of its own pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration.models import User
from collaboration.searching import Searched, Words
from collaboration.words import folded


@dataclass(frozen=True)
class Page:
    """A page that everyone who has signed in may open."""

    name: Any
    route: str

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse(self.route)


PAGES = (
    Page(_("Interface maps"), "services:map_list"),
    Page(_("Services"), "services:service_list"),
    Page(_("Organisations"), "collaboration:organisation_list"),
    Page(_("Forums"), "collaboration:forums"),
    Page(_("Matters"), "collaboration:matters"),
    Page(_("Actions"), "collaboration:actions"),
    Page(_("Shared goals"), "collaboration:goals"),
    Page(_("Announcements"), "collaboration:announcements"),
    Page(_("Notices"), "collaboration:notices"),
    Page(_("My details"), "collaboration:profile"),
    Page(_("About the portal"), "about"),
    Page(_("Contacts"), "contacts"),
    Page(_("Accessibility"), "accessibility_statement"),
    Page(_("Privacy"), "privacy"),
    Page(_("The API"), "api_page"),
)


def _pages(_user: User, words: Words) -> list[Page]:
    return [page for page in PAGES if all(any(one in folded(str(page)) for one in some) for some in words)]


KINDS = (Searched("pages", _("Pages"), _pages),)
