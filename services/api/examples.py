"""Examples for the schema: what a client sends and gets, on a map of Porvoo and its county."""

from typing import Any

from collaboration.api.documentation import example, request_example

OP = "7b0b0f1e-5c1c-4b8e-9c57-0d6a5f2c9a11"
AT = "2026-11-24T09:46:03.749871Z"

_TALLY = {"agreed": 14, "in_progress": 7, "missing": 6, "not_applicable": 0}
_MAP: dict[str, Any] = {
    "id": 4,
    "title_fi": "Alle kouluikäisten palvelut, Porvoo",
    "title_sv": "Tjänster för barn under skolåldern, Borgå",
    "target_group": "under_school_age",
    "municipality": 215,
    "source_language": "fi",
    "status": "draft",
    "seq": 83,
    "is_base": False,
    "base": 2,
    "made_at": "2026-11-02T07:00:00Z",
    "changed_at": AT,
    "parties": [
        {"id": 7, "organisation": 215, "side": "municipality", "lane": 1},
        {"id": 8, "organisation": 2, "side": "county", "lane": 2},
    ],
    "aspects": _TALLY,
}
_SHARED = {
    "id": 100,
    "number": 1,
    "status": "in_progress",
    "shared_fi": "Neuvola soittaa päiväkotiin.",
    "shared_sv": "",
    "not_applicable_reason": "",
    "review_on": "2027-03-01",
    "base": 46,
    "follows_base": False,
}

