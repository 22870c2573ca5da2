"""Taking one aspect of a map back from an earlier version: ordinary ops, as if somebody had typed the old texts.

Confirmations hold again by themselves where the text is again the one confirmed; rows and links stay as they are.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collaboration.models import User
from collaboration.ops.document import Applied, NoSuchSubject, Op
from services import policy
from services.content.shape import WRITTEN
from services.models import Aspect, MapVersion
from services.workflows.edits import MAP


@transaction.atomic
def take_back_aspect(
    user: User, version: MapVersion, interface_id: int, number: int, op_id: UUID, base_version: int
) -> list[Applied]:
    """Write what the version says of the aspect over what the draft says; the same `op_id` changes nothing twice.

    Raises NoSuchSubject, PermissionDenied, or ValidationError with a sentence: also when somebody has changed the aspect
    since the map's change `base_version`, which the person read.
    """
    interface_map = policy.visible_maps(user).locked().filter(pk=version.map_id).first()
    said = next(
        (
            aspect
            for interface in version.content["interfaces"]
            for aspect in interface["aspects"]
            if (interface["id"], aspect["number"]) == (interface_id, number)
        ),
        None,
    )
    row = Aspect.objects.filter(interface__map=interface_map, interface=interface_id, number=number).first()
    if interface_map is None or said is None or row is None:
        raise NoSuchSubject
    policy.can_edit_aspect(user, row).require()
    subject = f"aspect:{row.pk}"
    done = []
    for name in WRITTEN:
        property_, aspect = MAP.find(interface_map, subject, name)
        if property_.read(aspect) == said[name]:
            continue
        own_id = uuid5(op_id, name)
        latest = MAP.log_of(interface_map, aspect, property_).first()
        if latest and latest.seq > base_version and latest.op_id != own_id:
            raise ValidationError(
                _(
                    "Somebody has changed this aspect since you read it. Compare again before you take it back."
                ),
                code="changed",
            )
        done.append(MAP.apply(user, interface_map.pk, Op(own_id, subject, name, base_version, said[name])))
    return done
