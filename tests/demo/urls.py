"""The portal's addresses as they are in demo mode; tests otherwise run outside it, and import this before they enter it."""

from django.urls import include, path

from yhdyspinta.urls import urlpatterns as ordinary

urlpatterns = [*ordinary, path("esittely/", include("yhdyspinta.demo_urls"))]
