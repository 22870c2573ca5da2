"""Forms check the shape of what was sent; rules stand in the workflow and the policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.forms import ConstraintsAsked, Dressed, Lines
from collaboration.models import Organisation, User
from collaboration.models.fields import GATE
from collaboration.words import by_name
from services import policy
from services.map_templates import TEMPLATES
from services.models import InterfaceMap, Rating, Service, ServiceNode, ServiceResponsibility, TargetGroup
from services.workflows.edits import Op
from services.workflows.structure import ROW_KINDS

LISTS = {"parties", "responsible", "actors"}
FLAGS = {"archived", "follows_base", "consent_needed"}
DICTIONARIES: dict[str, tuple[str, ...]] = {
    "add_service": ("service", "party", "name_fi", "name_sv", "node"),
    "add_copy": ("name_fi", "name_sv"),
    "add_party": ("organisation",),
    "add_evidence": ("title", "url"),
    **{f"add_{kind.name}": tuple(column.name for column in kind.columns) for kind in ROW_KINDS.values()},
}


def op_from_form(posted: QueryDict) -> Op:
    """The op that an ordinary form carries; raises ValidationError when its hidden fields are not whole."""
    try:
        op_id = UUID(posted.get("op_id", ""))
        base_version = int(posted.get("base_version", ""))
    except ValueError:
        raise ValidationError(_("The form was not whole. Open the page again."), code="form") from None
    name = posted.get("property", "")
    return Op(op_id, posted.get("subject", ""), name, base_version, _value(name, posted))


def _value(name: str, posted: QueryDict) -> Any:
    if name in DICTIONARIES:
        return {
            key: posted.getlist(key) if key in LISTS else posted[key]
            for key in DICTIONARIES[name]
            if key in posted
        }
    if name == "add_interface":
        return {"services": posted.getlist("services")}
    if name == "places":
        return {}
    if name in LISTS:
        return posted.getlist("value")
    value = posted.get("value")
    return value == "true" if name in FLAGS and value is not None else value


class NewMapForm(Dressed, forms.Form):
    """What a new map needs: for which residents, from which template, what it is called."""

    template = forms.ChoiceField(
        label=gettext_lazy("Template"),
        choices=[(template.key, template.name) for template in TEMPLATES],
        widget=forms.RadioSelect,
        initial=TEMPLATES[0].key,
    )
    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Municipality"),
        queryset=Organisation.objects.none(),
        help_text=gettext_lazy("The county is filled in from the municipality."),
    )
    target_group = forms.ChoiceField(
        label=gettext_lazy("Target group"),
        choices=[("", gettext_lazy("As in the template")), *TargetGroup.choices],
        required=False,
        help_text=gettext_lazy("Needed only for an empty map."),
    )
    source_language = forms.ChoiceField(
        label=gettext_lazy("Language of the agreed texts"),
        choices=[("fi", gettext_lazy("Finnish")), ("sv", gettext_lazy("Swedish"))],
        help_text=gettext_lazy(
            "Consents are given to the text in this language; the other one is its translation."
        ),
        initial="fi",
    )
    title_fi = InterfaceMap._meta.get_field("title_fi").formfield(
        required=False,
        label=gettext_lazy("Title in Finnish"),
        help_text=gettext_lazy("Empty: as in the template."),
        validators=GATE,
    )
    title_sv = InterfaceMap._meta.get_field("title_sv").formfield(
        required=False,
        label=gettext_lazy("Title in Swedish"),
        help_text=gettext_lazy("Empty: as in the template."),
        validators=GATE,
    )
    use_base = forms.BooleanField(
        label=gettext_lazy("Begin with the texts of the county's base map"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "If the county has a base map for this target group, the map follows it until you write your own."
        ),
    )
    op_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases, municipalities = policy.base_maps_to_make(user), policy.municipalities_to_map(user)
        choices = (
            Organisation.objects.filter(Q(pk__in=municipalities.values("pk")) | Q(pk__in=bases.values("pk")))
            .select_related("parent")
            .order_by(by_name(), "pk")
        )
        self.fields["municipality"].queryset = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["municipality"].initial = choices[0]

    def renew_id(self) -> None:
        """What is sent next is another wish than what was sent under the old id."""
        self.data = {**self.data.dict(), "op_id": str(uuid4())}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("template") == "empty" and not cleaned.get("target_group"):
            self.add_error("target_group", _("Choose for whom the map is."))
        return cleaned


class ServiceForm(ConstraintsAsked):
    """A service of an organisation's catalogue."""

    target_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Target groups"),
        choices=TargetGroup.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Service
        fields = ["name_fi", "name_sv", "node", "target_groups", "description_fi", "description_sv"]
        widgets = {
            "description_fi": Lines(attrs={"rows": 3}),
            "description_sv": Lines(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = ServiceNode.objects.filter(kind=ServiceNode.Kind.SERVICE, parent__isnull=False)
        self.fields["node"].queryset = classes  # type: ignore[attr-defined]


class ResponsibilityForm(ConstraintsAsked):
    """Who organises, produces, funds or resources the service, by law or by agreement."""

    class Meta:
        model = ServiceResponsibility
        fields = ["duty", "organisation", "basis", "reference"]

    def __init__(self, *args: Any, likely: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.single().filter(pk__in=likely).order_by(by_name(), "pk")
        self.fields["organisation"].queryset = organisations.select_related("parent")  # type: ignore[attr-defined]
        bases = [("", gettext_lazy("Not known yet")), *ServiceResponsibility.Basis.choices]
        self.fields["basis"].choices = bases  # type: ignore[attr-defined]


def responsibility_form(service: Service, posted: Any = None) -> ResponsibilityForm:
    """Its own organisation and the parties that it meets on maps can be named."""
    met = service.places_on_maps.values_list("map__parties__organisation", flat=True)
    return ResponsibilityForm(
        posted, instance=ServiceResponsibility(service=service), likely=[service.organisation_id, *met]
    )


class RatingForm(Dressed, forms.ModelForm):  # type: ignore[type-arg]
    """How well an aspect works, from 1 to 5, and why."""

    value = forms.TypedChoiceField(
        label=gettext_lazy("Rating"),
        choices=Rating.Value.choices,
        coerce=int,
        error_messages={"required": gettext_lazy("Choose a rating from 1 to 5.")},
    )

    class Meta:
        model = Rating
        fields = ["value", "reason"]
        widgets = {"reason": Lines}

    def clean_reason(self) -> str:
        return "\n".join(line.rstrip() for line in self.cleaned_data["reason"].splitlines())
