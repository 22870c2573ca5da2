"""What the worker does for maps. Each task is safe to run twice and at once."""

from celery import shared_task

from services.exports.make import make_all
from services.workflows import exports


@shared_task
def make_exports() -> None:
    """Make the exports that wait."""
    make_all()


@shared_task
def sweep_exports() -> None:
    """Give up and remove what is due, and make what waits: also what a worker left when it died."""
    exports.sweep()
    make_all()
