"""Rules that every model and every file keeps."""

import ast
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from collaboration import subjects, verbs
from collaboration.identity_codes import refuse_identity_codes
from collaboration.journal import record, record_change
from collaboration.models import Absence, ContactMessage, Member, Membership, User
from collaboration.policy import ROLE_GRANTS
from collaboration.workflow import Workflow
from collaboration.workflows.actions import action_workflow
from collaboration.workflows.matters import matter_workflow
from services.models import Aspect, Interface, MapService, RatingRound, Service
from services.workflows.approvals import round_workflow, version_workflow
from services.workflows.escalations import escalation_workflow
from services.workflows.interface_map import interface_map_workflow
from services.workflows.ratings import rating_round_workflow
from tests.architecture.access_rules import message_to_the_portal
from tests.cast import Cast
from tests.collaboration.action_cast import action_of, goal_of
from tests.collaboration.forum_cast import absence_of, announcement_of, matter_of
from tests.services.escalated import escalation_of
from tests.services.fed_back import feedback_of
from tests.services.rating_rounds import round_on
from tests.services.rounds import published

ORDER = ["collaboration", "services", "agreements", "yhdyspinta"]
OURS = [
    model for model in apps.get_models() if model._meta.app_label in ORDER and not model._meta.auto_created
]
SOURCES = [
    path
    for app in ORDER
    for path in (settings.BASE_DIR / app).rglob("*.py")
    if "migrations" not in path.parts
]

WORKFLOWS: dict[str, Workflow[Any]] = {
    "interface_map": interface_map_workflow,
    "rating_round": rating_round_workflow,
    "approval_round": round_workflow,
    "map_version": version_workflow,
    "matter": matter_workflow,
    "action": action_workflow,
    "escalation": escalation_workflow,
}
"""Every table of steps, by the page of docs/workflows that shows it."""

WITHOUT_A_GATE = {
    "User.password",
    "PersonalToken.digest",
    "Attachment.digest",
    "Event.verb",
    "Event.note",
    "Event.digest",
    "MailPreference.category",
    "Change.property",
    "Change.request_digest",
    "Event.key",
    "SavedFilter.listed",
    "Synonym.key",
    "Interface.meeting",
    "ServiceNode.key",
    "AspectAnswer.confirmed_text",
    *("Aspect.shared_translated_of", "Aspect.shared_old", "MapService.where_translated_of"),
    *("MapService.how_translated_of", "MapService.where_old", "MapService.how_old"),
    "ApprovalRound.digest",
    "MapVersion.digest",
    *("Export.digest", "Export.version_number", "Export.version_status"),
    *(
        "PublicName.name_fi",
        "PublicName.name_sv",
        "PublicName.words",
        "PublicName.order",
        "PublicName.order_sv",
    ),
    *("PublicService.place_words", "PublicService.words", "PublicService.order", "PublicService.order_sv"),
    *("PublicPlace.municipality", "PublicPlace.place_words", "PublicPlace.words"),
    "MapImport.digest",
    "ReferenceRow.table",
    "ReferenceRow.key",
    "Seal.root",
    "Seal.previous",
}
"""Columns that no person types into: they are written by the code, or copied from a gated column."""


def test_every_text_that_people_write_stands_behind_the_client_data_gate() -> None:
    open_fields = {
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.get_fields()
        if model._meta.managed  # nobody types into a view
        and isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and refuse_identity_codes not in field.validators
    }
    assert open_fields <= WITHOUT_A_GATE


def test_a_status_has_choices_and_no_form_writes_it() -> None:
    for model in OURS:
        for field in model._meta.get_fields():
            if getattr(field, "name", "") == "status" and isinstance(field, models.Field):
                assert field.choices, model
                assert not field.editable, model


HTTP = {"collaboration/api/problems.py"}
"""Where a status is an answer's number, not a row's."""


