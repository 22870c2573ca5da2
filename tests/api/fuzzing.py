"""Requests that schemathesis makes from the schema, sent in process, and what every answer to them must be.

Beside what the schema says, the oracle tells which maps a caller may see. Everything written on a map holds a word that
nobody can guess, so a text that reaches somebody else is found wherever it stands in an answer.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from random import randrange
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case, Response
from schemathesis.checks import CheckContext, CheckFunction
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi import checks

from services.models import Aspect, Escalation, Feedback, Interface, InterfaceMap, RatingRound
from tests import oracle
from tests.api import forum_oracle
from tests.api.callers import MISSING, Caller, World
from tests.api.conftest import op, schema
from tests.cast import ANONYMOUS, undone

CURRENT = '"as it is now"'
"""Stands in a case for the ETag that the resource has when the case is sent."""

NOTHING_SAID = {400, 401, 404, 405, 406, 413, 415}
"""What may be heard of a map that is not for the caller to see: all that a map which is not there answers, too."""

LISTS_OF_MAPS = {
    "/api/v1/maps/": "id",
    "/api/v1/interfaces/": "map",
    "/api/v1/aspects/": "map",
    "/api/v1/escalations/": "map",
    "/api/v1/feedback/": "map",
}
"""Lists whose rows belong to maps, and the member of a row that tells to which."""

AnyCase = Case[Any]
Pick = Callable[[list[Any]], Any]


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests in process leave the test's connection, and the transaction in it, alone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """The schema with answers that hold nothing but what they name."""
    found: dict[str, Any] = json.loads(json.dumps(document))
    sent = {
        content["schema"]["$ref"].rpartition("/")[2]
        for methods in found["paths"].values()
        for operation in methods.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in content["schema"]  # a file is bytes
    }
    for name, component in found["components"]["schemas"].items():
        if "properties" in component and name not in sent:
            component["additionalProperties"] = False
    return found


class Fuzz:
    """One caller's requests, counted; each is undone, so that the next one meets the same world."""

    def __init__(self, world: World, caller: Caller) -> None:
        self.world, self.caller = world, caller
        self.statuses: Counter[int] = Counter()
        self.cases: Counter[str] = Counter()
        self.succeeded: Counter[str] = Counter()
        self.linked = 0
        self.seen = caller.seen
        self.headers: dict[str, str] = {}
        self.schema: BaseSchema = from_dict(strict(schema()))
        self.schema.app = get_wsgi_application()
        self.schema.config.generation.update(with_security_parameters=False)
        self.schema.config.checks.negative_data_rejection.expected_statuses += ["412", "413"]
        self.schema.config.checks.missing_required_header.expected_statuses += ["428"]
        self.schema.hooks.register_hook_with_name(lambda context, case: self.informed(case), "flatmap_case")
        self.operations = [found.ok() for found in self.schema.get_all_operations() if isinstance(found, Ok)]
        self.cursors = {operation.path: list(self._cursors(operation)) for operation in self.operations}

    def _cursors(self, operation: APIOperation[Any, Any, Any, Any]) -> Iterator[str]:
        """Cursors of a list's second page in each of its orders."""
        within = {each.name: self.caller.ids[each.name][0] for each in operation.path_parameters}
        for parameter in operation.query:
            for order in parameter.definition["schema"]["enum"] if parameter.name == "sort" else ():
                page = operation.Case(path_parameters=within, query={"sort": order, "limit": 1}).call(
                    headers=self.caller.headers
                )
                yield from re.findall(r'"next":"[^"]*?cursor=([^&"]+)', page.text)

    # What is asked

    def informed(self, case: AnyCase) -> st.SearchStrategy[AnyCase]:
        """Three of four cases ask for rows that are there, the others are as the schema makes them."""

        @st.composite
        def change(draw: st.DrawFn) -> AnyCase:
            if draw(st.integers(0, 3)):
                self.inform(case, lambda values: draw(st.sampled_from(values)), at_random=True)
            return case

        return change()

    def inform(self, case: AnyCase, pick: Pick, *, at_random: bool) -> None:
        """Put likely ids, tags, cursors and values into a case, where it was not made to be wrong on purpose."""

        def is_fit(location: ParameterLocation) -> bool:
            return at_random or case.meta is None or not case.meta.is_negative_at(location)

        ids = self.caller.ids
        if is_fit(ParameterLocation.PATH) and not is_of(case, "stateful"):  # where an earlier answer chose it
            case.path_parameters.update({name: pick(ids[name]) for name in case.path_parameters})
        if is_fit(ParameterLocation.QUERY):
            case.query.update({name: pick(ids[name]) for name in case.query if name in ids})
        if is_fit(ParameterLocation.HEADER) and any(
            each.name == "If-Match" for each in case.operation.headers
        ):
            case.headers["If-Match"] = pick([CURRENT, "*", '"old"', ""])
        if is_fit(ParameterLocation.BODY) and isinstance(case.body, dict):
            self._inform_body(case.body, pick, at_random=at_random)
        if at_random:
            self._vary(case, pick)

    def _inform_body(self, body: dict[str, Any], pick: Pick, *, at_random: bool) -> None:
        body.update({name: pick(self.caller.ids[name]) for name in body if name in self.caller.ids})
        if is_uuid(body.get("op_id")):  # and not made wrong on purpose
            body["op_id"] = str(uuid4())
        if "property" in body and at_random:
            body.update(op("", "", None), **pick(self.caller.ops), base_version=pick([10**6, 0, 3]))
        elif "property" in body:
            body.update(subject=f"aspect:{pick(self.caller.ids['aspect_id'])}", property="shared_fi")

    def _vary(self, case: AnyCase, pick: Pick) -> None:
        """Languages, what is accepted, members and cursors that there are."""
        case.headers["Accept-Language"] = pick(["fi", "sv", "en", "x, *;q=0"])
        case.headers["Accept"] = pick([*["application/json"] * 20, "*/*", "text/csv", "x"])
        if case.method == "GET" and pick([True, *[False] * 7]):
            case.headers["If-None-Match"] = pick(["*", '"old"', "x"])
        if "fields" in case.query:
            case.query["fields"] = ",".join(pick(members(case)) for _each in range(2)) + pick(
                [""] * 9 + [",x"]
            )
        if "cursor" in case.query:
            case.query["cursor"] = pick([*self.cursors[case.path], "x", ""])

    # What is answered

    def send(self, case: AnyCase) -> None:
        """Send one case and hold the answer against the schema and the oracle; nothing stays of it."""
        if is_of(case, "coverage") and next(self.numbers) % self.every:
            return
        if not is_of(case, "fuzzing"):
            self.inform(case, lambda values: values[0], at_random=False)
        with undone():
            self.check(case, self.call(case))

    def call(self, case: AnyCase) -> Response:
        """The answer."""
        cache.clear()  # no throttle answers instead of the portal
        self.headers = self.caller.headers
        if case.headers.get("If-Match") == CURRENT:
            case.headers["If-Match"] = self._tag(case)
        response = case.call(headers=self.headers)
        self.statuses[response.status_code] += 1
        self.cases[case.operation.label] += 1
        self.succeeded[case.operation.label] += is_done(response)
        return response

    def _tag(self, case: AnyCase) -> str:
        """The ETag of the map or the service that the case is about."""
        path, _brace, _rest = case.path.partition("}")
        name = path.rpartition("{")[2]
        reading = self.schema[f"{path}}}/"]["GET"].Case(
            path_parameters={name: case.path_parameters.get(name, 0)}
        )
        return reading.call(headers=self.headers).headers.get("etag", ['"none"'])[0]

    def check(self, case: AnyCase, response: Response, **more: Any) -> None:
        """All checks of schemathesis that apply, and our own."""
        own: list[CheckFunction] = [
            self.nobody_unknown,
            self.nothing_of_others,
            self.written_by_right,
            self.only_wanted_members,
        ]
        case.validate_response(
            response,
            excluded_checks=list(self._unfit(case)),
            additional_checks=own,
            headers=self.headers,
            transport_kwargs={"headers": self.headers},
            **more,
        )

    def _unfit(self, case: AnyCase) -> Iterator[CheckFunction]:
        yield checks.positive_data_acceptance  # the schema cannot say which ids there are
        if self.succeeded[case.operation.label] > 1:
            yield checks.ignored_auth  # which asks again without credentials and with false ones: once is enough
        if any(value in ("", {}, []) for value in case.query.values()):
            yield checks.negative_data_rejection  # an empty parameter is the same as none
        if case.query.get("fields"):
            yield checks.response_schema_conformance  # `only_wanted_members` takes its place
        if "{responsibility_id}" in case.path:
            yield checks.ensure_resource_availability  # a new service's number is not its responsibility's
        if case.path == "/api/v1/services/{service_id}/":
            yield checks.use_after_free  # removal is archiving: the service is still there, with the day it left

    def nobody_unknown(self, _context: CheckContext, response: Response, _case: AnyCase) -> None:
        """Without a token that holds everything is 401, and nobody is asked to wait."""
        assert response.status_code != 429
        assert response.status_code in {401, 406} or self.caller.name != ANONYMOUS

    def nothing_of_others(self, _context: CheckContext, response: Response, case: AnyCase) -> None:
        """No word of a map that the caller may not see, no row of it, and the answer that a missing one would get."""
        said = response.content.decode(errors="replace") + repr(response.headers)
        assert not [pk for pk, word in self.world.words.items() if pk not in self.seen and word in said]
        member = LISTS_OF_MAPS.get(case.path, "")
        if member and case.method == "GET" and response.status_code == 200:
            assert {row[member] for row in response.json()["results"] if member in row} <= self.seen
        if case.path.startswith("/api/v1/matters/") and response.status_code == 200:
            told = response.json()
            for row in told.get("results", [told]):
                assert "id" not in row or forum_oracle.reads_matter(
                    self.world.cast, self.caller.name, row["id"]
                )
        if case.path.startswith("/api/v1/actions/") and response.status_code == 200:
            told = response.json()
            for row in told.get("results", [told]):
                assert "id" not in row or forum_oracle.reads_action(
                    self.world.cast, self.caller.name, row["id"]
                )
        name, on = map_of(case)
        if on is not None and on not in self.seen:
            assert response.status_code in NOTHING_SAID
            twin = case.derive()
            twin.path_parameters[name] = MISSING
            with undone():
                missing = twin.call(headers=self.headers)
            assert (missing.status_code, missing.content) == (response.status_code, response.content)

    def written_by_right(self, _context: CheckContext, response: Response, case: AnyCase) -> None:
        """What wrote something was asked by somebody with a role that the oracle knows of."""
        if case.method in {"GET", "HEAD", "OPTIONS"} or not is_done(response):
            return
        if re.match("/api/v1/(notices|me|saved-filters)/", case.path):
            return  # one's own
        if "/escalations/" in case.path:
            self._reported_by_right(response.json())
            return
        if case.path.startswith("/api/v1/attachments/"):
            if case.method == "POST" and not case.query.get(
                "fields"
            ):  # what is taken away is nobody's any more
                about = int(response.json()["subject"].partition(":")[2])
                assert forum_oracle.reads_matter(self.world.cast, self.caller.name, about)
            return
        if re.match("/api/v1/(forums|matters|absences|announcements|comments|actions|goals)/", case.path):
            assert forum_oracle.may_write(self.world.cast, self.caller.name, response.json())
            return
        if "/organisations/" in case.path:
            told = response.json()
            keepers = oracle.has_role(
                self.world.cast, self.caller.name, {"administrator"}, {told["organisation"]}
            )
            own = told.get("person") == getattr(self.world.cast.visitor(self.caller.name), "pk", 0)
            assert keepers or own or self.caller.name == "service administrator"
            return
        if "/services/" in case.path:
            roles, organisations = {"editor"}, {response.json()["organisation"]}
        else:
            told = response.json()
            pk = case.path_parameters.get("map_id") or told.get("map", told["id"])
            roles, organisations = {"editor", "approver"}, oracle.parties_of(InterfaceMap.objects.get(pk=pk))
        assert oracle.has_role(self.world.cast, self.caller.name, roles, organisations)

    def _reported_by_right(self, told: dict[str, Any]) -> None:
        """What was done to a report was done by somebody who sees its map; to the others none is there."""
        rows = told.get("results", [told])
        seen = Escalation.objects.filter(pk__in=[row["id"] for row in rows], map__in=self.seen)
        known = set(seen.values_list("pk", flat=True))
        assert all(row["id"] in known or not row.get("is_done", row.get("map")) for row in rows)

    def only_wanted_members(self, _context: CheckContext, response: Response, case: AnyCase) -> None:
        """With `fields`, an answer has these members and no other."""
        wanted = {name.strip() for name in str(case.query.get("fields", "")).split(",")} - {""}
        if wanted and case.method == "GET" and response.status_code == 200:
            content = response.json()
            assert all(set(row) == wanted for row in content.get("results", [content]))

    # Running

    def run(self, *, examples: int, every: int) -> None:
        """Every operation: the schema's examples, so many random cases, and one in `every` of its boundaries, 0 for none."""
        modes = [HypothesisTestMode.EXAMPLES, HypothesisTestMode.FUZZING]
        modes += [HypothesisTestMode.COVERAGE] if every else []
        self.every, self.numbers = every, count(randrange(every or 1))  # noqa: S311 others each time
        problems: list[BaseException] = []
        for operation in self.operations:
            config = HypothesisTestConfig(project=self.schema.config, modes=modes, settings=calmly(examples))
            test = create_test(operation=operation, test_func=lambda case: self.send(case), config=config)
            try:
                test()
            except (Exception, FailureGroup) as problem:  # the other operations are tried as well
                problems.append(problem)
        if problems:
            raise BaseExceptionGroup(f"{self.caller.name}: {len(problems)} operations have faults", problems)

    def run_linked(self, *, examples: int, steps: int) -> None:
        """Operations in a row, some about what the ones before have made or listed."""
        fuzz = self

        class Machine(self.schema.as_state_machine()):  # type: ignore[misc]
            def setup(self) -> None:
                fuzz.seen = fuzz.caller.seen
                self.undone = undone()
                self.undone.__enter__()

            def teardown(self) -> None:
                self.undone.__exit__(None, None, None)

            def step(self, input: Any) -> Any:
                fuzz.linked += input.transition is not None
                return super().step(input)

            def call(self, case: AnyCase, **_more: Any) -> Response:
                response = fuzz.call(case)
                if case.method != "GET" and is_done(response):
                    fuzz.seen = fuzz.world.seen_by(fuzz.caller.name)  # such as a map that was just made
                return response

            def validate_response(self, response: Response, case: AnyCase, **_more: Any) -> None:
                fuzz.check(case, response, recorder=self.recorder)

        Machine.run(settings=settings(calmly(examples), stateful_step_count=steps))


