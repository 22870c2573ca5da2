"""Editors who change one map at random and at once, from old pages, over connections that break."""

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.faults.history import CUT_OFF, LOST, Exchange, Key
from tests.faults.replicas import Follower, Replica
from tests.faults.writers import PATIENCE
from tests.gear.client import Answer, Client, Unreachable

CUT = 0.12  # of the requests nobody reads the answer of
AGAIN = 0.05  # of the answered requests are sent once more
GOES_ON = 0.5  # of those who have taken something back take back more, or do it again
STALE = 0.6  # of the texts are written on what was read for an earlier edit
MOST_WORDS, MOST_WORDS_OF_A_TITLE = 40, 12
MOST_SERVICES = 9


def told(answer: Answer) -> dict[str, Any]:
    """What an answer of the API says; nothing when it is another page."""
    found: dict[str, Any] = answer.json if answer.text.startswith("{") else {}
    return found


@dataclass
class Editor:
    """One person. Everything that they ask and hear is kept, and written down at once.

    `hot` are the aspects that everybody writes into, the first of them most.
    """

    name: str
    organisation: int
    client: Client
    replica: Replica
    follower: Follower
    hot: list[str]
    node: int
    log: Path
    chance: random.Random
    exchanges: list[Exchange] = field(default_factory=list)
    opened: dict[Key, tuple[str, int]] = field(default_factory=dict)
    words: int = 0
    done: int = 0
    problem: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to edit."""
        self._thread = threading.Thread(target=self._edit, name=self.name)
        self._thread.start()

    def stop(self) -> None:
        """Finish the edit at hand and stop; the replica is still kept."""
        self._stop.set()

    def join(self) -> None:
        """Wait until the edit at hand is finished."""
        if self._thread:
            self._thread.join()

    def _edit(self) -> None:
        habits: list[tuple[int, Callable[[], None]]] = [
            (50, self._write_together),
            (10, self._answer),
            (6, self._confirmation),
            (6, self._tell_customers),
            (3, self._rename),
            (6, self._place),
            (1, self._lay_out),
            (5, self._remove_or_return),
            (3, self._connect),
            (2, self._add_service),
            (1, self._copy),
            (10, self._take_back),
        ]
        weights = [weight for weight, _habit in habits]
        try:
            while not self._stop.is_set() and not self.problem:
                [(_weight, habit)] = self.chance.choices(habits, weights)
                habit()
                self.done += 1
        except Exception as problem:  # whatever it is belongs to the test
            self.problem = repr(problem)

    # What they do.

    def _write_together(self) -> None:
        weights = [8, *(1 for _aspect in self.hot[1:])]
        [aspect] = self.chance.choices(self.hot, weights)
        self._write(aspect, self.chance.choice(["shared_fi"] * 5 + ["shared_sv"]))

    def _answer(self) -> None:
        self._write(self._one_of("answer", self._is_mine_and_live), "answer_fi")

    def _tell_customers(self) -> None:
        self._write(
            self._one_of("service", self._is_mine_and_live), self.chance.choice(["where_fi", "how_sv"])
        )

    def _rename(self) -> None:
        """A title is one line and never merged."""
        self._write(self.replica.on, "title_sv")

    def _confirmation(self) -> None:
        """To a text that everybody is changing: often it has changed before the confirmation comes."""
        answers = [each for each in self._all("answer") if self.replica.of[each] in self.hot[1:]]
        own = [each for each in answers if self._is_mine(each)]
        if own:
            answer = self.chance.choice(own)
            with self.replica.lock:
                text = self.replica.rows[self.replica.of[answer], "shared_fi"]
            self._op(answer, "confirmation", self.chance.choice([text, text, None]))

    def _place(self) -> None:
        self._op(
            self._one_of("service", self.replica.is_live), "place", self.chance.choice([None, *range(1, 9)])
        )

    def _lay_out(self) -> None:
        self._op(self.replica.on, "places", {})

    def _remove_or_return(self) -> None:
        """Whatever is removed comes back sooner or later, and what everybody writes into stays."""
        kept = {self.replica.of[aspect] for aspect in self.hot}
        kept |= {f"service:{pk}" for each in kept for pk in self.replica.meets[each]}
        subject = self._one_of(self.chance.choice(["service", "interface"]), lambda each: each not in kept)
        if subject:
            with self.replica.lock:
                is_removed = self.replica.rows[subject, "archived"]
            self._op(subject, "archived", not is_removed)

    def _connect(self) -> None:
        services = [each for each in self._all("service") if self.replica.is_live(each)]
        chosen = self.chance.sample(services, min(len(services), self.chance.choice([2, 2, 2, 3])))
        self._op(
            self.replica.on, "add_interface", {"services": [int(each.partition(":")[2]) for each in chosen]}
        )

    def _add_service(self) -> None:
        if len(self._all("service")) < MOST_SERVICES:
            parties = [int(each.partition(":")[2]) for each in self._all("party")]
            wish = {
                "party": self.chance.choice(parties),
                "name_fi": f"Palvelu {self._word()}",
                "node": self.node,
            }
            self._op(self.replica.on, "add_service", wish)

    def _copy(self) -> None:
        if len(self._all("service")) < MOST_SERVICES:
            source = self._one_of("service", self._is_mine_and_live)
            self._op(source, "add_copy", {"name_fi": f"Palvelu {self._word()}"})

    def _take_back(self, how: str = "undo") -> None:
        """As the page does: after an answer that something stays, the next step goes past it."""
        answer = self._ask(how, {"id": str(uuid4()), "before": None})
        if answer.get("seq"):
            answer = self._ask(how, {"id": str(uuid4()), "before": answer["seq"]})
        if answer.get("version") and self.chance.random() < GOES_ON:
            self._take_back(self.chance.choice(["undo", "redo"]))

    # How they do it.

    def _all(self, kind: str) -> list[str]:
        with self.replica.lock:
            return sorted({subject for subject, _name in self.replica.rows if subject.startswith(f"{kind}:")})

    def _is_mine(self, subject: str) -> bool:
        return self.replica.owners.get(subject) == self.organisation

    def _is_mine_and_live(self, subject: str) -> bool:
        return self._is_mine(subject) and self.replica.is_live(subject)

    def _one_of(self, kind: str, wanted: Callable[[str], bool] = lambda _subject: True) -> str:
        found = [subject for subject in self._all(kind) if wanted(subject)]
        return self.chance.choice(found) if found else ""

    def _word(self) -> str:
        """A word that nobody else has ever written."""
        self.words += 1
        return f"{self.name}x{self.words}"

    def _write(self, subject: str, name: str) -> None:
        """Change some words of a text, mostly of the one that was opened for an earlier edit."""
        if not subject:
            return
        key = subject, name
        if key not in self.opened or self.chance.random() > STALE:
            with self.replica.lock:
                self.opened[key] = self.replica.rows[key], self.replica.seq
        text, version = self.opened[key]
        answer = self._op(
            subject,
            name,
            self._changed(text, MOST_WORDS_OF_A_TITLE if name == "title_sv" else MOST_WORDS),
            version,
        )
        if answer.get("version") and answer.get("subject"):
            self.opened[key] = answer["value"], answer["version"]
        else:
            del self.opened[key]

    def _changed(self, text: str, most: int) -> str:
        words = text.split(" ") if text else []
        at = self.chance.randint(0, len(words))
        new = [self._word() for _each in range(self.chance.randint(1, 3))]
        gone = self.chance.choice([0, 0, 0, 1, 1, 2]) if len(words) < most else most // 2
        words[at : at + gone] = [*new[:-1], new[-1] + self.chance.choice(["", ".", ","])]
        return " ".join(words).strip()

    def _op(self, subject: str, name: str, value: Any, version: int | None = None) -> dict[str, Any]:
        if not subject:
            return {}
        op = {
            "id": str(uuid4()),
            "subject": subject,
            "property": name,
            "base_version": self.replica.seq if version is None else version,
            "value": value,
        }
        return self._ask("op", op)

    def _ask(self, what: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Send it, always under the same id, until an answer has been read; the answer."""
        path = f"/api/v1/maps/{self.replica.map_id}/{'ops' if what == 'op' else what}/"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.chance.random() < CUT:
                self._cut_off(path, sent)
                self._note(what, sent, CUT_OFF)
            try:
                answer = self._send(what, path, sent)
                if answer.status == 200 and self.chance.random() < AGAIN:
                    self._send(what, path, sent)
                if answer.status < 500 and answer.status != 429:
                    return told(answer)
            except Unreachable:
                self._note(what, sent, LOST)
            time.sleep(0.1)
        raise AssertionError(f"The portal did not come back: {sent['id']} is not answered.")

    def _send(self, what: str, path: str, sent: dict[str, Any]) -> Answer:
        answer = self.client.post_json(path, sent)
        self._note(what, sent, answer.status, told(answer))
        return answer

    def _cut_off(self, path: str, sent: dict[str, Any]) -> None:
        """Send it and hang up: it is done or not, or about to be done while it is sent again."""
        with suppress(*Unreachable):
            body = json.dumps(sent).encode()
            connection = self.client.begin("POST", path, body, Content_Type="application/json")
            time.sleep(self.chance.choice([0, 0, 0.01, 0.05]))
            connection.close()

    def _note(self, what: str, sent: dict[str, Any], status: int, answer: Any = None) -> None:
        exchange = Exchange(self.name, what, sent, status, answer or {})
        self.exchanges.append(exchange)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(vars(exchange)) + "\n")
