"""Forms of the service catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from collaboration.dressed import Lines
from collaboration.forms import ConstraintsAsked
from collaboration.models import Organisation, User
from collaboration.policy.own import others_last
from collaboration.words import by_name
from services.models import Enabler, Outcome, Service, ServiceNode, ServiceResponsibility, TargetGroup


def _several(label: Any, choices: type[TextChoices]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ServiceForm(ConstraintsAsked):
    """A service of an organisation's catalogue."""

    target_groups = _several(gettext_lazy("Target groups"), TargetGroup)
    outcomes = _several(gettext_lazy("Outcomes that it serves"), Outcome)
    enablers = _several(gettext_lazy("Enablers that it leans on"), Enabler)

    class Meta:
        model = Service
        fields = [
            *("name_fi", "name_sv", "node", "target_groups", "outcomes", "enablers"),
            *("description_fi", "description_sv", "contact", "phone", "hours"),
        ]
        widgets = {
            "description_fi": Lines(attrs={"rows": 3}),
            "description_sv": Lines(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = ServiceNode.objects.filter(kind=ServiceNode.Kind.SERVICE, parent__isnull=False)
        self.fields["node"].queryset = classes  # type: ignore[attr-defined]
        self.fields["phone"].widget.input_type = "tel"


class ResponsibilityForm(ConstraintsAsked):
    """Who organises, produces, funds or resources the service, by law or by agreement."""

    class Meta:
        model = ServiceResponsibility
        fields = ["duty", "organisation", "basis", "reference"]

    def __init__(self, *args: Any, likely: Iterable[int], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.single().filter(pk__in=likely)
        organisations = organisations.order_by(others_last(by), by_name(), "pk")
        self.fields["organisation"].queryset = organisations.select_related("parent")  # type: ignore[attr-defined]
        bases = [("", gettext_lazy("Not known yet")), *ServiceResponsibility.Basis.choices]
        self.fields["basis"].choices = bases  # type: ignore[attr-defined]


def responsibility_form(service: Service, posted: Any = None, *, by: User) -> ResponsibilityForm:
    """Its own organisation and the parties that it meets on maps can be named."""
    met = service.places_on_maps.values_list("map__parties__organisation", flat=True)
    return ResponsibilityForm(
        posted, instance=ServiceResponsibility(service=service), likely=[service.organisation_id, *met], by=by
    )