def is_uuid(value: Any) -> bool:
    """Whether it is the text of a UUID."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def is_of(case: AnyCase, phase: str) -> bool:
    """Whether the case was made in this phase: examples, coverage (of boundaries), fuzzing or stateful."""
    return case.meta is not None and case.meta.phase.name.value == phase


def is_done(response: Response) -> bool:
    """Whether it was answered with a success."""
    return 200 <= response.status_code < 300


def map_of(case: AnyCase) -> tuple[str, int | None]:
    """The parameter in the path that leads to a map, and the map's id when there is one."""
    ways: list[tuple[str, Any, str]] = [
        ("map_id", InterfaceMap, "pk"),
        ("interface_id", Interface, "map"),
        ("aspect_id", Aspect, "interface__map"),
        ("round_id", RatingRound, "map"),
        ("feedback_id", Feedback, "map"),
        ("escalation_id", Escalation, "map"),
    ]
    for name, model, path in ways:
        value = str(case.path_parameters.get(name, ""))
        if value.isascii() and value.isdecimal() and len(value) < 18:
            return name, model.objects.filter(pk=int(value)).values_list(path, flat=True).first()
    return "", None


def members(case: AnyCase) -> list[str]:
    """The members of an operation's answer, or of the rows in it."""
    components = schema()["components"]["schemas"]
    [content] = schema()["paths"][case.path]["get"]["responses"]["200"]["content"].values()
    shape = components[content["schema"]["$ref"].rpartition("/")[2]]["properties"]
    if "results" in shape:
        shape = components[shape["results"]["items"]["$ref"].rpartition("/")[2]]["properties"]
    return [*shape]


def calmly(examples: int) -> settings:
    """So many examples, however long each takes."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    )