def writes_a_status(node: ast.AST) -> bool:
    """`x.status = ...` in any form, `update(status=...)`, `setattr(x, "status", ...)`, `update_fields=["status"]`."""
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [each for target in targets for each in ast.walk(target)]
        return any(isinstance(each, ast.Attribute) and each.attr == "status" for each in flat)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        words = [
            each.value
            for argument in node.args
            for each in ast.walk(argument)
            if isinstance(each, ast.Constant)
        ]
        if name in {"setattr", "bulk_update"}:
            return "status" in words
        if name in {"update", "save", "create", "update_or_create", "get_or_create"}:
            return any(
                keyword.arg == "status"
                or (
                    keyword.arg in {"update_fields", "defaults"}
                    and '"status"' in ast.unparse(keyword.value).replace("'", '"')
                )
                for keyword in node.keywords
            )
    return False


def test_a_status_is_written_by_the_workflow_engine_only() -> None:
    offenders = [
        f"{path.relative_to(settings.BASE_DIR)}:{getattr(node, 'lineno', 0)}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if writes_a_status(node)
    ]
    elsewhere = {offender.partition(":")[0] for offender in offenders} - {"collaboration/workflow.py", *HTTP}
    assert elsewhere == set(), offenders
    assert offenders, "the engine itself is found"


@pytest.mark.parametrize(
    "line",
    [
        "row.status = 'x'",
        "a, row.status = 1, 2",
        "row.status += 'x'",
        "rows.update(status='x')",
        "setattr(row, 'status', 'x')",
        "rows.bulk_update(found, ['status'])",
        "Row.objects.update_or_create(pk=1, defaults={'status': 'x'})",
        "row.save(update_fields=['status'])",
        "Row.objects.create(status='x')",
    ],
)
def test_a_planted_write_of_a_status_is_found(line: str) -> None:
    assert any(writes_a_status(node) for node in ast.walk(ast.parse(line)))


def test_every_role_has_its_grants_and_every_grant_is_read() -> None:
    assert set(ROLE_GRANTS) == set(Membership.Role)
    assert all("read" in granted for granted in ROLE_GRANTS.values())


def test_foreign_keys_point_down_only() -> None:
    for model in OURS:
        for field in model._meta.get_fields():
            other = getattr(field, "related_model", None)
            if other is not None and not field.auto_created and other._meta.app_label in ORDER:
                assert ORDER.index(other._meta.app_label) <= ORDER.index(model._meta.app_label), (
                    f"{model}.{field.name}"
                )


READERS: dict[type[models.Model], str] = {
    ContactMessage: "service administrator",
    Absence: "porvoo editor",
}
"""Who sees what the county's editor does not."""


def rows_of_forums(cast: Cast) -> list[models.Model]:
    """A matter, its forum, a seat there, an absence, an announcement, an action and a goal."""
    matter = matter_of(cast)
    return [
        matter,
        matter.forum,
        matter.forum.seats.all()[0],
        absence_of(cast),
        announcement_of(cast),
        action_of(cast),
        goal_of(cast),
    ]


def test_every_subject_says_what_it_is_called_and_where_it_is(cast: Cast) -> None:
    rows: list[models.Model] = [cast.maps["porvoo"], *Interface.objects.all()[:1], *Aspect.objects.all()[:1]]
    rows += [*MapService.objects.all()[:1], *Service.objects.all()[:1], round_on(cast.maps["porvoo"])]
    version = published(cast, cast.maps["porvoo"])
    rows += [version, version.round]
    rows += [Member.objects.get(user=cast["county editor"]), message_to_the_portal(cast)]
    rows += [*rows_of_forums(cast), escalation_of(cast), feedback_of(cast)]
    assert {type(row) for row in rows} == set(subjects.registered())
    for model, subject in subjects.registered().items():
        name = READERS.get(model, "county editor")
        client, row = cast.client(name), subject.audience.visible(cast[name]).order_by("pk")[0]
        assert type(row).__name__ == model.__name__
        assert str(row)
        assert client.get(row.get_absolute_url()).status_code == 200
        assert subject.audience.visible(AnonymousUser()).count() == 0


