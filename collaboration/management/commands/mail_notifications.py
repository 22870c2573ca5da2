"""`manage.py mail_notifications`: what the clock does each minute, when there is no clock."""

from typing import Any

from django.core.management.base import BaseCommand

from collaboration.mailing import mail_invitations, mail_links, mail_notifications


class Command(BaseCommand):
    """Go once through what waits to be mailed. Safe to run beside the worker."""

    help = "Mail the notifications, the links for choosing a password and the invitations that wait."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"mails sent: {mail_links() + mail_invitations() + mail_notifications()}")
