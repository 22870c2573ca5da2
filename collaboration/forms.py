"""Forms of signing in, of one's own account and of finding organisations."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.mail import EmailMessage
from django.db import models
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from collaboration.models import Organisation, PersonalToken, User
from collaboration.queries import counties


class SignInForm(AuthenticationForm):
    """E-mail address and password. A wrong answer never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": _("The e-mail address and the password do not match. Check them and try again."),
        "inactive": _("The e-mail address and the password do not match. Check them and try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(autocomplete="username", inputmode="email", type="email")


class ResetForm(PasswordResetForm):
    """Sends a link to everyone who may sign in, in the person's own language.

    Unlike Django's own form, also to people without a password: this is how an invited person gets the first one.
    """

    def get_users(self, email: str) -> models.QuerySet[User]:
        return User.objects.filter(email=email.lower(), is_active=True)

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        context = {**context, "site_url": settings.SITE_URL}
        with translation.override(context["user"].language):
            subject = render_to_string(subject_template_name, context)
            body = render_to_string(email_template_name, context)
        EmailMessage(" ".join(subject.split()), body, from_email, [to_email]).send()


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What a person says of themselves."""

    class Meta:
        model = User
        fields = ["name", "language"]


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A personal token: what it is for, what it may do, and how long."""

    class Meta:
        model = PersonalToken
        fields = ["name", "scope", "expires_on"]
        widgets = {"expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {"name": _("For example the program that will use it.")}


class OrganisationFilter(forms.Form):
    """Which organisations a list shows. A value that makes no sense gets a sentence and filters nothing."""

    q = forms.CharField(label=_("Name or code"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    county = forms.ChoiceField(label=_("County"), required=False)
    language_status = forms.ChoiceField(label=_("Language status"), required=False)
    ended = forms.BooleanField(label=_("Merged ones, too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        for name in ("q", "kind", "county", "language_status"):
            self.fields[name].widget.attrs["class"] = "ds-input"
        everything = [("", _("All"))]
        kinds = [
            choice for choice in Organisation.Kind.choices if choice[0] != Organisation.Kind.MUNICIPALITIES
        ]
        self._choices("kind", [*everything, *kinds])
        self._choices("county", [*everything, *((area.code, area.name) for area in counties())])
        self._choices("language_status", [*everything, *Organisation.LanguageStatus.choices])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices
