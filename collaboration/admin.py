"""The administration pages: service administrators make people, memberships and organisations."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from collaboration.dressed import never_cut
from collaboration.forms import BusinessIdChecked
from collaboration.models import Area, AreaMember, Change, Event, Membership, Organisation, Synonym, User
from collaboration.searching import found

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    OrganisationForm = ModelForm[Organisation]
else:
    ModelAdmin, TabularInline, OrganisationForm = admin.ModelAdmin, admin.TabularInline, ModelForm

admin.site.site_header = "Yhdyspinta"
admin.site.site_title = "Yhdyspinta"
admin.site.index_title = gettext_lazy("Administration")


class KeptByServiceAdministrators:
    """The duty opens these pages; no grants of Django's own are kept beside it."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            never_cut(field.widget)
        return field

    def has_module_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)


class NeverDeleted(KeptByServiceAdministrators):
    """Rows that history points at."""

    def has_delete_permission(self, _request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(NeverDeleted):
    """What happened stays as it happened."""

    def has_add_permission(self, _request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.display(description=gettext_lazy("name"), ordering="sort_key")
def named(row: Any) -> str:
    """The row's name; a click on its heading sorts by the alphabet."""
    return str(getattr(row, "full_name", row))


class FoundByWords:
    """The search of an administration page finds as the portal's own do: `search_fields` are `FoldedWords`."""

    search_fields: ClassVar[tuple[str, ...]]
    codes_searched: ClassVar[tuple[str, ...]] = ()

    def get_search_results(
        self, _request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        asked = search_term.strip()
        if not asked:
            return queryset, False
        in_codes = [Q(**{f"{name}__icontains": asked}) for name in self.codes_searched]
        return queryset.filter(reduce(or_, in_codes, found(asked, *self.search_fields))), False


class MembershipInline(KeptByServiceAdministrators, TabularInline):
    """A person's places, on the person's page."""

    model = Membership
    autocomplete_fields = ["organisation"]
    extra = 1


@admin.register(User)
class UserAdmin(NeverDeleted, FoundByWords, ModelAdmin):
    """People. A new one has no password, and chooses it through «I have forgotten my password»."""

    fields = ["email", "name", "language", "duty", "is_active"]
    list_display = [named, "email", "duty", "is_active"]
    list_filter = ["duty", "is_active", "language"]
    search_fields = ("words",)
    inlines = [MembershipInline]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 Django's
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


class BusinessIdForm(BusinessIdChecked, OrganisationForm):
    """An organisation or a unit, of every kind."""


@admin.register(Organisation)
class OrganisationAdmin(KeptByServiceAdministrators, FoundByWords, ModelAdmin):
    """Organisations and their units."""

    form = BusinessIdForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = [named, "kind", "code", "valid_until"]
    list_filter = ["kind", "language_status"]
    list_select_related = ["parent"]
    search_fields = ("words",)
    autocomplete_fields = ["parent", "successor"]


@admin.register(Membership)
class MembershipAdmin(KeptByServiceAdministrators, FoundByWords, ModelAdmin):
    """Who holds which role where."""

    list_display = ["user", "organisation", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "organisation"]
    search_fields = ("user__words", "organisation__words")
    autocomplete_fields = ["user", "organisation"]


class AreaMemberInline(KeptByServiceAdministrators, TabularInline):
    """The municipalities of an area, with their days."""

    model = AreaMember
    autocomplete_fields = ["municipality"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("area", "municipality")


@admin.register(Area)
class AreaAdmin(KeptByServiceAdministrators, FoundByWords, ModelAdmin):
    """Areas and their members."""

    list_display = [named, "kind", "code", "organisation"]
    list_filter = ["kind"]
    list_select_related = ["organisation"]
    search_fields = ("words",)
    autocomplete_fields = ["organisation"]
    inlines = [AreaMemberInline]


@admin.register(Synonym)
class SynonymAdmin(KeptByServiceAdministrators, ModelAdmin):
    """Words that people search by, and the official ones that they stand for."""

    list_display = ["word", "official"]


@admin.register(Event)
class EventAdmin(ReadOnly, FoundByWords, ModelAdmin):
    """The audit trail."""

    list_display = ["at", "verb", "actor", "subject_type", "subject_id"]
    list_filter = ["verb"]
    list_select_related = ["actor", "subject_type"]
    search_fields = ("actor__words",)
    codes_searched = ("verb",)
    show_full_result_count = False


@admin.register(Change)
class ChangeAdmin(ReadOnly, FoundByWords, ModelAdmin):
    """The running logs of what was edited: which property and by whom, without the texts."""

    fields = ["seq", "property", "subject_type", "subject_id", "actor", "at"]
    list_display = ["at", "seq", "property", "actor", "subject_type", "subject_id"]
    list_filter = ["property"]
    list_select_related = ["actor", "subject_type"]
    search_fields = ("actor__words",)
    codes_searched = ("property",)
    show_full_result_count = False
