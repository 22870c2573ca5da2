"""Sentry, for those who set SENTRY_DSN: the place of an error, never what a person sent or who they are."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from yhdyspinta.logs import scrub

PERSONAL = ("user", "request", "extra", "breadcrumbs", "server_name", "contexts")


def start(dsn: str, *, environment: str) -> None:
    """Report errors to `dsn`. Called by the settings, in production only."""
    import sentry_sdk  # noqa: PLC0415 (loaded only where it is used)

    try:
        sentry_sdk.init(dsn=dsn, environment=environment, **options())
    except sentry_sdk.utils.BadDsn:
        raise ImproperlyConfigured(
            "SENTRY_DSN must look like https://key@sentry.example/1, as Sentry shows it in the project's settings."
        ) from None


def options() -> dict[str, Any]:
    """How much Sentry may look at: no bodies, no variables, no breadcrumbs, no traces.

    Without `send_default_pii` and `data_collection` the package itself collects no personal data.
    """
    return {
        "include_local_variables": False,
        "max_request_body_size": "never",
        "max_breadcrumbs": 0,
        "traces_sample_rate": None,
        "before_send": without_personal_data,
    }


def without_personal_data(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    """The event with its type, place and scrubbed message, and nothing of the person or of the request."""
    for name in PERSONAL:
        event.pop(name, None)
    for error in event.get("exception", {}).get("values", []):
        error["value"] = scrub(str(error.get("value") or ""))
        for frame in error.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    if "message" in event:
        event["message"] = scrub(str(event["message"]))
    message = event.get("logentry")
    if message:
        event["logentry"] = {"message": scrub(str(message.get("formatted") or message.get("message") or ""))}
    return event
