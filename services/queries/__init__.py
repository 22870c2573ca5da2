"""What each page of services and maps shows."""

from django.http import QueryDict


def asked(filters: QueryDict, name: str) -> str:
    """What a person asked for in the address: one short line that the database can be asked; never cut."""
    return filters.get(name, "").replace("\x00", "").strip()
