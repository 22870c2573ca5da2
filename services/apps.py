"""The service catalogue and the interface maps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("services and interface maps")

    def ready(self) -> None:
        from collaboration import desk, followed, searching, subjects, verbs  # noqa: PLC0415 models exist only now
        from collaboration.exports import exporter  # noqa: PLC0415
        from collaboration.forms import saved_filters  # noqa: PLC0415
        from collaboration.ops import document  # noqa: PLC0415
        from services import policy  # noqa: PLC0415
        from services.exports import of_map  # noqa: PLC0415
        from services.forms.escalations import EscalationFilter  # noqa: PLC0415
        from services.policy.escalations import ESCALATIONS  # noqa: PLC0415
        from services.policy.feedback import FEEDBACK  # noqa: PLC0415
        from services.queries.desk import called, waiting  # noqa: PLC0415
        from services.queries.escalations import waiting_of_escalations  # noqa: PLC0415
        from services.queries.finding import KINDS  # noqa: PLC0415
        from services.queries.versions import what_ended  # noqa: PLC0415
        from services.talk import OF_ESCALATIONS, OF_INTERFACES, TALK_OF_ESCALATIONS  # noqa: PLC0415
        from services.verbs import CATEGORIES, TOLD, TOLD_OF_ESCALATIONS  # noqa: PLC0415
        from services.workflows.edits import MAP  # noqa: PLC0415
        from services.workflows.escalations import on_answer  # noqa: PLC0415

        on_map = ("map",)
        subjects.register(
            subjects.Subject(
                policy.INTERFACES,
                on_map,
                talk=OF_INTERFACES,
                beside=lambda rows: rows.annotate(called=called("pk")),
            )
        )
        for audience, related, without in (
            (policy.MAPS, (), ()),
            (policy.ASPECTS, ("interface__map",), ()),
            (policy.PLACES, ("map", "service"), ()),
            (policy.SERVICES, (), ()),
            (policy.RATING_ROUNDS, on_map, ()),
            (policy.APPROVAL_ROUNDS, on_map, ()),
            (policy.VERSIONS, on_map, ("content",)),
        ):
            subjects.register(subjects.Subject(audience, related, without))
        exporter.register(of_map.MAP)
        desk.register(waiting)
        desk.register(waiting_of_escalations)
        document.register(MAP)
        searching.register(*KINDS)
        saved_filters.register(
            saved_filters.FilteredList(
                "escalations",
                _("What does not work"),
                "services:escalations",
                lambda at, _user: EscalationFilter(at),
            )
        )
        verbs.categorise(*CATEGORIES)
        for category, sentences in TOLD.items():
            verbs.register("services", category, sentences)
        verbs.say_more("approval_round.ended", what_ended)
        verbs.register("services", "escalations", TOLD_OF_ESCALATIONS, mail="escalation")
        subjects.register(subjects.Subject(FEEDBACK, ("map", "place__service")))
        subjects.register(
            subjects.Subject(
                ESCALATIONS, ("map",), on_answer=on_answer, talk=TALK_OF_ESCALATIONS, files=OF_ESCALATIONS
            )
        )
        followed.register(followed.Followed("escalation", ESCALATIONS, followed.last_event))
