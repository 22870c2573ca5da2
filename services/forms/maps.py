"""The form of a new map."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.dressed import Dressed
from collaboration.models import Organisation, User
from collaboration.models.fields import GATE
from collaboration.words import by_name
from services import policy
from services.models import InterfaceMap, TargetGroup
from services.workflows.map_templates import TEMPLATES


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
            "The parties confirm the text in this language; the other one is its translation."
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
