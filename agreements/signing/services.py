"""What the signing services that organisations use take at most, said before anything is sent to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Service:
    """Limits as the service tells them; None where it tells none. `source`: where it does."""

    key: str
    name: Any
    most_bytes: int | None
    most_pages: int | None
    most_signers: int | None
    source: str


SERVICES = {
    service.key: service
    for service in (
        Service("portal", gettext_lazy("This portal"), 15_000_000, 350, 100, ""),
        Service("visma", "Visma Sign", 15_000_000, 350, 80, "https://support.vismasign.fi/"),
        Service("other", gettext_lazy("Another service"), None, None, None, ""),
        Service("paper", gettext_lazy("On paper"), None, None, None, ""),
    )
}


def hindrances(service: Service, *, size: int, pages: int, signers: int) -> Iterator[str]:
    """Why the service would not take the file, a sentence each."""
    told = {"service": service.name}
    if service.most_bytes is not None and size > service.most_bytes:
        told |= {"most": _megabytes(service.most_bytes), "given": _megabytes(size)}
        yield _("%(service)s takes files of %(most)s MB at most; this one has %(given)s MB.") % told
    if service.most_pages is not None and pages > service.most_pages:
        told |= {"most": service.most_pages, "given": pages}
        yield _("%(service)s takes %(most)s pages at most; there are %(given)s.") % told
    if service.most_signers is not None and signers > service.most_signers:
        told |= {"most": service.most_signers, "given": signers}
        yield _("%(service)s takes %(most)s signers at most, none of them later; there are %(given)s.") % told


def _megabytes(size: int) -> str:
    return str(number_format(size / 1_000_000, decimal_pos=1))