MAPS = example({"results": [_MAP], "next": None}, "Maps")
MAP = example(
    {
        **_MAP,
        "services": [
            {
                "id": 13,
                "service": 40,
                "party": 7,
                "name_fi": "Päiväkoti",
                "name_sv": "Daghem",
                "place": None,
                "where_fi": "Lähimmästä päiväkodista.",
                "where_sv": "",
                "how_fi": "",
                "how_sv": "",
                "channels": [
                    {
                        "id": 31,
                        "place": 1.0,
                        "kind": "place",
                        "name_fi": "Keskustan päiväkoti",
                        "name_sv": "Centrums daghem",
                        "address_fi": "Esimerkkikatu 1, 06100 Porvoo",
                        "address_sv": "Exempelgatan 1, 06100 Borgå",
                        "phone": "019 000 0001",
                        "url": "",
                        "hours_fi": "ma–pe 6.30–17",
                        "hours_sv": "må–fr 6.30–17",
                    }
                ],
                "path": [
                    {
                        "id": 51,
                        "place": 1.0,
                        "text_fi": "Neuvola kertoo paikan hakemisesta.",
                        "text_sv": "",
                        "service": 14,
                    }
                ],
            }
        ],
        "interfaces": [
            {
                "id": 12,
                "services": [13, 14],
                "parties": [7, 8],
                "outcomes": ["participation"],
                "enablers": [],
                "aspects": [_SHARED],
            }
        ],
        "can_edit": True,
        "steps": [{"name": "archive", "label": "Archive the map", "blockers": []}],
    },
    "A map, shortened",
)
MAP_WISH = request_example(
    {"template": "under_school_age", "municipality": 215, "op_id": OP, "source_language": "fi"}, "A new map"
)
INTERFACE = example(
    {
        "id": 12,
        "map": 4,
        "removed": False,
        "services": [13, 14],
        "parties": [7, 8],
        "outcomes": ["participation"],
        "enablers": [],
        "aspects": [{"id": 100, "number": 1, "status": "in_progress"}],
    },
    "An interface, shortened",
)
ASPECT = example(
    {
        **_SHARED,
        "interface": 12,
        "map": 4,
        "map_seq": 83,
        "answers": [
            {
                "id": 210,
                "party": 7,
                "organisation": 215,
                "answer_fi": "Päiväkodin johtaja vastaa.",
                "answer_sv": "",
                "confirmation": "given",
                "confirmed_text": "Neuvola soittaa päiväkotiin.",
                "confirmed_by": "Sivistysjohtaja, Porvoo",
                "confirmed_at": AT,
            }
        ],
        "responsible": [{"id": 3, "name": "Sivistysjohtaja, Porvoo"}],
        "evidence": [{"id": 1, "title": "Ohje", "url": "https://kunta.example/ohje"}],
        "steps": [
            {
                "id": 5,
                "place": 1.0,
                "title_fi": "Yhteinen keskustelu perheen kanssa",
                "title_sv": "",
                "actors": [7, 8],
                "consulted": [],
                "informed": [7],
                "accountable": 8,
            }
        ],
        "flows": [],
        "resources": [],
        "leaders": [],
        "without_leader": [],
        "goal_rows": [],
        "path_steps": [],
        "forum_rows": [],
        "contacts": [],
    },
    "An aspect",
)
OPS = [
    request_example(
        {
            "id": OP,
            "subject": "aspect:100",
            "property": "shared_fi",
            "base_version": 83,
            "value": "Neuvola soittaa päiväkotiin.",
        },
        "Write a shared answer",
    ),
    request_example(
        {
            "id": OP,
            "subject": "answer:210",
            "property": "confirmation",
            "base_version": 84,
            "value": "Neuvola soittaa päiväkotiin.",
        },
        "Confirm it",
    ),
    request_example(
        {
            "id": OP,
            "subject": "map:4",
            "property": "add_interface",
            "base_version": 85,
            "value": {"services": [13, 14]},
        },
        "Connect two services",
    ),
    request_example(
        {
            "id": OP,
            "subject": "service:13",
            "property": "add_channel",
            "base_version": 86,
            "value": {"kind": "phone", "name_fi": "Palveluohjaus", "phone": "019 000 0001"},
        },
        "Add a service channel",
    ),
]
APPLIED = example(
    {
        "subject": "aspect:100",
        "property": "shared_fi",
        "value": "Neuvola soittaa päiväkotiin.",
        "version": 84,
        "status": "in_progress",
        "follows_base": False,
        "merged": None,
    },
    "Applied",
)
COMPARISON = example(
    {
        "map": 4,
        "seq": 84,
        "from": "1.0",
        "to": "draft",
        "headline": "0 added, 0 removed, 1 changed",
        "differences": [
            {
                "kind": "changed",
                "subject": "interface:12",
                "where": "Päiväkoti – Neuvola",
                "what": "3. Flow of information",
                "sentence": "Päiväkoti – Neuvola: flow of information changed (agreed → in progress)",
                "interface": 12,
                "number": 3,
                "can_take_back": True,
                "properties": [
                    {
                        "name": "Shared answer in Finnish",
                        "language": "fi",
                        "parts": [
                            {"kind": "same", "text": "Neuvola vastaa "},
                            {"kind": "removed", "text": "kolmen "},
                            {"kind": "added", "text": "viiden "},
                            {"kind": "same", "text": "päivän kuluessa."},
                        ],
                    }
                ],
            }
        ],
    },
    "Comparison",
)
TAKEN_BACK = example(
    {
        "applied": [
            {
                "subject": "aspect:100",
                "property": "shared_fi",
                "value": "Neuvola vastaa kolmen päivän kuluessa.",
                "version": 85,
                "status": "agreed",
                "follows_base": False,
                "merged": None,
            }
        ]
    },
    "Taken back",
)
UNDO = request_example({"id": OP}, "Undo")
UNDONE = example(
    {
        "what": "Päiväkoti – Neuvola, 3 Flow of information: Shared answer in Finnish",
        "subject": "aspect:100",
        "property": "shared_fi",
        "value": "",
        "version": 85,
        "status": "missing",
        "merged": None,
    },
    "Undone",
)
CONFLICT = example(
    {
        "type": "urn:yhdyspinta:problem:edit-conflict",
        "title": "Somebody else has changed this meanwhile",
        "status": 409,
        "detail": "Somebody else has changed this since you opened it. Nothing has been overwritten.",
        "errors": [],
        "yours": "Päiväkoti soittaa neuvolaan.",
        "theirs": "Neuvola soittaa päiväkotiin.",
        "version": 84,
        "by": "Sivistysjohtaja, Porvoo",
        "at": AT,
    },
    "Both values",
    status=409,
)
CHANGES = example(
    {
        "seq": 84,
        "news": 3,
        "changes": [
            {
                "seq": 84,
                "id": OP,
                "subject": "aspect:100",
                "property": "shared_fi",
                "from": "",
                "to": "Neuvola soittaa päiväkotiin.",
                "sent": None,
                "undoes": None,
                "by": "Sivistysjohtaja, Porvoo",
                "at": AT,
            }
        ],
    },
    "Changes",
)
SERVICE = example(
    {
        "id": 40,
        "organisation": 215,
        "node": 5,
        "name_fi": "Päiväkoti",
        "name_sv": "Daghem",
        "description_fi": "",
        "description_sv": "",
        "contact": "Varhaiskasvatuksen palveluohjaus",
        "phone": "019 000 0002",
        "hours": "ma–pe 9–15",
        "target_groups": ["under_school_age"],
        "outcomes": ["participation"],
        "enablers": ["premises"],
        "archived_at": None,
        "responsibilities": [
            {"id": 61, "duty": "organises", "organisation": 215, "basis": "law", "reference": "540/2018"}
        ],
        "can_edit": True,
    },
    "A service",
)
SERVICE_WISH = request_example(
    {"organisation": 215, "node": 5, "name_fi": "Avoin päiväkoti", "target_groups": ["under_school_age"]},
    "A new service",
)
RESPONSIBILITY_WISH = request_example(
    {"duty": "funds", "organisation": 215, "basis": "agreement", "reference": "Sopimus 2026"}, "Who funds it"
)
