"""Addresses of services and interface maps."""

from django.urls import include, path

from services.api import maps as api
from services.views import aspects, catalogue, edits, maps

app_name = "services"

map_urls = [
    path("", maps.map_drawing, name="map_drawing"),
    path("lista/", maps.map_list_view, name="map_list_view"),
    path("taulukko/", maps.map_matrix, name="map_matrix"),
    path("historia/", maps.map_history, name="map_history"),
    path("asetukset/", maps.map_settings, name="map_settings"),
    path("askel/<slug:name>/", maps.map_transition, name="map_transition"),
    path("muuta/", edits.map_edit, name="map_edit"),
    path("palvelut/lisaa/", aspects.map_add_service, name="map_add_service"),
    path("palvelut/<int:place_id>/", aspects.map_service, name="map_service"),
    path("yhdyspinnat/yhdista/", aspects.map_connect, name="map_connect"),
    path("yhdyspinnat/<int:interface_id>/", aspects.interface_detail, name="interface_detail"),
    path("yhdyspinnat/<int:interface_id>/<int:number>/", aspects.aspect_detail, name="aspect_detail"),
]

api_urls = [
    path("maps/<int:map_id>/", api.map_drawing, name="api_map"),
    path("maps/<int:map_id>/ops/", api.map_ops, name="api_map_ops"),
    path("maps/<int:map_id>/changes/", api.map_changes, name="api_map_changes"),
]

urlpatterns = [
    path("kartat/", maps.map_list, name="map_list"),
    path("kartat/uusi/", maps.map_new, name="map_new"),
    path("kartat/<int:map_id>/", include(map_urls)),
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
