"""Approving a map's content and publishing it: the round, the approvals, and the versions that come of them.

Everything happens under the lock of the map's row, which each edit takes, too: while somebody approves, nothing of the
map changes. What is read outside of it (names of services and organisations) is compared by the digest.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.frozen import canonical, digest
from collaboration.journal import announce, answer, record
from collaboration.models import Organisation, User
from collaboration.policy import holders_of
from collaboration.verdict import Verdict
from collaboration.workflow import Step, Transition, TransitionRefused, Workflow
from services import policy
from services.content.canonical import content_of, moment
from services.content.shape import Content
from services.models import (
    Approval,
    ApprovalRound,
    Aspect,
    AspectStatus,
    Interface,
    InterfaceMap,
    MapVersion,
    ProcessStep,
    Service,
)
from services.workflows.public_services import lemmas_of_services
from services.workflows.reasons import Return, Withdrawal

DONE = {AspectStatus.AGREED, AspectStatus.NOT_APPLICABLE}
DIGITS_CITED = 16
ASKED = ("approval_round.started",)
MOST_STEPS_NAMED = 5


class _Changed(Exception):
    """The content is no longer what was asked about."""


def _asked(approval_round: Any) -> models.QuerySet[User]:
    """Who were told that the round began, and who began it."""
    told = models.Q(
        notifications__event__verb__in=ASKED,
        notifications__event__subject_id=approval_round.pk,
    )
    return User.objects.filter(told | models.Q(pk=approval_round.started_by_id))


def _people(row: Any) -> models.QuerySet[User]:
    return policy.MAPS.people(row.map)


def _end(approval_round: Any, step: Step) -> None:
    approval_round.ended_by, approval_round.ended_at = step.by, step.at
    announce(approval_round.map)


def _return(approval_round: Any, step: Step) -> None:
    approval_round.returned_reason = step.wished["reason"]
    _end(approval_round, step)


def _withdraw(version: Any, step: Step) -> None:
    version.withdrawn_by, version.withdrawn_at = step.by, step.at
    version.withdrawn_reason = step.wished["reason"]
    announce(version.map)


def _without_approvals(approval_round: Any) -> Iterator[str]:
    for organisation in waited_for(approval_round):
        yield _("%(organisation)s has not approved yet.") % {"organisation": organisation.name}


def _publish(approval_round: Any, step: Step) -> None:
    """Make the version. Its content is read once more, so that what is kept has the digest that was approved."""
    _end(approval_round, step)
    interface_map = approval_round.map
    content = content_of(interface_map)
    if digest(canonical(content)) != approval_round.digest:
        raise _Changed
    in_force = interface_map.versions.filter(status=MapVersion.Status.PUBLISHED).first()
    if in_force is not None:
        version_workflow.perform("replace", in_force, by=step.by)
    version = MapVersion(
        map=interface_map,
        round=approval_round,
        content=content,
        lemmas=lemmas_of_services(content),
        digest=approval_round.digest,
        seq=approval_round.seq,
        review_on=approval_round.review_on,
        incomplete_reason=approval_round.incomplete_reason,
        approvals=_facts_of(approval_round),
    )
    version.major, version.minor = next_number(interface_map, is_major=approval_round.is_major)
    for language in ("fi", "sv"):
        setattr(version, f"citation_{language}", _citation(version, language))
    version.save()
    record("map_version.published", version, by=step.by, recipients=policy.MAPS.people(interface_map))


def _may_start(user: User, approval_round: Any) -> Verdict:
    return policy.can_start_round(user, approval_round.map)


def _blocked(approval_round: Any) -> Iterator[str]:
    return blockers(approval_round.map)


def _start(approval_round: Any, _step: Step) -> None:
    """What is asked about is the content as it is now."""
    if approval_round.review_on <= timezone.localdate():
        raise ValidationError({"review_on": _("The review date must be a day to come.")})
    unfinished = unfinished_aspects(approval_round.map)
    if unfinished and not approval_round.incomplete_reason:
        sentence = _(
            "Not everything is agreed or not applicable. Finish it first, or tell why the map is published incomplete."
        )
        raise ValidationError({"incomplete_reason": sentence})
    if approval_round.incomplete_reason and not unfinished:
        raise ValidationError(
            {"incomplete_reason": _("Everything is agreed or not applicable, so no reason is needed.")}
        )
    approval_round.digest = digest(canonical(content_of(approval_round.map)))
    approval_round.full_clean()
    announce(approval_round.map)


round_workflow: Workflow[ApprovalRound] = Workflow(
    Transition(
        name="start",
        label=gettext_lazy("Ask the parties to approve the map"),
        target=ApprovalRound.Status.OPEN,
        allowed=_may_start,
        blockers=_blocked,
        effect=_start,
        verb="approval_round.started",
        recipients=lambda approval_round: policy.approvers_of(approval_round.map),
    ),
    Transition(
        name="publish",
        label=gettext_lazy("Publish"),
        sources=frozenset({ApprovalRound.Status.OPEN}),
        target=ApprovalRound.Status.PUBLISHED,
        allowed=policy.can_approve,
        blockers=_without_approvals,
        effect=_publish,
        writes=("ended_by", "ended_at"),
        is_automatic=True,
        verb="approval_round.completed",
        answers=ASKED,
    ),
    Transition(
        name="end",
        label=gettext_lazy("End the round because of an edit"),
        sources=frozenset({ApprovalRound.Status.OPEN}),
        target=ApprovalRound.Status.ENDED,
        allowed=policy.can_end_round,
        is_automatic=True,
        effect=_end,
        writes=("ended_by", "ended_at"),
        verb="approval_round.ended",
        recipients=_asked,
        answers=ASKED,
    ),
    Transition(
        name="cancel",
        label=gettext_lazy("Cancel the round"),
        sources=frozenset({ApprovalRound.Status.OPEN}),
        target=ApprovalRound.Status.CANCELLED,
        allowed=policy.can_cancel_round,
        effect=_end,
        writes=("ended_by", "ended_at"),
        verb="approval_round.cancelled",
        recipients=_asked,
        answers=ASKED,
    ),
    Transition(
        name="return",
        label=gettext_lazy("Return with a reason"),
        sources=frozenset({ApprovalRound.Status.OPEN}),
        target=ApprovalRound.Status.RETURNED,
        allowed=policy.can_approve,
        effect=_return,
        writes=("ended_by", "ended_at", "returned_reason"),
        form=Return,
        verb="approval_round.returned",
        recipients=_people,
        answers=ASKED,
    ),
)

version_workflow: Workflow[MapVersion] = Workflow(
    Transition(
        name="replace",
        label=gettext_lazy("Replace by a newer version"),
        sources=frozenset({MapVersion.Status.PUBLISHED}),
        target=MapVersion.Status.REPLACED,
        allowed=policy.can_withdraw_version,
        is_automatic=True,
        verb="map_version.replaced",
    ),
    Transition(
        name="withdraw",
        label=gettext_lazy("Withdraw the version"),
        sources=frozenset({MapVersion.Status.PUBLISHED}),
        target=MapVersion.Status.WITHDRAWN,
        allowed=policy.can_withdraw_version,
        effect=_withdraw,
        writes=("withdrawn_by", "withdrawn_at", "withdrawn_reason"),
        form=Withdrawal,
        verb="map_version.withdrawn",
        recipients=_people,
    ),
)


def steps_without_one(interface_map: InterfaceMap) -> list[ProcessStep]:
    """Steps of the process, on the map, for which nobody is accountable; where no process is asked for, none is."""
    interfaces = Interface.objects.filter(map=interface_map).live()
    steps = ProcessStep.objects.filter(
        aspect__interface__in=interfaces, archived_at__isnull=True, accountable__isnull=True
    ).exclude(aspect__status=AspectStatus.NOT_APPLICABLE)
    return list(steps.select_related("aspect__interface").order_by("aspect", "place", "pk"))


def unfinished_aspects(interface_map: InterfaceMap) -> list[Aspect]:
    """The aspects on the map that are neither agreed nor not applicable."""
    return list(
        Aspect.objects.filter(interface__in=Interface.objects.filter(map=interface_map).live())
        .exclude(status__in=DONE)
        .select_related("interface")
        .order_by("interface", "number")
    )


def blockers(interface_map: InterfaceMap) -> Iterator[str]:
    """Why no round can be started on the map, whoever asks and whatever is agreed."""
    if ApprovalRound.objects.filter(map=interface_map, status=ApprovalRound.Status.OPEN).exists():
        yield _("An approval round is already open.")
    if not Interface.objects.filter(map=interface_map).live().exists():
        yield _("The map has no interfaces yet, so there is nothing to approve.")
    if steps := steps_without_one(interface_map):
        yield _("Nobody is accountable for these steps of the process: %(steps)s. Name one for each.") % {
            "steps": "; ".join(
                [*map(str, steps[:MOST_STEPS_NAMED]), *["…"] * (len(steps) > MOST_STEPS_NAMED)]
            )
        }


@transaction.atomic
def start(
    user: User, map_id: int, *, review_on: datetime.date, is_major: bool = False, incomplete_reason: str = ""
) -> ApprovalRound:
    """Ask an approver of every party to approve the map as it is now.

    Raises InterfaceMap.DoesNotExist, PermissionDenied, TransitionRefused, or ValidationError by field.
    """
    interface_map = _locked(user, map_id)
    approval_round = ApprovalRound(
        map=interface_map,
        seq=interface_map.seq,
        is_major=is_major,
        review_on=review_on,
        incomplete_reason="\n".join(line.rstrip() for line in incomplete_reason.splitlines()).strip(),
        started_by=user,
    )
    return round_workflow.begin("start", approval_round, by=user)


def approve(
    user: User, map_id: int, round_id: int, read: str, organisation_id: int | None = None
) -> ApprovalRound:
    """Approve for a party the content with the digest `read`. The last approval publishes.

    Without `organisation_id` for the person's own party that has not approved yet. Raises InterfaceMap.DoesNotExist,
    PermissionDenied or TransitionRefused. A round whose content has changed meanwhile is ended, and the approval refused.
    """
    try:
        with transaction.atomic():
            return _approve(user, map_id, round_id, read, organisation_id)
    except _Changed:
        with transaction.atomic():
            _locked(user, map_id)
            end_rounds([map_id], None)
        raise TransitionRefused(
            _(
                "The map has changed since its parties were asked to approve it, so the round has ended. Start a new one."
            )
        ) from None


def _approve(user: User, map_id: int, round_id: int, read: str, organisation_id: int | None) -> ApprovalRound:
    interface_map = _locked(user, map_id)
    approval_round = ApprovalRound.objects.filter(map=interface_map, pk=round_id).first()
    if approval_round is None:
        raise TransitionRefused(_("There is no such approval round."))
    if approval_round.status != ApprovalRound.Status.OPEN:
        raise TransitionRefused(
            _("This approval round is no longer open: %(status)s.")
            % {"status": approval_round.get_status_display()}
        )
    policy.can_approve(user, approval_round).require()
    if read != approval_round.digest:
        raise TransitionRefused(
            _("What you read is not what is to be approved. Read the map again before you approve it.")
        )
    if digest(canonical(content_of(interface_map))) != approval_round.digest:
        raise _Changed
    organisation = _party_of(user, approval_round, organisation_id)
    approval = Approval.objects.create(round=approval_round, organisation=organisation, approver=user)
    record(
        "approval_round.approved",
        approval_round,
        by=user,
        note=str(organisation),
        digest=approval_round.digest,
    )
    answer(ASKED, [approval_round], approval.at, holders_of("approve", organisation))
    announce(interface_map)
    if not waited_for(approval.round):
        return round_workflow.perform("publish", approval_round, by=user)
    return approval_round


def _party_of(user: User, approval_round: ApprovalRound, organisation_id: int | None) -> Organisation:
    """For which party the person approves: one that has not approved, by a person who has not."""
    own = approval_round.approvals.filter(approver=user).select_related("organisation").first()
    if own is not None:
        raise TransitionRefused(
            _("You have approved for %(organisation)s. Another person approves for the other party.")
            % {"organisation": own.organisation.name}
        )
    parties = required_parties(approval_round.map)
    if organisation_id is not None:
        parties = [each for each in parties if each.pk == organisation_id]
        if not parties:
            raise TransitionRefused(_("The organisation is not a party of the map."))
        policy.can_approve_for(user, parties[0]).require()
    waited = {each.pk for each in waited_for(approval_round)}
    mine = [each for each in parties if policy.can_approve_for(user, each)]
    for organisation in mine:
        if organisation.pk in waited:
            return organisation
    raise TransitionRefused(
        _("%(organisation)s has already approved.") % {"organisation": mine[0].name if mine else ""}
    )


def cancel(user: User, map_id: int, round_id: int) -> ApprovalRound:
    """Call the round off. Raises InterfaceMap.DoesNotExist, PermissionDenied or TransitionRefused."""
    return _stopped("cancel", user, map_id, round_id)


def send_back(user: User, map_id: int, round_id: int, reason: str) -> ApprovalRound:
    """Return the map to those who prepare it: the round ends, and everyone of the parties is told why.

    Raises InterfaceMap.DoesNotExist, PermissionDenied, TransitionRefused, or ValidationError by field.
    """
    return _stopped("return", user, map_id, round_id, reason=reason)


@transaction.atomic
def _stopped(name: str, user: User, map_id: int, round_id: int, **sent: str) -> ApprovalRound:
    interface_map = _locked(user, map_id)
    approval_round = ApprovalRound.objects.filter(map=interface_map, pk=round_id).first()
    if approval_round is None:
        raise TransitionRefused(_("There is no such approval round."))
    return round_workflow.perform(name, approval_round, by=user, sent=sent)


@transaction.atomic
def withdraw(user: User, map_id: int, major: int, minor: int, reason: str) -> MapVersion:
    """Take a version out of force, with a reason that everyone reads. It stays readable.

    Raises MapVersion.DoesNotExist, PermissionDenied, TransitionRefused, or ValidationError by field.
    """
    version = MapVersion.objects.get(map=_locked(user, map_id), major=major, minor=minor)
    return version_workflow.perform("withdraw", version, by=user, sent={"reason": reason})


def end_rounds(map_ids: Iterable[int], by: User | None) -> None:
    """End the open rounds of the maps, since something on them has changed; who were asked are told.

    Each map is locked before its round, as by everyone: the end is news of the map.
    """
    rounds = ApprovalRound.objects.filter(map__in=list(map_ids), status=ApprovalRound.Status.OPEN)
    for approval_round in rounds.order_by("map_id"):
        InterfaceMap.objects.locked().get(pk=approval_round.map_id)
        with suppress(TransitionRefused):  # somebody else has ended it at this moment
            round_workflow.perform("end", approval_round, by=by)


def end_rounds_of_service(service: Service, by: User) -> None:
    """The same for a change of the catalogue that shows on maps."""
    rounds = ApprovalRound.objects.filter(
        map__map_services__service=service,
        map__map_services__archived_at__isnull=True,
        status=ApprovalRound.Status.OPEN,
    )
    for approval_round in rounds.select_related("map").order_by("map_id").distinct():
        if digest(canonical(content_of(approval_round.map))) != approval_round.digest:
            end_rounds([approval_round.map_id], by)


def required_parties(interface_map: InterfaceMap) -> list[Organisation]:
    """Whose approval is needed: the parties of the map now, in the order of their lanes."""
    parties = interface_map.parties.filter(archived_at__isnull=True).select_related("organisation__parent")
    return [party.organisation for party in parties.order_by("lane", "pk")]


def waited_for(approval_round: ApprovalRound) -> list[Organisation]:
    """The parties that have not approved yet."""
    given = set(approval_round.approvals.values_list("organisation", flat=True))
    return [each for each in required_parties(approval_round.map) if each.pk not in given]


def next_number(interface_map: InterfaceMap, *, is_major: bool) -> tuple[int, int]:
    """The number of the next version: 1.0 first, then 1.1 and on, or 2.0."""
    latest = interface_map.versions.order_by("-major", "-minor").first()
    if latest is None:
        return 1, 0
    return (latest.major + 1, 0) if is_major else (latest.major, latest.minor + 1)


def problems() -> Iterator[str]:
    """One sentence for each published version whose content does not have the digest that was approved."""
    for version in MapVersion.objects.select_related("map", "round").order_by("pk").iterator():
        where = f"Version {version.number} of map {version.map_id}"
        if digest(canonical(version.content)) != version.digest:
            yield f"{where} does not fit its digest: its content has been altered."
        if version.digest != version.round.digest:
            yield f"{where} is not what was approved in its round."


def _locked(user: User, map_id: int) -> InterfaceMap:
    return policy.visible_maps(user).locked().get(pk=map_id)


def _facts_of(approval_round: ApprovalRound) -> list[Content]:
    return [
        {
            "organisation": {
                "id": approval.organisation_id,
                "code": approval.organisation.code,
                "name_fi": approval.organisation.name_fi,
                "name_sv": approval.organisation.name_sv,
            },
            "approver": {"id": approval.approver_id, "name": approval.approver.name},
            "role": "approver",
            "at": moment(approval.at),
        }
        for approval in approval_round.approvals.select_related("organisation", "approver").order_by("pk")
    ]


def _citation(version: MapVersion, language: str) -> str:
    """How the version is cited: by whom, what, which number, when, and the first digits of its digest."""
    with translation.override(language):
        parties = [str(each) for each in required_parties(version.map)]
        return _(
            "%(parties)s: %(title)s. Interface map, version %(number)s, published %(date)s. SHA-256 %(digest)s."
        ) % {
            "parties": ", ".join(parties),
            "title": version.map.title,
            "number": version.number,
            "date": date_format(timezone.localdate(version.published_at), "SHORT_DATE_FORMAT"),
            "digest": version.digest[:DIGITS_CITED],
        }
