"""Parts of the OpenAPI schema that every endpoint shares."""

from __future__ import annotations

import inspect
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from collaboration.api.problems import MEDIA_TYPE
from collaboration.api.shapes import ProblemShape, StaleShape


class OperationSchema(AutoSchema):
    """An operation is described by its own method, not by what all endpoints have in common."""

    def get_description(self) -> str:  # type: ignore[override]
        return inspect.getdoc(getattr(self.view, self.method.lower())) or ""

    def get_operation(self, *args: Any) -> Any:
        """With the headers that answers of a status have in every operation."""
        operation = super().get_operation(*args)
        answers = operation["responses"] if operation else {}
        if "304" in answers:
            answers["200"].setdefault("headers", {})["ETag"] = TAG
            answers["304"]["headers"] = {"ETag": TAG}
        if "429" in answers:
            answers["429"]["headers"] = {"Retry-After": PAUSE}
        return operation


TAG = {"schema": {"type": "string"}, "description": "What to send back in If-Match or If-None-Match."}
PAUSE = {"schema": {"type": "integer"}, "description": "Seconds to wait."}
IF_MATCH = OpenApiParameter("If-Match", str, "header", description="The ETag of the version that is changed.")
IF_MATCH_NEEDED = OpenApiParameter(
    "If-Match", str, "header", required=True, description="The ETag of the version that is changed."
)
LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI_REF,
    "header",
    response=(201, 202),
    description="Where what was asked for is, or will be.",
)

PROBLEMS = {
    304: "What the caller has is still so.",
    400: "The request is incomplete.",
    401: "Nobody has signed in, or the token is not valid.",
    403: "This person, or this token, may not do it; the sentence tells why.",
    404: "Not there, or not for this person to see.",
    406: "This API answers in JSON only: the header Accept asks for something else.",
    409: "Refused by what is now there.",
    412: "Changed since it was read: `yours` and `theirs`.",
    413: "Too large.",
    415: "Only JSON is understood here.",
    422: "Not valid; the sentences name the fields.",
    428: "The header If-Match is needed.",
    429: "Too many requests; Retry-After tells how many seconds to wait.",
}


def answers(status: int, shape: Any, *problems: int) -> dict[Any, Any]:
    """The success, and the problems that can come instead; some can always come."""
    found: dict[Any, Any] = {status: shape}
    for code in sorted({*problems, 401, 406, 429}):
        if code == 304:
            found[code] = OpenApiResponse(description=PROBLEMS[code])
        else:
            body = StaleShape if code == 412 else ProblemShape
            found[code, MEDIA_TYPE] = OpenApiResponse(body, description=PROBLEMS[code])
    return found


WITH_A_BODY = (400, 413, 415, 422)
"""The problems of what is sent: incomplete, too large, not JSON, not valid."""


def example(value: Any, name: str = "Example", *, status: int = 200) -> OpenApiExample:
    """An answer as it may look."""
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)])


def request_example(value: Any, name: str = "Example") -> OpenApiExample:
    """A body as it may look."""
    return OpenApiExample(name, value=value, request_only=True)


def any_value_is_also_null(result: Any, **_more: Any) -> Any:
    """drf-spectacular says `oneOf: [{}, null]` of JSON that may be null, which null itself does not match: any value is {}."""
    if isinstance(result, list):
        return [any_value_is_also_null(each) for each in result]
    if not isinstance(result, dict):
        return result
    if result.get("oneOf") == [{}, {"type": "null"}]:
        result = {name: value for name, value in result.items() if name != "oneOf"}
    return {name: any_value_is_also_null(value) for name, value in result.items()}