@pytest.mark.parametrize("model", list(subjects.registered()), ids=lambda model: model.__name__)
def test_every_subject_can_have_an_event_a_change_and_a_notification(
    cast: Cast, model: type[models.Model]
) -> None:
    editor, log = cast[READERS.get(model, "county editor")], cast.maps["porvoo"]
    message_to_the_portal(cast)
    rows_of_forums(cast)
    escalation_of(cast)
    feedback_of(cast)
    if model is RatingRound:
        round_on(log)
    published(cast, log)
    row = subjects.registered()[model].audience.visible(editor).order_by("pk")[0]
    change = record_change(log, 1, uuid4(), row, "tested", "a", "b", by=editor)
    event = record("tested", row, by=None, recipients=User.objects.filter(pk=editor.pk))
    assert change.subject == event.subject == row
    assert [told.recipient for told in event.notifications.all()] == [editor]


def test_every_verb_that_people_are_told_of_has_its_words() -> None:
    told = {
        step.verb
        for workflow in WORKFLOWS.values()
        for step in workflow.transitions.values()
        if step.recipients.__name__ != "_nobody"
    } | {"map.made", "map_version.published", "map.put_into_care", "forum.care_ended"}
    told |= {f"member.{each}" for each in ("joined", "roles_changed", "ended", "taken_back")}
    told |= {f"forum_seat.{each}" for each in ("given", "changed", "ended", "taken")}
    told |= {"comment.made", "comment.mentioned", "announcement.made"}
    told |= {"escalation.many", "feedback.sent"}
    told |= {"contact_message.sent", "matter.given", "action.given", "absence.set"}
    told |= {"absence.changed", "absence.ended"}
    assert told == set(verbs.registered())
    for verb in verbs.registered().values():
        for part in ("subject", "body"):
            name = f"templates/{verb.mail}.{part}.txt"
            assert (settings.BASE_DIR / name).exists(), name


def test_a_verb_names_the_model_of_its_subject() -> None:
    """Events stay for ever, and coming apps have rounds and versions of their own."""
    named = {"interface_map": "map"}
    for name, workflow in WORKFLOWS.items():
        for step in workflow.transitions.values():
            assert step.verb.partition(".")[0] == named.get(name, name), step.verb
    models_of_ours = {re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower() for model in OURS} | {"map"}
    assert {verb.partition(".")[0] for verb in verbs.registered()} <= models_of_ours


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_workflow_diagram_in_docs_is_the_tables_own(name: str) -> None:
    page = (settings.BASE_DIR / f"docs/workflows/{name}.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{WORKFLOWS[name].diagram()}```" in page


def test_no_file_is_too_long_to_read() -> None:
    folders = [settings.BASE_DIR / folder for folder in (*ORDER, "tests", "benchmarks")]
    for path in [
        *settings.BASE_DIR.glob("*.py"),
        *(file for folder in folders for file in folder.rglob("*.py")),
    ]:
        if "migrations" not in path.parts and ".venv" not in path.parts:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, path


def test_every_template_is_used_and_none_has_inline_scripts_or_styles() -> None:
    folder: Path = settings.BASE_DIR / "templates"
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES) + "".join(texts.values())
    for path, text in texts.items():
        name = str(path.relative_to(folder))
        stem = path.name.split(".")[0]
        composed = f'"{stem}", ' in code
        by_convention = name in {"403.html", "404.html", "500.html", "403_csrf.html"} or "/mail/" in name
        assert name in code or composed or by_convention, f"{name} is used nowhere"
        assert not re.search(r"\sstyle=|\son\w+=", text), f"{name} has inline style or script"
        for tag in re.findall(r"<script[^>]*>", text):
            assert "src=" in tag or "application/json" in tag, f"{name} has an inline script"
