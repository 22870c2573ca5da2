"""Agreements between organisations, made from what their interface maps say."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
