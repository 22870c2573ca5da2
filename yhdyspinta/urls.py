"""Every address of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from yhdyspinta.views import information
from yhdyspinta.views.front_page import front_page, put_news_aside
from yhdyspinta.views.organisation import organisation_detail

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front_page, name="front_page"),
    path("uutiset/luettu/", put_news_aside, name="put_news_aside"),
    path("saavutettavuus/", information.accessibility_statement, name="accessibility_statement"),
    path("tietosuoja/", information.privacy, name="privacy"),
    path("tietoja/", information.about, name="about"),
    path("organisaatiot/<int:pk>/", organisation_detail),  # before collaboration's own: it shows more
    path("", include("collaboration.urls")),
    path("", include("services.urls")),
    path("yllapito/", admin.site.urls),
]

if settings.DEMO:
    urlpatterns.append(path("esittely/", include("yhdyspinta.demo_urls")))
