"""What the clock does. Each task is one line, safe to run twice, and also a management command."""

from celery import shared_task

from services.workflows import escalation_clock, feedback


@shared_task
def sweep_escalations() -> None:
    """Let climb what nobody has answered, remind, and ask again."""
    escalation_clock.sweep()
    escalation_clock.ask_again()


@shared_task
def forget_feedback() -> None:
    """Remove what residents told and was handled a year ago."""
    feedback.forget()
