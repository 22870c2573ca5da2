"""Texts that try to run a script are stored through the API, shown on every page, and stay texts.

The browser ignores the Content-Security-Policy here, so that it is the escaping that is tried. The policy has a test of
its own: test_content_security_policy.py.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Dialog, Page, Route

from tests.browser.conftest import watch
from tests.browser.test_map_editor import PORVOO, READER, YOUTH
from tests.portal import PortalServer
from tests.security.test_identity_codes import corpus
from yhdyspinta.embedded.browser import sign_in, speak

VECTORS = [f"{vector} lue{number}" for number, vector in enumerate(corpus("xss_corpus.txt"))]
"""Each with a word at its end that must be readable on the page."""

SWEEP = """() => {
    const found = window.__xss === undefined ? [] : ["a script ran"];
    const bad = "iframe, object, embed, base, body meta, body link, body style, math, marquee, svg script, svg a";
    document.querySelectorAll(bad).forEach((each) => found.push(each.outerHTML.slice(0, 200)));
    document.querySelectorAll("script:not([nonce]):not([type='application/json'])").forEach((each) => found.push(each.outerHTML));
    for (const each of document.querySelectorAll("*")) for (const { name, value } of each.attributes) {
        const address = ["href", "src", "action", "formaction", "xlink:href", "data"].includes(name);
        if (/^on/.test(name) || (address && /^\\s*(javascript|data|vbscript)/i.test(value))) found.push(`${name}=${value}`);
    }
    const typed = [...document.querySelectorAll("textarea, input[type=text]")].filter((each) => each.checkVisibility());
    return [found, [document.body.innerText, ...typed.map((each) => each.value)].join("\\n")];
}"""


def test_the_corpus_is_large_enough() -> None:
    assert len(set(VECTORS)) >= 60


@pytest.fixture
def reached(browser: Browser, portal_server: PortalServer, problems: list[str]) -> Iterator[dict[str, Page]]:
    """A page for an editor and one for a reader, without the policy's protection; a dialog is a failure."""
    contexts, pages = [], {}

    def refused(dialog: Dialog) -> None:
        problems.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    for person in (PORVOO, READER):
        context = browser.new_context(
            base_url=portal_server.url, bypass_csp=True, viewport={"width": 1440, "height": 900}
        )
        contexts.append(context)
        page = pages[person] = context.new_page()
        page.set_default_timeout(10_000)
        watch(page, portal_server.url, problems)
        page.on("dialog", refused)
        page.route("**/static/**", from_disk)
        sign_in(page, person)
        speak(context, portal_server.url, "en")
    yield pages
    for context in contexts:
        context.close()


def from_disk(route: Route) -> None:
    """Scripts as they are and nothing else: hundreds of pages are opened here, and only their elements matter."""
    path = urlsplit(route.request.url).path.removeprefix("/static/")
    if path.endswith(".js"):
        body = (settings.BASE_DIR / "static" / path).read_text(encoding="utf-8")
        route.fulfill(body=body, content_type="text/javascript")
    else:
        route.fulfill(body="", content_type="text/css")


