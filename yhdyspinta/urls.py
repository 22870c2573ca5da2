"""Every address of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, register_converter

from collaboration.views.accounts import password_change
from yhdyspinta.views import contacts, information
from yhdyspinta.views.api import NoSuchAddress, api_page, api_schema
from yhdyspinta.views.forum import forum
from yhdyspinta.views.front_page import (
    country_file,
    county_in_numbers,
    coverage_file,
    front_page,
    header_facts,
    put_news_aside,
    take_seat,
)
from yhdyspinta.views.organisation import organisation_detail
from yhdyspinta.views.search import search


class Anything:
    """The rest of an address, also with line breaks in it, which Django's own `path` leaves out."""

    regex = "(?s:.+)"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Anything, "anything")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front_page, name="front_page"),
    path("haku/", search, name="search"),
    path("maa/vie/<str:file_format>/", country_file, name="country_file"),
    path("maa/alueet/<str:code>/", county_in_numbers, name="county_in_numbers"),
    path("tyopoyta/otsake/", header_facts, name="header_facts"),
    path("tyopoyta/paikka/<slug:seat>/", take_seat, name="take_seat"),
    path("tyopoyta/kunnat/<slug:seat>/<str:file_format>/", coverage_file, name="coverage_file"),
    path("uutiset/luettu/", put_news_aside, name="put_news_aside"),
    path("saavutettavuus/", information.accessibility_statement, name="accessibility_statement"),
    path("tietosuoja/", information.privacy, name="privacy"),
    path("yhteystiedot/", contacts.contacts, name="contacts"),
    path("yhteystiedot/kiitos/", contacts.contacts_sent, name="contacts_sent"),
    path("tietoja/", information.about, name="about"),
    path("organisaatiot/<int:pk>/", organisation_detail),  # before collaboration's own: it shows more
    path("foorumit/<int:pk>/", forum, name="forum_with_maps"),  # likewise
    path("", include("collaboration.urls")),
    path("", include("services.urls")),
    path("api/", api_page, name="api_page"),
    path("api/v1/schema/", api_schema, name="api_schema"),
    path("api/v1/", NoSuchAddress.as_view(), {"rest": ""}, name="api_elsewhere"),
    path("api/v1/<anything:rest>", NoSuchAddress.as_view(), name="api_elsewhere"),
    # before Django's own, which does not count wrong guesses
    path("yllapito/password_change/", password_change, name="admin_password_change"),
    path("yllapito/", admin.site.urls),
]
handler400 = "yhdyspinta.views.errors.bad_request"
handler500 = "yhdyspinta.views.errors.server_error"

if settings.DEMO:
    urlpatterns.append(path("esittely/", include("yhdyspinta.demo_urls")))
