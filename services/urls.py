"""Addresses of services and interface maps."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from collaboration.api import exports as exports_api
from collaboration.views import exports
from services.api import catalogue as catalogue_api
from services.api import comparison as comparison_api
from services.api import escalations as escalations_api
from services.api import feedback as feedback_api
from services.api import interfaces as interfaces_api
from services.api import maps as maps_api
from services.api import ratings as ratings_api
from services.api import versions as versions_api
from services.api.version_shapes import ExportShape
from services.models import InterfaceMap
from services.queries.imports import exports_page
from services.views import (
    aspects,
    care,
    catalogue,
    edits,
    escalations,
    feedback,
    gate,
    imports,
    maps,
    ratings,
    residents,
    versions,
)

app_name = "services"


class Language:
    """A language of the portal: pages for residents have it in their address, so that each is a page of its own."""

    regex = "fi|sv|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Language, "language")

resident_urls = [
    path("", residents.residents, name="residents"),
    path("kartat/<int:map_id>/", residents.resident_map, name="resident_map"),
    path("kartat/<int:map_id>/kuva/", residents.resident_drawing, name="resident_drawing"),
    path("kartat/<int:map_id>/kuva.svg", residents.resident_picture, name="resident_picture"),
    path("kartat/<int:map_id>/taulukko/", residents.resident_table, name="resident_table"),
    path("palvelut/<int:place_id>/", residents.resident_service, name="resident_service"),
    path("palvelut/<int:place_id>/kortti/", residents.resident_card, name="resident_card"),
    path("palvelut/<int:place_id>/palaute/", feedback.resident_feedback, name="resident_feedback"),
    path("palvelut/<int:place_id>/palaute/kiitos/", feedback.resident_thanks, name="resident_thanks"),
]

map_urls: list[URLPattern | URLResolver] = [
    path("", maps.map_drawing, name="map_drawing"),
    path("lista/", maps.map_list_view, name="map_list_view"),
    path("taulukko/", maps.map_matrix, name="map_matrix"),
    path("kuva.svg", maps.map_picture, name="map_picture"),
    path("asetukset/", maps.map_settings, name="map_settings"),
    path("asiat/", care.map_matters, name="map_matters"),
    path("foorumit/", care.map_care_put, name="map_care_put"),
    path("foorumit/<int:care_id>/pois/", care.map_care_end, name="map_care_end"),
    path("askel/<slug:name>/", maps.map_transition, name="map_transition"),
    path("versiot/", versions.map_versions, name="map_versions"),
    path("versiot/luonnos/", versions.map_draft_content, name="map_draft_content"),
    path("hyvaksyttavana/", versions.map_approval, name="map_approval"),
    path("muuta-silti/", gate.map_change_anyway, name="map_change_anyway"),
    path("versiot/hyvaksy/", versions.map_approve, name="map_approve"),
    path("versiot/peru/", versions.map_cancel_round, name="map_cancel_round"),
    path("versiot/palauta/", versions.map_return_round, name="map_return_round"),
    path("versiot/<int:major>.<int:minor>/", versions.map_version, name="map_version"),
    path("versiot/<int:major>.<int:minor>/pois/", versions.map_version_withdraw, name="map_version_withdraw"),
    path(
        "versiot/<int:major>.<int:minor>/palauta/",
        versions.map_version_take_back,
        name="map_version_take_back",
    ),
    path(
        "vienti/",
        include(exports.paths("map", exports.Place(InterfaceMap, "services/map_exports.html", exports_page))),
    ),
    path("tuonti/", imports.map_import, name="map_import"),
    path("tuonti/<int:import_id>/", imports.map_import_preview, name="map_import_preview"),
    path("vertaa/", versions.map_compare, name="map_compare"),
    *edits.MAP_PAGES.urls,
    path("valitut/", edits.map_chosen, name="map_chosen"),
    path("arviot/", ratings.map_ratings, name="map_ratings"),
    path("arviot/avaa/", ratings.round_open, name="round_open"),
    path("arviot/<int:number>/sulje/", ratings.round_close, name="round_close"),
    path("palvelut/lisaa/", aspects.map_add_service, name="map_add_service"),
    path("palvelut/<int:place_id>/", aspects.map_service, name="map_service"),
    path("yhdyspinnat/yhdista/", aspects.map_connect, name="map_connect"),
    path("yhdyspinnat/<int:interface_id>/", aspects.interface_detail, name="interface_detail"),
    path("yhdyspinnat/<int:interface_id>/arviot/", ratings.interface_rate, name="interface_rate"),
    path("yhdyspinnat/<int:interface_id>/<int:number>/", aspects.aspect_detail, name="aspect_detail"),
    path("yhdyspinnat/<int:interface_id>/<int:number>/arvio/", ratings.aspect_rate, name="aspect_rate"),
]

api_urls: list[URLPattern | URLResolver] = [
    path("maps/", maps_api.Maps.as_view(), name="api_maps"),
    path("maps/<int:map_id>/", maps_api.OneMap.as_view(), name="api_map"),
    path("maps/<int:map_id>/drawing/", maps_api.MapDrawing.as_view(), name="api_map_drawing"),
    path("maps/<int:map_id>/", include(maps_api.of_document)),
    path(
        "maps/<int:map_id>/transitions/<slug:name>/",
        maps_api.MapTransition.as_view(),
        name="api_map_transition",
    ),
    path("maps/<int:map_id>/rating-rounds/", ratings_api.MapRounds.as_view(), name="api_map_rounds"),
    path("rating-rounds/<int:round_id>/", ratings_api.OneRound.as_view(), name="api_round"),
    path("rating-rounds/<int:round_id>/close/", ratings_api.RoundClosed.as_view(), name="api_round_close"),
    path(
        "rating-rounds/<int:round_id>/ratings/",
        ratings_api.RoundRatings.as_view(),
        name="api_round_ratings",
    ),
    path("maps/<int:map_id>/versions/", versions_api.Versions.as_view(), name="api_versions"),
    path(
        "maps/<int:map_id>/versions/<int:version_id>/",
        versions_api.OneVersion.as_view(),
        name="api_version",
    ),
    path(
        "maps/<int:map_id>/versions/<int:version_id>/withdraw/",
        versions_api.VersionWithdrawn.as_view(),
        name="api_version_withdraw",
    ),
    path(
        "maps/<int:map_id>/versions/<int:version_id>/take-back/",
        comparison_api.VersionTakenBack.as_view(),
        name="api_version_take_back",
    ),
    path("maps/<int:map_id>/compare/", comparison_api.MapComparison.as_view(), name="api_map_compare"),
    path("maps/<int:map_id>/exports/", include(exports_api.paths(InterfaceMap, ExportShape, "a map"))),
    path("maps/<int:map_id>/approval/", versions_api.MapApproval.as_view(), name="api_map_approval"),
    path("maps/<int:map_id>/approval/approve/", versions_api.MapApprove.as_view(), name="api_map_approve"),
    path(
        "maps/<int:map_id>/approval/cancel/",
        versions_api.MapCancelRound.as_view(),
        name="api_map_cancel_round",
    ),
    path(
        "maps/<int:map_id>/approval/return/",
        versions_api.MapReturnRound.as_view(),
        name="api_map_return_round",
    ),
    path("map-templates/", maps_api.MapTemplates.as_view(), name="api_map_templates"),
    path("interfaces/", interfaces_api.Interfaces.as_view(), name="api_interfaces"),
    path("interfaces/<int:interface_id>/", interfaces_api.OneInterface.as_view(), name="api_interface"),
    path("aspects/", interfaces_api.Aspects.as_view(), name="api_aspects"),
    path("aspects/<int:aspect_id>/", interfaces_api.OneAspect.as_view(), name="api_aspect"),
    path("feedback/", feedback_api.FeedbackList.as_view(), name="api_feedback_list"),
    path("feedback/<int:feedback_id>/", feedback_api.OneFeedback.as_view(), name="api_feedback"),
    path(
        "feedback/<int:feedback_id>/close/", feedback_api.FeedbackClose.as_view(), name="api_feedback_close"
    ),
    path("escalations/", escalations_api.Escalations.as_view(), name="api_escalations"),
    path(
        "escalations/similar/",
        escalations_api.SimilarEscalations.as_view(),
        name="api_escalations_similar",
    ),
    path(
        "escalations/transitions/<slug:escalation_step>/",
        escalations_api.EscalationsTransition.as_view(),
        name="api_escalations_step",
    ),
    path("escalations/<int:escalation_id>/", escalations_api.OneEscalation.as_view(), name="api_escalation"),
    path(
        "escalations/<int:escalation_id>/transitions/<slug:escalation_step>/",
        escalations_api.EscalationTransition.as_view(),
        name="api_escalation_step",
    ),
    path(
        "organisations/<int:county_id>/escalation-days/",
        escalations_api.EscalationDays.as_view(),
        name="api_escalation_days",
    ),
    path(
        "organisations/<int:county_id>/escalation-days/preview/",
        escalations_api.EscalationDaysPreview.as_view(),
        name="api_escalation_days_preview",
    ),
    path("service-classes/", catalogue_api.ServiceClasses.as_view(), name="api_service_classes"),
    path("services/", catalogue_api.Services.as_view(), name="api_services"),
    path("services/<int:service_id>/", catalogue_api.OneService.as_view(), name="api_service"),
    path(
        "services/<int:service_id>/take-back/",
        catalogue_api.ServiceTakenBack.as_view(),
        name="api_service_take_back",
    ),
    path(
        "services/<int:service_id>/responsibilities/",
        catalogue_api.Responsibilities.as_view(),
        name="api_responsibilities",
    ),
    path(
        "services/<int:service_id>/responsibilities/<int:responsibility_id>/",
        catalogue_api.OneResponsibility.as_view(),
        name="api_responsibility",
    ),
]

urlpatterns = [
    path("asukkaalle/", residents.residents_entrance, name="residents_entrance"),
    path("asukkaalle/<language:language>/", include(resident_urls)),
    path("sitemap.xml", residents.sitemap, name="sitemap"),
    path("sitemap-<int:map_id>.xml", residents.sitemap_of_map, name="sitemap_of_map"),
    path("robots.txt", residents.robots, name="robots"),
    path("kartat/", maps.map_list, name="map_list"),
    path("kartat/uusi/", maps.map_new, name="map_new"),
    path("kartat/<int:map_id>/", include(map_urls)),
    path("vahvistukset/", aspects.confirm_texts, name="confirm_texts"),
    path("ei-toimi/", escalations.escalation_where, name="escalation_where"),
    path("palaute/", feedback.feedback_list, name="feedback_list"),
    path("palaute/<int:feedback_id>/", feedback.feedback, name="feedback"),
    path("ei-toimi/ilman-yhteytta/", escalations.escalation_offline, name="escalation_offline"),
    path("ei-toimi/sw.js", escalations.report_worker, name="report_worker"),
    path("ei-toimi/samat/", escalations.escalation_similar, name="escalation_similar"),
    path("ei-toimi/ilmoita/", escalations.escalation_new, name="escalation_new"),
    path("ilmoitukset/", escalations.escalation_list, name="escalations"),
    path("ilmoitukset/vie/", escalations.escalations_file, name="escalations_file"),
    path("ilmoitukset/kasittelyyn/", escalations.escalations_take, name="escalations_take"),
    path("ilmoitukset/maaraajat/<int:county_id>/", escalations.escalation_rule, name="escalation_rule"),
    path("ilmoitukset/<int:pk>/", escalations.escalation, name="escalation"),
    path("ilmoitukset/<int:pk>/<slug:escalation_step>/", escalations.escalation_step, name="escalation_step"),
    path("palvelut/", catalogue.service_list, name="service_list"),
    path("palvelut/luokat/<slug:key>/", catalogue.service_node, name="service_node"),
    path("palvelut/uusi/<int:organisation_id>/", catalogue.service_new, name="service_new"),
    path("palvelut/<int:pk>/", catalogue.service_detail, name="service_detail"),
    path("palvelut/<int:pk>/muokkaa/", catalogue.service_edit, name="service_edit"),
    path("palvelut/<int:pk>/vastuut/", catalogue.responsibility_add, name="responsibility_add"),
    path(
        "palvelut/<int:pk>/vastuut/<int:responsibility_id>/poista/",
        catalogue.responsibility_remove,
        name="responsibility_remove",
    ),
    path("palvelut/<int:pk>/poista/", catalogue.service_archive, name="service_archive"),
    path("api/v1/", include(api_urls)),
]
