"""What a file tells of the content that it holds: of which version or draft it is, who approved it, and when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services.content.comparison import named
from services.content.shape import Content
from services.exports.cells import Cell, moment, shown
from services.models import Export, MapVersion, TargetGroup


@dataclass(frozen=True)
class About:
    """`imprint`: on every page. `notices`: what nobody may overlook. `facts` and `approvals` are rows in words."""

    title: str
    imprint: str
    at: datetime.datetime
    language: str
    facts: list[tuple[str, Cell]]
    approvals: list[tuple[str, str, datetime.datetime]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def about(export: Export, content: Content) -> About:
    """In the language that is active; the times are those of the version, or of when the draft was asked for."""
    version = export.version
    named_as = (
        _("version %(number)s") % {"number": version.number}
        if version
        else _("draft of %(at)s, not approved") % {"at": shown(export.asked_at)}
    )
    notices = _notices(version)
    if export.map.is_demo:
        notices.insert(0, _("Demo content: this does not describe any real organisation."))
    facts: list[tuple[str, Cell]] = [
        (_("Title in Finnish"), content["title_fi"]),
        (_("Title in Swedish"), content["title_sv"]),
        (_("Municipality"), named(content["municipality"])),
        (_("Target group"), str(capfirst(dict(TargetGroup.choices).get(content["target_group"], "")))),
        (_("Content"), str(capfirst(named_as))),
    ]
    if version:
        facts += [
            (_("Status"), str(capfirst(version.get_status_display()))),
            (_("Published"), version.published_at),
            (_("Review date"), version.review_on),
            (_("Citation"), version.citation),
        ]
    facts.append((_("Fingerprint (SHA-256)"), export.digest))
    return About(
        title=named(content, "title"),
        imprint=_("Yhdyspinta, map %(number)d, %(what)s") % {"number": content["map"], "what": named_as},
        at=timezone.localtime(version.published_at if version else export.asked_at),
        language=export.language,
        facts=[(name, value) for name, value in facts if value],
        approvals=_approvals(version),
        notices=notices,
    )


def _notices(version: MapVersion | None) -> list[str]:
    if version is None:
        return [_("This is a draft. The parties have not approved it.")]
    notices = []
    if version.status == MapVersion.Status.WITHDRAWN and version.withdrawn_at:
        notices.append(
            _("This version was withdrawn on %(on)s: %(reason)s")
            % {"on": shown(version.withdrawn_at), "reason": version.withdrawn_reason}
        )
    if version.status == MapVersion.Status.REPLACED:
        notices.append(_("A newer version has replaced this one."))
    if version.incomplete_reason:
        notices.append(_("Published incomplete:") + f" {version.incomplete_reason}")
    return notices


def _approvals(version: MapVersion | None) -> list[tuple[str, str, datetime.datetime]]:
    return [
        (named(fact["organisation"]), fact["approver"]["name"], moment(fact["at"]))
        for fact in (version.approvals if version else [])
    ]
