"""Examples of escalations for the schema."""

from typing import Any

OWNER = {
    "organisation": 215,
    "side": "municipality",
    "user": 8,
    "name": "Päiväkodin johtaja, Porvoo",
    "is_fallback": False,
    "stands_in": None,
}
ROW: dict[str, Any] = {
    "id": 41,
    "number": "2026-41",
    "map": 4,
    "interface": 12,
    "aspect": 102,
    "aspect_number": 3,
    "place": "Päiväkoti – Neuvola, 3 Tiedonkulku",
    "title": "Tarkastus tehdään ilman havaintoja",
    "effect": "delayed",
    "frequency": "often",
    "urgency": "normal",
    "level": "field",
    "level_at": "2026-11-24T08:15:00Z",
    "status": "in_progress",
    "status_at": "2026-11-25T09:00:00Z",
    "filed_at": "2026-11-24T08:15:00Z",
    "due_at": "2026-12-01T14:00:00Z",
    "is_late": False,
    "is_stuck": False,
    "waiting_for": "",
    "forum": None,
    "people": 1,
    "closed_at": None,
    "merged_into": None,
    "owners": [OWNER],
}
RUNG = {
    "level": "field",
    "is_here": True,
    "is_past": False,
    "since": "2026-11-24T08:15:00Z",
    "days": 5,
    "owners": [OWNER],
}
WHOLE = ROW | {
    "text": "Tarkastus tehdään ilman havaintoja. Kolmas kerta.",
    "asks_reporters": False,
    "round": 0,
    "reminders": 0,
    "proposal": "",
    "proposed_by": None,
    "repair": "",
    "repair_reason": "",
    "change": None,
    "action": None,
    "matter": None,
    "reopened": 0,
    "reporters": [
        {
            "user": None,
            "name": None,
            "organisation": 215,
            "is_first": True,
            "at": "2026-11-24T08:15:00Z",
            "text": "",
            "word": "",
            "word_at": None,
        }
    ],
    "words": [
        {
            "name": "Porvoo",
            "organisation": 215,
            "is_reporter": False,
            "by": "",
            "at": None,
            "has_lapsed": False,
        }
    ],
    "ladder": [RUNG],
    "why": {
        "days": 5,
        "since": "2026-11-24T08:15:00Z",
        "comes_from": "own",
        "county": 2,
        "told": "The county has set no days of its own, so these are the portal’s.",
        "is_shortened": False,
        "skipped": [{"day": "2026-11-28", "name": "Saturday"}],
    },
    "pauses": [],
    "matters": [],
    "timeline": [{"at": "2026-11-24T08:15:00Z", "by": "", "what": "It was reported", "why": ""}],
    "is_own": False,
    "steps": [{"name": "propose", "label": "Propose a solution", "blockers": []}],
}
DRAFT = {"interface": 12, "aspect_number": 3, "text": "Havainnot puuttuvat tarkastuksesta."}
FILED = {
    "key": "3f0c1a52-6b0e-4c0e-9a37-5d4c1f8b7e21",
    "interface": 12,
    "aspect_number": 3,
    "text": "Tarkastus tehdään ilman havaintoja. Kolmas kerta.",
    "effect": "delayed",
    "frequency": "often",
    "urgency": "normal",
    "is_nameless": True,
}
RESULTS = {
    "results": [
        {"id": 41, "is_done": True, "status": "in_progress", "refusal": ""},
        {"id": 42, "is_done": False, "status": "closed", "refusal": "The status is now “Closed”."},
    ]
}
DAYS = {"field": 4, "expert": 8, "management": 10, "political": 30}
RULE = {**DAYS, "reason": "Päätetty johtoryhmässä.", "to_open": False}
OWN_RULE = {
    "organisation": 2,
    **DAYS,
    "is_own": True,
    "history": [
        {
            **DAYS,
            "made_by": "Muutosjohtaja, Itä-Uudenmaan hyvinvointialue",
            "made_at": "2026-11-24T08:15:00Z",
            "reason": "Päätetty johtoryhmässä.",
        }
    ],
    "can_change": True,
}
