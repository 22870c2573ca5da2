"""What a map's file tells of the content that it holds: of which version or draft it is, who approved it, and when."""

from __future__ import annotations

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.exports.about import About
from collaboration.exports.cells import Cell, Column, Table, moment, shown
from collaboration.models import Export
from services.content.comparison import named
from services.content.shape import Content
from services.models import InterfaceMap, MapVersion, TargetGroup


def about(export: Export, content: Content) -> About:
    """In the language that is active; the times are those of the version, or of when the draft was asked for."""
    version = MapVersion.objects.defer("content").filter(pk=export.version or 0).first()
    named_as = (
        _("version %(number)s") % {"number": version.number}
        if version
        else _("draft of %(at)s, not approved") % {"at": shown(export.asked_at)}
    )
    notices = _notices(version)
    if InterfaceMap.objects.get(pk=export.subject_id).is_demo:
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
        heading=_("Map and version"),
        facts=[(name, value) for name, value in facts if value],
        front=[_approvals(version)],
        notices=notices,
        picture=_("Drawing of the map"),
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


def _approvals(version: MapVersion | None) -> Table:
    return Table(
        _("Approvals"),
        [Column(_("Organisation"), 3), Column(_("Approver"), 3), Column(_("When"), 2)],
        [
            [named(fact["organisation"]), fact["approver"]["name"], moment(fact["at"])]
            for fact in (version.approvals if version else [])
        ],
    )
