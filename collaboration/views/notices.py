"""One's own notices, how mail tells of them, and the way out of a category without signing in."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration import subjects
from collaboration.forms.notices import MailPreferencesForm, NoticeFilter
from collaboration.http import SignedInRequest
from collaboration.models import Notification, User
from collaboration.notices import reading
from collaboration.notices.preferences import choose, chosen_by, read_way_out
from collaboration.queries.notices import notices_page, told_to
from collaboration.verbs import Category, Sent


@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """Everything that the person was told, the newest first."""
    form = NoticeFilter(request.GET)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    page = notices_page(request.user, form.cleaned_data, request.GET)
    page |= {"form": form, "marked": _moment(request.GET.get("marked", ""))}
    return render(request, "collaboration/notices.html", page)


@require_POST
def notice_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark the notice as read, with what else was told of the same, and go to what it is about."""
    notice = Notification.objects.select_related("event").filter(recipient=request.user, pk=pk).first()
    if notice is None:
        raise Http404
    reading.read_fellows(request.user, notice, timezone.now())
    about = (notice.event.subject_type_id, notice.event.subject_id)
    row = subjects.seen_by(request.user, [about]).get(about)
    if row is None:
        messages.info(request, _("You can no longer see what this is about."))
        return redirect("collaboration:notices")
    return redirect(row)


@require_POST
def notices_read(request: SignedInRequest) -> HttpResponse:
    """Mark as read all that the filters leave, on all pages."""
    form = NoticeFilter(request.POST)
    form.is_valid()
    at = timezone.now()
    marked = reading.read(request.user, told_to(request.user, form.cleaned_data), at)
    wish = {name: value for name, value in form.cleaned_data.items() if value}
    if marked:
        wish["marked"] = at.isoformat()
    return redirect(
        f"{reverse('collaboration:notices')}?{urlencode(wish)}" if wish else "collaboration:notices"
    )


@require_POST
def notices_unread(request: SignedInRequest) -> HttpResponse:
    """Take back what was marked as read a moment ago."""
    at = _moment(request.POST.get("marked", ""))
    count = reading.unread(request.user, at) if at else 0
    messages.success(
        request,
        ngettext("%(count)d notice is unread again.", "%(count)d notices are unread again.", count)
        % {"count": count},
    )
    return redirect("collaboration:notices")


def _moment(text: str) -> datetime.datetime | None:
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: SignedInRequest) -> HttpResponse:
    """How mail tells of each category."""
    form = MailPreferencesForm(chosen_by(request.user), request.POST if request.method == "POST" else None)
    if form.is_valid():
        choose(request.user, form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("collaboration:mail_preferences")
    return render(
        request, "collaboration/mail_preferences.html", {"form": form}, status=422 if form.errors else 200
    )


@login_not_required
@csrf_exempt  # the mail program of somebody who is not here sends it (RFC 8058); the address says all, and is signed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_way_out(request: HttpRequest, token: str) -> HttpResponse:
    """Switch off the mail of the categories that the address names, and on again: whoever has the mail may."""
    found = read_way_out(token)
    if found is None:
        return render(request, "collaboration/mail_way_out_unknown.html", status=404)
    person, categories = found
    with translation.override(person.language):
        page: dict[str, Any] = {"categories": categories, "token": token, "said": ""}
        if request.method == "POST":
            page |= _switch(person, categories, request.POST.get("back", ""))
        page["chosen"] = [each for each in chosen_by(person) if each.category in categories]
        page["is_off"] = all(each.sent == Sent.OFF for each in page["chosen"])
        return render(request, "collaboration/mail_way_out.html", page)


def _switch(person: User, categories: list[Category], back: str) -> dict[str, Any]:
    """Off, or back to what was chosen before: `back` says it for the page that offers it, as `maps:daily`."""
    now = {each.category.name: each.sent for each in chosen_by(person)}
    before = {each.name: now.get(each.name, str(each.sent)) for each in categories}
    wished = dict(part.split(":", 1) for part in back.split() if ":" in part)
    names = [each.name for each in categories]
    if back:
        on = [Sent.AT_ONCE.value, Sent.DAILY.value]
        choose(person, {name: sent if (sent := wished.get(name, "")) in on else on[0] for name in names})
        return {"said": "on"}
    choose(person, dict.fromkeys(names, Sent.OFF.value))
    return {
        "said": "off",
        "back": " ".join(f"{name}:{before[name]}" for name in names if before[name] != Sent.OFF),
    }
