"""The service catalogue and the interface maps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("services and interface maps")

    def ready(self) -> None:
        from collaboration import subjects, verbs  # noqa: PLC0415 models exist only now
        from collaboration.exports import exporter  # noqa: PLC0415
        from collaboration.ops import document  # noqa: PLC0415
        from services import policy  # noqa: PLC0415
        from services.exports import of_map  # noqa: PLC0415
        from services.models import (  # noqa: PLC0415
            ApprovalRound,
            Aspect,
            Interface,
            InterfaceMap,
            MapService,
            MapVersion,
            RatingRound,
            Service,
        )
        from services.verbs import TOLD  # noqa: PLC0415
        from services.workflows.edits import MAP  # noqa: PLC0415

        on_map = ("map",)
        for model, visible, related, without in (
            (InterfaceMap, policy.visible_maps, (), ()),
            (Interface, policy.visible_interfaces, on_map, ()),
            (Aspect, policy.visible_aspects, ("interface__map",), ()),
            (MapService, policy.visible_map_services, ("map", "service"), ()),
            (Service, policy.visible_services, (), ()),
            (RatingRound, policy.visible_rating_rounds, on_map, ()),
            (ApprovalRound, policy.visible_approval_rounds, on_map, ()),
            (MapVersion, policy.visible_versions, on_map, ("content",)),
        ):
            subjects.register(
                model, visible=visible, url=model.get_absolute_url, related=related, without=without
            )
        exporter.register(of_map.MAP)
        document.register(MAP)
        for category, sentences in TOLD.items():
            verbs.register("services", category, sentences)
