"""The whole matrix: for each address and method the expected answer, told by the oracle from memberships."""

from uuid import uuid4

from tests.architecture.access_rules import (
    Route,
    a_message,
    a_reason,
    an_aspect,
    as_json,
    chosen_services,
    mails_of_all,
    new_api_rating,
    new_contact,
    new_duty,
    new_export,
    new_invitation,
    new_map,
    new_rating,
    new_round,
    new_service,
    new_text,
    of_confirmers,
    of_makers_of_maps,
    of_map,
    of_map_approvers,
    of_map_editors,
    of_map_raters,
    of_newcomers,
    of_own_import,
    of_porvoos_editors,
    of_porvoos_keepers,
    of_porvoos_reader,
    of_roles,
    of_service_administrators,
    of_the_coordinator,
    own_id,
    public,
    signed_in,
)
from tests.architecture.action_routes import ACTION_ROUTES
from tests.architecture.escalation_routes import ESCALATION_ROUTES
from tests.architecture.forum_routes import FORUM_ROUTES
from tests.architecture.talk_routes import TALK_ROUTES

ROUTES = {
    **ACTION_ROUTES,
    **ESCALATION_ROUTES,
    **FORUM_ROUTES,
    **TALK_ROUTES,
    "front_page": Route(get=public(200)),
    "county_in_numbers": Route(get=of_the_coordinator(200)),
    "country_file": Route(get=of_the_coordinator(200)),
    "contacts": Route(get=public(200), post=public(302), form=a_message),
    "contacts_sent": Route(get=public(200)),
    "collaboration:contact_messages": Route(get=of_service_administrators(200)),
    "collaboration:contact_message": Route(get=of_service_administrators(200)),
    "collaboration:contact_mark": Route(post=of_service_administrators(302)),
    "search": Route(get=signed_in(200)),
    "collaboration:api_search": Route(get=signed_in(400, 401)),  # without words
    "coverage_file": Route(get=signed_in(404)),  # nobody of the cast sits there: see test_desk.py
    "header_facts": Route(get=signed_in(200)),
    "take_seat": Route(post=signed_in(302)),
    "put_news_aside": Route(post=signed_in(302)),
    "": Route(get=signed_in(200)),  # an organisation's page, with what services add to it
    "collaboration:sign_in": Route(get=of_newcomers, post=public(422)),
    "collaboration:sign_out": Route(post=public(302)),
    "collaboration:password_reset": Route(get=public(200), post=public(422)),
    "collaboration:password_reset_done": Route(get=public(200)),
    "collaboration:password_reset_confirm": Route(get=public(200), post=public(200)),  # the link is broken
    "collaboration:password_reset_complete": Route(get=public(200)),
    "collaboration:set_language": Route(post=public(302), form=lambda _cast: {"language": "sv"}),
    "collaboration:organisation_list": Route(get=signed_in(200)),
    "collaboration:organisation_detail": Route(get=signed_in(200)),
    "collaboration:api_organisations": Route(
        get=signed_in(200, 401),
        post=of_service_administrators(201, 401),
        form=lambda _cast: {"kind": "parish", "name_fi": "Esimerkin seurakunta"},
    ),
    "collaboration:organisation_new": Route(
        get=of_service_administrators(200), post=of_service_administrators(422)
    ),
    "collaboration:organisation_edit": Route(
        get=signed_in(403), post=signed_in(403)
    ),  # Porvoo comes from a register
    "collaboration:people": Route(get=of_porvoos_keepers(200)),
    "collaboration:invite": Route(
        get=of_porvoos_keepers(200), post=of_porvoos_keepers(302), form=new_invitation
    ),
    "collaboration:invitation_send": Route(post=of_porvoos_keepers(302, 404)),
    "collaboration:invitation_withdraw": Route(post=of_porvoos_keepers(302, 404)),
    "collaboration:member": Route(get=of_porvoos_reader(200), post=of_porvoos_reader(302), form=new_contact),
    "collaboration:member_absences": Route(
        get=of_porvoos_reader(200, own=403), post=of_porvoos_reader(422, own=403)
    ),
    "collaboration:member_end": Route(
        get=of_porvoos_reader(200, own=403), post=of_porvoos_reader(302, own=403)
    ),
    "collaboration:member_take_back": Route(post=of_porvoos_reader(302, own=403)),
    "collaboration:join": Route(get=public(404), post=public(404)),  # a link that was made up
    "collaboration:kept_post": Route(get=signed_in(200), post=signed_in(302)),
    "collaboration:profile": Route(
        get=signed_in(200), post=signed_in(302), form=lambda _cast: {"name": "Uusi", "language": "sv"}
    ),
    "collaboration:notices": Route(get=signed_in(200)),
    "collaboration:notices_read": Route(post=signed_in(302)),
    "collaboration:notices_unread": Route(post=signed_in(302)),
    "collaboration:notice_open": Route(post=signed_in(404)),  # nobody's own
    "collaboration:mail_preferences": Route(get=signed_in(200), post=signed_in(302), form=mails_of_all),
    "collaboration:saved_filters": Route(get=signed_in(200)),
    "collaboration:saved_filter_save": Route(post=signed_in(422)),  # without a name
    "collaboration:saved_filter_change": Route(post=signed_in(404)),  # nobody's own
    "collaboration:saved_filter_forget": Route(post=signed_in(404)),
    "collaboration:api_saved_filters": Route(get=signed_in(200, 401), post=signed_in(422, 401)),
    "collaboration:api_saved_filter": Route(get=signed_in(404, 401), delete=signed_in(404, 401)),
    "collaboration:api_notices": Route(get=signed_in(200, 401)),
    "collaboration:api_notices_read": Route(post=signed_in(200, 401)),
    "collaboration:api_notice_read": Route(post=signed_in(404, 401)),  # nobody's own
    "collaboration:api_mail_preferences": Route(
        get=signed_in(200, 401),
        post=signed_in(200, 401),
        form=lambda _cast: {"category": "maps", "sent": "daily"},
    ),
    "collaboration:mail_way_out": Route(get=public(404), post=public(404)),  # a link that was made up
    "collaboration:password_change": Route(get=signed_in(200), post=signed_in(422)),
    "admin_password_change": Route(get=signed_in(200), post=signed_in(422)),
    "services:confirm_texts": Route(get=of_confirmers),
    "services:map_list": Route(get=signed_in(200)),
    "services:map_new": Route(get=signed_in(200), post=of_makers_of_maps(302), form=new_map),
    "services:map_drawing": Route(get=of_map(200)),
    "services:map_list_view": Route(get=of_map(200)),
    "services:map_matrix": Route(get=of_map(200)),
    "services:map_picture": Route(get=of_map(200)),
    "services:map_history": Route(get=of_map(200)),
    "services:map_settings": Route(get=of_map(200)),
    "services:map_matters": Route(get=of_map(200)),
    "services:map_care_put": Route(post=of_map_editors(302)),  # with a sentence: choose a forum
    "services:map_care_end": Route(post=of_map_editors(302)),
    "forum_with_maps": Route(get=signed_in(200)),
    "services:map_transition": Route(post=of_map_editors(302)),
    "services:map_edit": Route(
        post=of_map_editors(302), form=lambda cast: new_text(cast) | {"op_id": uuid4()}
    ),
    "services:map_undo": Route(post=of_map(302)),  # with a sentence: nothing of theirs to undo
    "services:map_redo": Route(post=of_map(302)),
    "services:map_chosen": Route(post=of_map(302), form=chosen_services),
    "services:map_ratings": Route(get=of_map(200)),
    "services:round_open": Route(post=of_map_editors(302)),  # with a sentence: one is open
    "services:round_close": Route(post=of_roles(302, "county", "editor", "approver")),
    "services:aspect_rate": Route(post=of_roles(302, "porvoo", "editor", "approver"), form=new_rating),
    "services:interface_rate": Route(get=of_map_raters(200), post=of_map_raters(302)),
    "services:map_approval": Route(get=of_map(200)),
    "services:map_change_anyway": Route(post=of_map(302)),
    "collaboration:presence": Route(
        post=of_map(204), form=lambda cast: {"tab": uuid4(), "at": f"map:{cast.maps['porvoo'].pk}"}
    ),
    "services:map_versions": Route(get=of_map(200), post=of_map_editors(302), form=new_round),
    "services:map_draft_content": Route(get=of_map(200)),
    "services:map_approve": Route(post=of_map(302)),  # with a sentence: the form is incomplete
    "services:map_cancel_round": Route(post=of_map(302)),
    "services:map_return_round": Route(post=of_map(302)),
    "services:map_version": Route(get=of_map(200)),
    "services:map_version_withdraw": Route(post=of_map_approvers(302), form=a_reason),
    "services:map_version_take_back": Route(post=of_map(302)),
    "services:map_compare": Route(get=of_map(200)),
    "services:map_exports": Route(get=of_map(200), post=of_map(302), form=new_export),
    "services:map_export": Route(get=of_map(200)),
    "services:map_export_retry": Route(post=of_map(302)),
    "services:map_import": Route(get=of_map(200), post=of_map_editors(422)),  # without a file
    "services:map_import_preview": Route(get=of_own_import(200), post=of_own_import(302)),
    "services:residents_entrance": Route(get=public(302)),
    **{
        f"services:{name}": Route(get=public(200))
        for name in (
            "residents",
            "resident_map",
            "resident_drawing",
            "resident_picture",
            "resident_table",
            "resident_service",
            "resident_card",
            "sitemap",
            "sitemap_of_map",
            "robots",
        )
    },
    "collaboration:live_stream": Route(get=signed_in(400)),  # it does not say of which maps
    "services:map_add_service": Route(get=of_map(200)),
    "services:map_service": Route(get=of_map(200)),
    "services:map_connect": Route(get=of_map(200)),
    "services:interface_detail": Route(get=of_map(200)),
    "services:aspect_detail": Route(get=of_map(200)),
    "services:service_list": Route(get=signed_in(200)),
    "services:service_node": Route(get=signed_in(200)),
    "services:service_detail": Route(get=signed_in(200)),
    "services:service_new": Route(
        get=of_porvoos_editors(200), post=of_porvoos_editors(302), form=new_service
    ),
    "services:service_edit": Route(
        get=of_porvoos_editors(200), post=of_porvoos_editors(302), form=new_service
    ),
    "services:responsibility_add": Route(post=of_porvoos_editors(302), form=new_duty),
    "services:responsibility_remove": Route(post=of_porvoos_editors(302)),
    "services:service_archive": Route(post=of_porvoos_editors(302)),
    "about": Route(get=public(200)),
    "accessibility_statement": Route(get=public(200)),
    "privacy": Route(get=public(200)),
    "api_page": Route(get=public(200)),
    "api_schema": Route(get=public(200)),
    "collaboration:token_make": Route(get=signed_in(200), post=signed_in(422)),
    "collaboration:token_revoke": Route(post=signed_in(404)),  # nobody's own
    "api_elsewhere": Route(
        get=signed_in(404, 401),
        post=signed_in(404, 401),
        patch=signed_in(404, 401),
        delete=signed_in(404, 401),
    ),
    **{
        name: Route(get=signed_in(200, 401))
        for name in (
            "collaboration:api_me",
            "collaboration:api_desk",
            "collaboration:api_areas",
            "collaboration:api_area",
            "services:api_map_templates",
            "services:api_interfaces",
            "services:api_aspects",
            "services:api_service_classes",
        )
    },
    **{
        name: Route(get=of_map(200, outsider=401))
        for name in (
            "services:api_map",
            "services:api_map_drawing",
            "services:api_map_changes",
            "services:api_map_compare",
            "services:api_versions",
            "services:api_version",
            "services:api_export",
            "services:api_export_file",
            "services:api_interface",
            "services:api_aspect",
            "services:api_round",
        )
    },
    "collaboration:api_people": Route(get=of_porvoos_keepers(200, outsider=401)),
    "collaboration:api_member": Route(
        get=of_porvoos_reader(200, outsider=401), patch=of_porvoos_reader(428, outsider=401)
    ),
    "collaboration:api_member_end": Route(post=of_porvoos_reader(200, own=403, outsider=401)),
    "collaboration:api_member_take_back": Route(post=of_porvoos_reader(200, own=403, outsider=401)),
    "collaboration:api_invitations": Route(
        get=of_porvoos_keepers(200, outsider=401),
        post=of_porvoos_keepers(201, outsider=401),
        form=new_invitation,
    ),
    "collaboration:api_invitation": Route(
        get=of_porvoos_keepers(200, 404, 401), delete=of_porvoos_keepers(200, 404, 401)
    ),
    "collaboration:api_invitation_send": Route(post=of_porvoos_keepers(200, 404, 401)),
    "services:api_maps": Route(
        get=signed_in(200, 401), post=of_makers_of_maps(201, 401), form=lambda cast: as_json(new_map(cast))
    ),
    "services:api_map_ops": Route(
        post=of_map_editors(200, outsider=401), form=lambda cast: new_text(cast) | {"id": str(uuid4())}
    ),
    "services:api_map_undo": Route(post=of_map(409, outsider=401), form=own_id),
    "services:api_map_redo": Route(post=of_map(409, outsider=401), form=own_id),
    "services:api_map_approval": Route(
        get=of_map(200, outsider=401), post=of_map_editors(201, outsider=401), form=new_round
    ),
    "services:api_exports": Route(
        get=of_map(200, outsider=401), post=of_map(202, outsider=401), form=new_export
    ),
    "services:api_map_approve": Route(post=of_map(422, outsider=401)),
    "services:api_map_cancel_round": Route(post=of_map(422, outsider=401)),
    "services:api_map_return_round": Route(post=of_map(422, outsider=401)),
    "services:api_version_take_back": Route(post=of_map_editors(200, outsider=401), form=an_aspect),
    "services:api_version_withdraw": Route(post=of_map_approvers(200, 401), form=a_reason),
    "services:api_map_transition": Route(post=of_map_editors(200, outsider=401)),
    "services:api_map_rounds": Route(
        get=of_map(200, outsider=401),
        post=of_map_editors(422, outsider=401),  # one is open
    ),
    "services:api_round_close": Route(post=of_roles(200, "county", "editor", "approver", outsider=401)),
    "services:api_round_ratings": Route(
        post=of_roles(200, "porvoo", "editor", "approver", outsider=401), form=new_api_rating
    ),
    "services:api_services": Route(
        get=signed_in(200, 401),
        post=of_porvoos_editors(201, 401),
        form=lambda cast: new_service(cast) | {"organisation": cast.organisations["porvoo"].pk},
    ),
    "collaboration:api_organisation": Route(
        get=signed_in(200, 401),
        patch=signed_in(403, 401),  # Porvoo comes from a register
    ),
    "services:api_service": Route(
        get=signed_in(200, 401),
        patch=of_porvoos_editors(428, 401),  # who has not said which version they read
        delete=of_porvoos_editors(428, 401),
    ),
    "services:api_service_take_back": Route(post=of_porvoos_editors(200, 401)),
    "services:api_responsibilities": Route(post=of_porvoos_editors(201, 401), form=new_duty),
    "services:api_responsibility": Route(delete=of_porvoos_editors(200, 401)),
}
