"""The portal itself: it assembles the three apps and has no rules of its own."""

from importlib import import_module

from django.apps import AppConfig


class YhdyspintaConfig(AppConfig):
    name = "yhdyspinta"

    def ready(self) -> None:
        import_module("yhdyspinta.checks")
        searching = import_module("collaboration.searching")  # models exist only now
        searching.register(*import_module("yhdyspinta.finding").KINDS)
