"""Who changes a map though an approval round is open says so once; it is remembered in their session until the round ends."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from collaboration.http import SignedInRequest, own_address
from services.queries.gate import Said
from services.queries.maps import map_for

KEY = "changes_anyway"


def anyway(request: SignedInRequest) -> frozenset[Said]:
    """The maps that the person has said to change all the same, as they were then."""
    return frozenset((on, seq) for on, seq in request.session.get(KEY, ()))


@require_POST
def map_change_anyway(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Open the fields of a map that waits for approvals."""
    on = map_for(request.user, map_id)
    said = {(key, seq) for key, seq in anyway(request) if key != on.pk}
    if on.waits_for_approval:  # type: ignore[attr-defined]
        said |= {(on.pk, on.seq)}
    request.session[KEY] = sorted(said)
    return HttpResponseRedirect(own_address(request, request.POST.get("next", "")) or on.get_absolute_url())
