"""Who works together: organisations, areas, people, and the log of what they did."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = _("organisations and people")

    def ready(self) -> None:
        from collaboration import finding, searching  # noqa: PLC0415 models exist only now

        searching.register(*finding.KINDS)
