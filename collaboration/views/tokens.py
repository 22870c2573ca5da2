"""A person's own tokens for the API: made, shown once, revoked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from collaboration.forms import TokenForm
from collaboration.http import SignedInRequest
from collaboration.policy import visible_tokens
from collaboration.workflows.tokens import make_token, revoke_token


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_make(request: SignedInRequest) -> HttpResponse:
    """Make a token. The answer to the POST is the only page that ever shows its secret."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    page: dict[str, Any] = {"token_form": form, "token": None, "secret": ""}
    if form.is_valid():
        try:
            page["token"], page["secret"] = make_token(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "collaboration/token_make.html", page, status=201)
    return render(request, "collaboration/token_make.html", page, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = visible_tokens(request.user).filter(pk=token_id).first()
    if token is None:
        raise Http404
    revoke_token(token, by=request.user)
    messages.success(request, _("The token no longer works."))
    return redirect("collaboration:profile")
