"""The services of every version in force, kept in the process by version: a version never changes.

So one statement tells which versions there are, and only those not read before are read. What was withdrawn, replaced or
put away is gone with the next request.
"""

from __future__ import annotations

from dataclasses import dataclass

from services import policy
from services.content import Content
from services.word_search import folded, is_in

NAME, PLACE, TEXT = 9, 3, 1
"""How much a word weighs that stands in a name, in a class or a municipality, and in a text."""

Key = tuple[int, str]


@dataclass(frozen=True)
class Listed:
    """A service of a version, with the folded texts that are searched."""

    id: int
    map: int
    row: Content
    municipality: Content
    target_group: str
    searched: tuple[tuple[int, str], ...]

    def score(self, sought: list[str]) -> tuple[int, int]:
        """How many of the roots are found here, and how much the places weigh where they are."""
        weights = [
            max((weight for weight, text in self.searched if is_in(root, text)), default=0) for root in sought
        ]
        return sum(weight > 0 for weight in weights), sum(weights)


_kept: dict[Key, tuple[Listed, ...]] = {}


def keys_listed() -> list[Key]:
    """Which versions are in force: one statement."""
    return list(policy.public_versions().order_by("pk").values_list("pk", "digest"))


def listed(keys: list[Key]) -> list[Listed]:
    """The services of these versions: no statement when all have been read before, else one."""
    missing = [pk for pk, digest in keys if (pk, digest) not in _kept]
    parts = [f"content__{part}" for part in ("map", "municipality", "target_group", "services")]
    read = (
        policy.public_versions().filter(pk__in=missing).values_list("pk", "digest", *parts) if missing else []
    )
    fresh = {(pk, digest): tuple(_of(*content)) for pk, digest, *content in read}
    _kept.update(fresh)
    found = [row for key in keys for row in _kept.get(key, ())]
    for gone in set(_kept) - set(keys):
        _kept.pop(gone, None)
    return found


def _of(map_id: int, municipality: Content, target_group: str, services: list[Content]) -> list[Listed]:
    """The parts of each service that the list shows, and all of its words."""
    about = folded(f"{municipality['name_fi']} {municipality['name_sv']}")
    return [
        Listed(
            id=row["id"],
            map=map_id,
            row={
                **{name: row[name] for name in ("name_fi", "name_sv", "class", "organiser")},
                "channels": [{"kind": each["kind"]} for each in row.get("channels", [])],
            },
            municipality=municipality,
            target_group=target_group,
            searched=(
                (NAME, folded(f"{row['name_fi']} {row['name_sv']}")),
                (PLACE, folded(f"{row['class']['name_fi']} {row['class']['name_sv']}")),
                (PLACE, about),
                (TEXT, folded(" ".join(_texts(row)))),
            ),
        )
        for row in services
    ]


def _texts(row: Content) -> list[str]:
    rows = [row, *row.get("channels", []), *row.get("path", [])]
    fields = ("where", "how", "text", "name", "address", "hours")
    texts = [
        each.get(f"{field}_{language}", "") for each in rows for field in fields for language in ("fi", "sv")
    ]
    return [*texts, row["organiser"]["name_fi"], row["organiser"]["name_sv"]]
