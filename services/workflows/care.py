"""Putting a map into a forum's care and taking it out: each with its event, told to those who handle the forum's matters."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import ActingSeat, Forum, ForumSeat, User
from services import policy
from services.models import InterfaceMap, MapForum


def _handlers_of(forum: Forum) -> QuerySet[User]:
    acting = ActingSeat.objects.filter(forum=forum, role__in=ForumSeat.HANDLERS)
    return User.objects.filter(pk__in=acting.values("user"))


def _locked(map_id: int) -> InterfaceMap:
    return InterfaceMap.objects.locked().get(pk=map_id)


@transaction.atomic
def put_into_care(interface_map: InterfaceMap, forum: int, *, by: User) -> MapForum:
    """Whoever sits in the forum reads the map from now on. Raises ValidationError or PermissionDenied."""
    on = _locked(interface_map.pk)
    policy.can_edit_map(by, on).require()
    row = policy.forums_of(on).filter(pk=forum).first()
    if row is None:
        raise ValidationError(
            _("Choose a forum of the county or of the parties that has not ended."), code="forum"
        )
    care, is_new = MapForum.objects.get_or_create(map=on, forum=row, defaults={"by": by})
    if is_new:
        record("map.put_into_care", on, by=by, note=row.name_fi, recipients=_handlers_of(row))
    return care


@transaction.atomic
def take_out_of_care(care: MapForum, *, by: User) -> None:
    """The forum's seats read the map no more. Raises PermissionDenied."""
    on = _locked(care.map_id)
    policy.can_archive_map(by, on).require()
    deleted, _rows = MapForum.objects.filter(pk=care.pk).delete()
    if deleted:
        record("map.taken_out_of_care", on, by=by, note=care.forum.name_fi)
        record("forum.care_ended", care.forum, by=by, recipients=_handlers_of(care.forum))