class Writer:
    """Sends ops as the editor does, over HTTP with the session's cookies."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.number = re.findall(r"\d+", address)[-1]

    def op(self, subject: str, name: str, value: object) -> int:
        token = next(each["value"] for each in self.page.context.cookies() if each["name"] == "csrftoken")
        op = {"id": str(uuid4()), "subject": subject, "property": name, "base_version": 10**6, "value": value}
        answer = self.page.request.post(
            f"/api/v1/maps/{self.number}/ops/", data=op, headers={"X-CSRFToken": token}
        )
        return answer.status

    def subjects(self, path: str) -> dict[str, str]:
        """The editable properties of a page, and the subject of each."""
        text = self.page.request.get(path).text()
        pairs = re.findall(
            r'name="subject" value="([\w:]+)">\s*<input type="hidden" name="property" value="(\w+)"', text
        )
        return {name: subject for subject, name in pairs}


def packed(limit: int) -> list[str]:
    """All vectors in as few texts as hold them."""
    texts = [""]
    for vector in VECTORS:
        if len(texts[-1]) + len(vector) + 2 > limit:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n\n{vector}".strip()
    return texts


def looked_at(page: Page, path: str, problems: list[str], shown: str = "") -> None:
    """Open the page: nothing ran, nothing of the text became an element, and all of `shown` can be read."""
    page.goto(path)
    swept(page, shown)
    problems[:] = [line for line in problems if "409" not in line and "422" not in line]


def swept(page: Page, shown: str = "") -> None:
    found, visible = page.evaluate(SWEEP)
    assert found == [], page.url
    missing = set(re.findall(r"\blue\d+\b", shown)) - set(re.findall(r"\blue\d+\b", visible))
    assert not missing, page.url
    assert "{{7*7}}" not in shown or "{{7*7}}" in visible, page.url


@pytest.mark.slow
def test_nothing_stored_ever_runs(reached: dict[str, Page], problems: list[str]) -> None:
    editor, reader = reached[PORVOO], reached[READER]
    editor.goto("/kartat/")
    address = editor.get_by_role("link", name=YOUTH, exact=True).get_attribute("href") or ""
    writer = Writer(editor, address)
    drawing = editor.request.get(f"/api/v1/maps/{writer.number}/drawing/").json()

    # Answers of the parties and shared answers: every vector in every property.
    aspects = [
        f"{interface['url']}{number}/" for interface in drawing["interfaces"] for number in range(1, 10)
    ]
    tried, per_page = aspects[:9], -(-len(VECTORS) // 9)
    on_page: dict[str, str] = {}
    for at, path in enumerate(tried):
        subjects = writer.subjects(path)
        for turn, name in enumerate(("shared_fi", "shared_sv", "answer_fi", "answer_sv")):
            start = (at + 2 * turn) * per_page % len(VECTORS)
            text = "\n\n".join((VECTORS + VECTORS)[start : start + per_page])
            assert writer.op(subjects[name], name, text) == 200
            on_page[path] = f"{on_page.get(path, '')} {text}"
    whole = aspects[-10]
    subjects = writer.subjects(whole)
    for name, text in zip(("shared_fi", "shared_sv", "answer_fi"), packed(5_000) * 3, strict=False):
        assert writer.op(subjects[name], name, text) == 200
    on_page[whole] = ""

    # The map's names, in its drawing as data for the script and in its head.
    subject = f"map:{writer.number}"
    for at, text in enumerate(packed(150)):
        assert writer.op(subject, ("title_fi", "title_sv")[at % 2], text) == 200
        if at % 3 == 0:
            looked_at(reader if at % 2 else editor, address, problems, text if at % 2 == 0 else "")
    looked_at(reader, "/kartat/", problems)

    # Reasons, evidence, services, the customer's questions.
    for path, text in zip(aspects[-9:], packed(300), strict=False):
        assert writer.op(writer.subjects(path)["not_applicable_reason"], "not_applicable_reason", text) == 200
    evidence = writer.subjects(aspects[-1])["add_evidence"]
    for text in packed(200):
        assert writer.op(evidence, "add_evidence", {"title": text, "url": "https://a.example/"}) == 200
    for vector in VECTORS[::16]:
        status = writer.op(evidence, "add_evidence", {"title": "u", "url": f"https://a.example/{vector}"})
        assert status in {200, 422}
        assert writer.op(evidence, "add_evidence", {"title": "u", "url": vector}) == 422
    party = next(each["id"] for each in drawing["parties"] if each["side"] == "municipality")
    node = re.search(r'<option value="(\d+)"', editor.request.get(f"{address}palvelut/lisaa/").text())
    assert node
    names = packed(120)
    for text in names:
        wish = {"party": party, "name_fi": text, "name_sv": text, "node": node[1]}
        assert writer.op(subject, "add_service", wish) == 200
    services = [each["url"] for each in drawing["services"] if each["party"] == party]
    for path, text in zip(services, packed(2_000), strict=False):
        subjects = writer.subjects(path)
        for name in ("where_fi", "where_sv", "how_fi", "how_sv"):
            assert writer.op(subjects[name], name, text) == 200
        looked_at(reader, path, problems, text)
        looked_at(editor, path, problems, text)

    for path in (address, f"{address}lista/", f"{address}taulukko/"):
        looked_at(reader, path, problems, " ".join(VECTORS))
        looked_at(editor, path, problems, " ".join(VECTORS))
    for part in ("asetukset/", "palvelut/lisaa/", "yhdyspinnat/yhdista/"):
        looked_at(editor, f"{address}{part}", problems)
    for path in ("/", "/palvelut/", "/kartat/uusi/", "/oma/"):
        looked_at(editor, path, problems)
    for interface in drawing["interfaces"]:
        looked_at(reader, interface["url"], problems)
    for path, text in on_page.items():
        looked_at(reader, path, problems, text)
    for path in [whole, *tried, *aspects[-9:]]:
        looked_at(editor, path, problems, on_page.get(path, ""))
    following = f"{address}historia/"
    while following:
        looked_at(editor, following, problems)
        links = editor.locator(".pagination a[rel=next]")
        following = urljoin(following, links.get_attribute("href") or "") if links.count() else ""

    # The panel shows the same parts through innerHTML.
    reader.goto(address)
    for interface in drawing["interfaces"][:1]:
        reader.locator(f"[data-key='interface:{interface['id']}']").dispatch_event("click")
        reader.locator("[data-panel-body] .aspect-list__link").first.click()
        for number in range(1, 10):
            reader.wait_for_selector(f"[data-panel-title]:has-text('{number}.')")
            swept(reader, on_page.get(f"{interface['url']}{number}/", ""))
            if number < 9:
                reader.locator(".panel-steps a").last.click()

    # Two versions, and a refusal: as the script shows them, and as pages of their own.
    for at, text in enumerate(packed(4_900)):
        path = aspects[at]
        for changes in ({"base_version": "0"}, {"value": f"{text} 131052-308T"}):
            editor.goto(path)
            form = editor.locator("form.edit:has(textarea:not([hidden]))").first
            form.locator("textarea").fill(changes.get("value", text))
            if "base_version" in changes:
                form.locator("[name=base_version]").evaluate("field => (field.value = 0)")
            editor.keyboard.press("Tab")
            editor.wait_for_selector(".conflict__text, [data-edit-error]")
            swept(editor, text)
            editor.evaluate(
                "document.querySelectorAll('[data-edit]').forEach((each) => each.removeAttribute('data-edit'))"
            )
            form.locator("button[type=submit]").last.evaluate("button => button.click()")
            editor.wait_for_url("**/muuta/")
            swept(editor, text)
    problems[:] = [line for line in problems if "409" not in line and "422" not in line]
