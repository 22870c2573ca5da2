"""Pages of a list by key: as quick at the end of a long list as at its beginning, and no row twice or left out."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy

from collaboration.api.asking import ON_A_PAGE
from collaboration.api.problems import Problem
from collaboration.keyset import beyond, plain
from collaboration.models.change import digest_of

NOT_OF_THIS_LIST = gettext_lazy(
    "This cursor is not of this list with these filters in this order. Begin again without it."
)
OF_A_PAGE = {"cursor", "limit", "fields", "sort"}
"""What may differ from page to page; the rest says which list it is. `sort` may be left out as well as named."""


def page_of(
    rows: QuerySet[Any, dict[str, Any]], orders: dict[str, Any], wish: dict[str, Any], path: str
) -> tuple[list[dict[str, Any]], str]:
    """The page after the wish's cursor, and the cursor of the next one, or "". It is for the list of `path` only.

    `rows` are of `.values()` with an `id`; `orders` gives by name what is sorted by, which may not be null.
    """
    sort = wish["sort"] or next(iter(orders))
    name = sort.removeprefix("-")
    order = [f"{sort.removesuffix(name)}{column}" for column in ("sortkey", "pk")]
    filters = {name: value for name, value in wish.items() if name not in OF_A_PAGE}
    signer = Signer(salt=digest_of([path, filters, sort]))
    rows = rows.annotate(sortkey=F(orders[name]) if isinstance(orders[name], str) else orders[name])
    if wish["cursor"]:
        try:
            rows = rows.filter(beyond(order, signer.unsign_object(wish["cursor"])))
        except BadSignature:
            raise Problem(400, str(NOT_OF_THIS_LIST), [("cursor", str(NOT_OF_THIS_LIST))]) from None
    limit = wish["limit"] or ON_A_PAGE
    found = list(rows.order_by(*order)[: limit + 1])
    keys = [row.pop("sortkey") for row in found]
    found = [named(row) for row in found]
    if len(found) <= limit:
        return found, ""
    del found[limit:]
    return found, signer.sign_object([plain(keys[limit - 1]), found[-1]["id"]])


def named(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the names that it is sent with: without the underscores of columns that Django would not name so."""
    return {name.rstrip("_"): value for name, value in row.items()}
