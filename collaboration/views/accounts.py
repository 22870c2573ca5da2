"""Signing in and out, a forgotten password, one's own account, and the language of the pages."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash, views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from collaboration import kept_posts
from collaboration.forms import (
    NewPasswordForm,
    OwnPasswordForm,
    ProfileForm,
    ResetForm,
    SignInForm,
    TokenForm,
)
from collaboration.forms.carried import carried
from collaboration.http import SignedInRequest, own_address
from collaboration.lockout import (
    FAILED_SIGN_INS,
    RESETS_FOR_ONE,
    RESETS_FROM_ONE,
    WRONG_OLD_PASSWORDS,
    later,
    minutes_locked,
)
from collaboration.models import User
from collaboration.queries import own_places, own_tokens
from collaboration.views.saving import saved

A_YEAR = 365 * 24 * 60 * 60


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with an e-mail address and a password."""
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    address = request.META.get("REMOTE_ADDR", "")
    if request.method == "POST" and (minutes := FAILED_SIGN_INS.wait(address)):
        return _sign_in_later(request, minutes)
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return signed_in(request, form.get_user())
    if form.errors:
        FAILED_SIGN_INS.count(address)
    page = {"form": form, "next": next_page(request, otherwise="")}
    return render(request, "collaboration/sign_in.html", page, status=422 if form.errors else 200)


def locked_out(request: HttpRequest, *_response_and_credentials: Any) -> HttpResponse:
    """django-axes' answer when an account is locked: the same whether or not it exists, or the password was right."""
    return _sign_in_later(request, minutes_locked(request))


def _sign_in_later(request: HttpRequest, minutes: int) -> HttpResponse:
    sentence = ngettext(
        "There have been too many attempts to sign in. Try again in %(minutes)d minute.",
        "There have been too many attempts to sign in. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    page = {"form": form, "next": next_page(request, otherwise=""), "later": sentence}
    return later(render(request, "collaboration/sign_in.html", page, status=429), minutes)


def signed_in(request: HttpRequest, user: User) -> HttpResponse:
    """Begin the person's session, in their own language, on the page that they were going to."""
    kept = kept_posts.carried(request)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    kept_posts.carry(request, kept)
    target = reverse("collaboration:kept_post") if kept_posts.kept_for(request) else next_page(request)
    return with_language(HttpResponseRedirect(target), user.language)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the language of the pages stays."""
    kept, person = kept_posts.carried(request), request.user.pk
    logout(request)
    kept_posts.carry(request, kept, but=person)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def next_page(request: HttpRequest, otherwise: str = settings.LOGIN_REDIRECT_URL) -> str:
    """The page of this portal that `next` names; anything else leads to `otherwise`."""
    wanted = own_address(request, request.POST.get("next", request.GET.get("next", "")))
    return wanted or (resolve_url(otherwise) if otherwise else "")


def with_language(response: HttpResponse, language: str) -> HttpResponse:
    """The answer, which also sets the language of the pages that follow."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages and stay on the page; a signed-in person's own language changes with it."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(next_page(request))
    if language not in dict(settings.LANGUAGES):
        messages.error(request, _("The portal is not available in that language."))
        return response
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return with_language(response, language)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """One's own name, language, memberships and tokens."""
    form = carried(
        ProfileForm(
            request.POST if request.method == "POST" else None, instance=User.objects.get(pk=request.user.pk)
        )
    )
    if request.method == "POST" and saved(form, lambda: form.instance.save(update_fields=form.fields)):
        language = form.instance.language
        with translation.override(language):
            messages.success(request, _("Saved."))
        return with_language(redirect("collaboration:profile"), language)
    page = {
        "form": form,
        "places": own_places(request.user),
        "tokens": own_tokens(request.user),
        "token_form": TokenForm(),
    }
    return render(request, "collaboration/profile.html", page, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: SignedInRequest) -> HttpResponse:
    """Change one's own password; the present session goes on, the person's other sessions end."""
    guesser = str(request.user.pk)
    if request.method == "POST" and (minutes := WRONG_OLD_PASSWORDS.wait(guesser)):
        sentence = ngettext(
            "The old password has been wrong too many times. Try again in %(minutes)d minute.",
            "The old password has been wrong too many times. Try again in %(minutes)d minutes.",
            minutes,
        ) % {"minutes": minutes}
        page = {"form": OwnPasswordForm(request.user), "later": sentence}
        return later(render(request, "collaboration/password_change.html", page, status=429), minutes)
    form = OwnPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if "old_password" in form.errors:
        WRONG_OLD_PASSWORDS.count(guesser)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your password has been changed."))
        return redirect("collaboration:profile")
    page = {"form": form}
    return render(request, "collaboration/password_change.html", page, status=422 if form.errors else 200)


class PasswordReset(views.PasswordResetView):
    """Ask for a link. The answer is the same whether or not anyone has the address."""

    form_class = ResetForm
    template_name = "collaboration/password_reset.html"
    success_url = reverse_lazy("collaboration:password_reset_done")

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask for the link, unless too many have been asked for; who has the address changes nothing."""
        counted = ((RESETS_FOR_ONE, form.cleaned_data["email"]), (RESETS_FROM_ONE, self._address()))
        if minutes := max(throttle.wait(key) for throttle, key in counted):
            sentence = ngettext(
                "A link has been asked for too many times. Look at your mail, or try again in %(minutes)d minute.",
                "A link has been asked for too many times. Look at your mail, or try again in %(minutes)d minutes.",
                minutes,
            ) % {"minutes": minutes}
            form.add_error(None, sentence)
            return later(self.render_to_response(self.get_context_data(form=form), status=429), minutes)
        for throttle, key in counted:
            throttle.count(key)
        return super().form_valid(form)

    def _address(self) -> str:
        return str(self.request.META.get("REMOTE_ADDR", ""))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PasswordResetDone(views.PasswordResetDoneView):
    """Told that a link has been sent, if the address is known."""

    template_name = "collaboration/password_reset_done.html"


class PasswordResetConfirm(views.PasswordResetConfirmView):
    """Choose a new password through the link of the mail."""

    form_class = NewPasswordForm
    template_name = "collaboration/password_reset_confirm.html"
    success_url = reverse_lazy("collaboration:password_reset_complete")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PasswordResetComplete(views.PasswordResetCompleteView):
    """The new password is in use."""

    template_name = "collaboration/password_reset_complete.html"
