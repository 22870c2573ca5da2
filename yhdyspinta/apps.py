"""The portal itself: it assembles the three apps and has no rules of its own."""

from django.apps import AppConfig


class YhdyspintaConfig(AppConfig):
    name = "yhdyspinta"
