"""What the clock does. Each task is one line, safe to run twice, and also a management command."""

from celery import shared_task
from django.core.management import call_command

from collaboration import mailing, seals
from collaboration.exports import queue
from collaboration.exports.make import make_all
from collaboration.workflows import attachments, contact
from collaboration.workflows.actions import ask_about_schedules


@shared_task
def mail_notifications() -> None:
    """Mail what people were told, and the links and invitations that still wait."""
    mailing.mail_links()
    mailing.mail_invitations()
    mailing.mail_notifications()


@shared_task
def mail_links() -> None:
    """Mail the links that somebody has just asked for."""
    mailing.mail_links()


@shared_task
def mail_invitations() -> None:
    """Mail the invitations that somebody has just sent."""
    mailing.mail_invitations()


@shared_task
def clear_expired_sessions() -> None:
    """Remove sessions that have ended."""
    call_command("clearsessions")


@shared_task
def forget_messages() -> None:
    """Remove the messages from the contacts page that were answered a year ago, and files of reports that were never sent."""
    contact.forget()
    attachments.forget_held()


@shared_task
def seal_events() -> None:
    """Seal the events that have been committed since the last seal."""
    seals.seal_events()


@shared_task
def make_exports() -> None:
    """Make the exports that wait."""
    make_all()


@shared_task
def sweep_exports() -> None:
    """Give up and remove what is due, and make what waits: also what a worker left when it died."""
    queue.sweep()
    make_all()


@shared_task
def ask_about_actions() -> None:
    """Ask those who are responsible whether their actions keep to the schedule."""
    ask_about_schedules()
