"""The chain that a matter becomes: to which forums it may go, from which it came, and what is sent."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from collaboration.frozen import canonical, digest
from collaboration.models import Attachment, Forum, Matter
from collaboration.workflow import Step
from collaboration.workflows import attachments
from collaboration.working_days import add_working_days

TAKEN_UP_WITHIN = 10
"""Working days: by then whoever raised a matter reads what happens to it."""


def in_time(at: datetime.datetime) -> datetime.date:
    """By when the next step of what came at the moment is known."""
    return add_working_days(at, TAKEN_UP_WITHIN).date()


def chain_of(matter: Matter) -> QuerySet[Matter]:
    """The matter, what it came from, and all that was made of them."""
    root = matter.root_id or matter.pk
    return Matter.objects.filter(Q(pk=root) | Q(root=root))


def derived(matter: Matter, target: int, step: Step, files: Sequence[Attachment] = ()) -> Matter:
    """The matter that the other forum receives: what is sent stands in it, frozen."""
    made = Matter(
        forum_id=target,
        kind=matter.kind,
        title=matter.title,
        text=matter.text,
        proposal=matter.proposal,
        raised_by_id=step.by.pk if step.by else matter.raised_by_id,
        raised_for_id=matter.forum.coordinated_by_id,
        origin=matter,
        root_id=matter.root_id or matter.pk,
        next_step_on=step.wished.get("next_step_on") or in_time(step.at),
        subject_type_id=matter.subject_type_id,
        subject_id=matter.subject_id,
    )
    made.sent = {"title": matter.title, "text": matter.text, "proposal": matter.proposal}
    made.sent["files"] = [{"name": file.name, "sha256": file.digest} for file in files]
    made.sent["digest"] = digest(canonical(made.sent))
    return made


def forums_to_forward_to(forum: Forum) -> QuerySet[Forum]:
    """The forum above, and those that have been allowed beside it."""
    return (
        Forum.objects.present()
        .filter(Q(pk=forum.above_id) | Q(receives_from=forum))
        .exclude(pk=forum.pk)
        .distinct()
    )


def chosen_files(matter: Matter, step: Step) -> list[Attachment]:
    """Those that are attached to this matter. Raises ValidationError for another's."""
    chosen = [file.pk for file in step.wished.get("attached") or ()]
    files = list(attachments.attachments_of(matter).filter(pk__in=chosen)) if chosen else []
    if len(files) != len(chosen):
        raise ValidationError({"attached": _("One of the files is no longer there.")})
    return files


def require_route(matter: Matter, target: Forum) -> None:
    """Raise ValidationError with the rule that is in the way, and who can change it."""
    if target.pk in forums_behind(matter):
        raise ValidationError(
            {
                "forum": _(
                    "The matter came from %(forum)s: it is answered, and not forwarded back in a circle."
                )
                % {"forum": target.name}
            }
        )
    if not forums_to_forward_to(matter.forum).filter(pk=target.pk).exists():
        raise ValidationError(
            {
                "forum": _(
                    "%(from)s does not forward to %(to)s. The chair, secretary or coordinator of %(from)s, or an "
                    "administrator of %(organisation)s, can add this route on the forum's page."
                )
                % {
                    "from": matter.forum.name,
                    "to": target.name,
                    "organisation": matter.forum.coordinated_by.name,
                }
            }
        )
    if Matter.objects.filter(origin=matter, forum=target, status__in=Matter.UNANSWERED).exists():
        raise ValidationError({"forum": _("This matter is in that forum already.")})


def forums_behind(matter: Matter) -> set[int]:
    """The forums through which it has come here, with this one."""
    return behind(matter.pk, {row.pk: row for row in chain_of(matter).only("pk", "origin", "forum")})


def behind(pk: int, chain: Mapping[int, Matter]) -> set[int]:
    """The same of a chain that has been read."""
    forums: set[int] = set()
    here: int | None = pk
    while here is not None:
        forums.add(chain[here].forum_id)
        here = chain[here].origin_id
    return forums
