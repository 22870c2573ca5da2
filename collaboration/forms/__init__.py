"""Forms of signing in, of one's own account, of organisations and of their people."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
)
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from stdnum.fi import ytunnus

from collaboration.day import DayField
from collaboration.dressed import Dressed
from collaboration.models import (
    Invitation,
    Member,
    Membership,
    Organisation,
    PasswordLink,
    PersonalToken,
    User,
)
from collaboration.models.sentences import fields_of_unique_constraints
from collaboration.queries import counties
from collaboration.waking import wake_after_commit


class ConstraintsAsked(Dressed, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Asks also those unique constraints that name what the form has no field for: whose row it is, whether it is removed."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - fields_of_unique_constraints(self._meta.model)


class SignInForm(Dressed, AuthenticationForm):
    """E-mail address and password. A wrong answer never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": _("The e-mail address and the password do not match. Check them and try again."),
        "inactive": _("The e-mail address and the password do not match. Check them and try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(autocomplete="username", inputmode="email")
        self.fields["username"].widget.input_type = "email"


class ResetForm(Dressed, PasswordResetForm):
    """Asks for a link. The same is done whoever has the address: a row is written, and the worker reads it."""

    def save(self, **_options: Any) -> None:  # type: ignore[override]
        """Write down that a link was asked for, and wake the worker."""
        PasswordLink.objects.create(email=self.cleaned_data["email"].lower())
        wake_after_commit("collaboration.tasks.mail_links")


class OwnPasswordForm(Dressed, PasswordChangeForm):
    """A new password in place of the old one."""


class NewPasswordForm(Dressed, SetPasswordForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A password through the link of a mail."""


class ProfileForm(ConstraintsAsked):
    """What a person says of themselves."""

    class Meta:
        model = User
        fields = ["name", "language"]


class TokenForm(ConstraintsAsked):
    """A personal token: what it is for, what it may do, and how long."""

    class Meta:
        model = PersonalToken
        fields = ["name", "scope", "expires_on"]
        field_classes = {"expires_on": DayField}
        help_texts = {
            "name": _("For example the program that will use it."),
            "expires_on": _("At most a year from now."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_token_%s", **kwargs})  # it stands beside the profile's form


class BusinessIdChecked:
    """Checks the check digit of a business ID, in a form."""

    cleaned_data: dict[str, Any]

    def clean_business_id(self) -> str:
        business_id = str(self.cleaned_data["business_id"])
        if business_id and not ytunnus.is_valid(business_id):
            raise forms.ValidationError(
                _("This is not a business ID: it looks like 1234567-1, with its check digit.")
            )
        return business_id


class OrganisationForm(BusinessIdChecked, ConstraintsAsked):
    """An organisation of which no register is loaded: an education provider, an association, a parish."""

    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ["kind", "name_fi", "name_sv", "brand", "business_id", "website", "language_status"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, capfirst(kind.label)) for kind in Organisation.ADDED]
        self.fields["kind"].choices = [("", _("Choose")), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One name for one organisation of a kind."""
        told = super().clean() or self.cleaned_data
        same = Organisation.objects.filter(kind=told.get("kind"), name_fi__iexact=told.get("name_fi", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name_fi", _("Another organisation of this kind has the same name."))
        return told


class OrganisationFilter(Dressed, forms.Form):
    """Which organisations a list shows. A value that makes no sense gets a sentence and filters nothing."""

    q = forms.CharField(label=_("Name or code"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    county = forms.ChoiceField(label=_("County"), required=False)
    language_status = forms.ChoiceField(label=_("Language status"), required=False)
    ended = forms.BooleanField(label=_("Include merged municipalities"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        everything = [("", _("All"))]
        kinds = [
            choice for choice in Organisation.Kind.choices if choice[0] != Organisation.Kind.MUNICIPALITIES
        ]
        self._choices("kind", [*everything, *kinds])
        self._choices("county", [*everything, *((area.code, area.name) for area in counties(user))])
        self._choices("language_status", [*everything, *Organisation.LanguageStatus.choices])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [
            (value, capfirst(label)) for value, label in choices
        ]


ANYBODY = [("", _("All"))]


class PeopleFilter(Dressed, forms.Form):
    """Which of an organisation's people a list shows. A value that makes no sense gets a sentence and filters nothing."""

    q = forms.CharField(label=_("Name, title or address"), max_length=100, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[*ANYBODY, *Membership.Role.choices], required=False)
    level = forms.ChoiceField(label=_("Level"), choices=[*ANYBODY, *Member.Level.choices], required=False)
    ended = forms.BooleanField(label=_("Include those who have ended"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class ContactForm(ConstraintsAsked):
    """How a member is called, and who stands in: what people say of themselves."""

    class Meta:
        model = Member
        fields = ["title", "phone", "hours", "deputy"]
        help_texts = {
            "title": _(
                "What this person does in the organisation, for example Head of the child health clinics."
            ),
            "phone": _(
                "A number of the work. People who have signed in and share a map with the organisation see it. "
                "It is never shown to residents."
            ),
            "deputy": _("Who is called when this person does not answer."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.input_type = "tel"
        colleagues = Member.objects.present().filter(organisation=self.instance.organisation_id)
        deputies = cast(Any, self.fields["deputy"])
        deputies.queryset = colleagues.exclude(pk=self.instance.pk).select_related("user")
        deputies.label_from_instance = lambda member: ", ".join(
            filter(None, (member.user.name, member.title))
        )
        deputies.empty_label = _("Nobody")


class MemberForm(ContactForm):
    """A member as an administrator of the organisation keeps it: also the roles and the level."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Membership.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the person may do for the organisation."),
    )

    class Meta(ContactForm.Meta):
        fields = ["level", *ContactForm.Meta.fields]

    field_order = ["roles", "level", "title", "phone", "hours", "deputy"]


class InvitationForm(ConstraintsAsked):
    """Who is invited, and as what."""

    class Meta:
        model = Invitation
        fields = ["email", "role", "level", "title", "language"]
        help_texts = {
            "email": _("The work address. The person signs in with it."),
            "title": _(
                "What this person does in the organisation, for example Head of the child health clinics."
            ),
            "language": _("Of the mail, and of the pages at first."),
        }

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class JoinForm(Dressed, SetPasswordForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A new person's name and password, through the link of an invitation."""

    name = forms.CharField(label=_("Name"), max_length=150)
    field_order = ["name", "new_password1", "new_password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean_name(self) -> str:
        """As the person's own column takes it, through the client-data gate."""
        self.user.name = User._meta.get_field("name").clean(self.cleaned_data["name"], self.user)
        return str(self.user.name)


def add_refusal(form: forms.BaseForm, error: ValidationError) -> None:
    """What was refused while writing becomes the form's own sentences, once each, beside its fields where it has them."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, sentences in told.items():
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, sentences)
