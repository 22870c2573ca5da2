"""Who works together: organisations, areas, people, and the log of what they did."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = _("organisations and people")
