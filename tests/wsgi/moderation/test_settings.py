"""The page of the settings: what is kept, what is told, and what is not lost, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
import requests
from hypothesis import given, settings
from werkzeug.test import Client

from linkback_protocol import MemoryStore, Receiver
from linkback_protocol.policy import Policy, StoredPolicy
from linkback_protocol.wsgi.moderation import Moderation
from tests.peers import served
from tests.wsgi.moderation.desks import SECRET, SITE, add, mounted, user_of
from tests.wsgi.moderation.pages import Browser, Page
from tests.wsgi.moderation.test_escaping import TEXT, structure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkback_protocol import Store

POST = SITE + "a-post/"
OTHER = SITE + "other/"
PAGES = ("settings", "settings?start=x", "settings/page?url=" + quote(POST))


@pytest.fixture
def policy(store: Store) -> StoredPolicy:
    return StoredPolicy(store, remember=0)


@pytest.fixture
def owner(serve: Callable[..., Browser], policy: StoredPolicy) -> Browser:
    return serve(policy=policy, site=SITE)


def page_of(owner: Browser, address: str) -> Page:
    return owner.get("settings/page?" + urlencode({"url": address}))


def keep(owner: Browser, page: Page, **typed: str) -> Page:
    """Press the button that keeps, with some fields filled in another way."""
    values = {name: value for name, value in page.values().items() if name != "url"}
    return owner.press(page, "keep", "yes", fields=(values | typed).items())


def reset(owner: Browser, page: Page, address: str) -> Page:
    """Press the button that resets a page in the list of all."""
    page.forms = [form for form in page.forms if ("page", address) in form.hidden]
    return owner.press(page, "reset", "yes")


class TestWithoutAPolicy:
    @pytest.mark.parametrize("path", [*PAGES, "settings/keep"])
    def test_there_is_no_page(self, browser: Browser, store: Store, path: str) -> None:
        add(store, 1)
        token = dict(browser.get().form("decision").hidden)["token"]
        method = "POST" if path.endswith("keep") else "GET"
        sent = {"token": token, "pingbacks": "no"}
        answer = browser.session.request(method, browser.url + path, data=sent, timeout=10)
        assert answer.status_code == 404
        assert store.settings() == {}

    def test_nothing_leads_to_it(self, browser: Browser, owner: Browser) -> None:
        assert "Settings" not in browser.get().links()
        assert owner.get().links()["Settings"] == "/linkbacks/settings"
        (link,) = (
            given for tag, given in owner.get("settings").elements if "aria-current" in given
        )
        assert link["href"] == "/linkbacks/settings"


class TestSite:
    def test_what_is_chosen_is_kept_and_shown(self, owner: Browser, policy: StoredPolicy) -> None:
        page = owner.get("settings")
        assert page.values() == {
            "pingbacks": "", "trackbacks": "", "moderate": "", "close_after": "", "url": "",
        }  # fmt: skip
        page = keep(owner, page, trackbacks="no", moderate="yes", close_after=" 30 ")
        assert policy.site() == Policy(trackbacks=False, moderate=True, close_after=30)
        assert "The settings of the site were kept." in page.text()
        assert page.values() | {"url": ""} == {
            "pingbacks": "", "trackbacks": "no", "moderate": "yes", "close_after": "30", "url": "",
        }  # fmt: skip
        assert "Trackbacksnot taken, set for the site" in page.text("dl")
        assert "Pingbackstaken, as the server says" in page.text("dl")
        page = keep(owner, page, trackbacks="", moderate="", close_after="")
        assert policy.says_nothing

    def test_what_was_kept_on_the_command_line_is_shown(
        self, owner: Browser, policy: StoredPolicy
    ) -> None:
        policy.change(Policy(pingbacks=False, close_after=7.5))
        values = owner.get("settings").values()
        assert (values["pingbacks"], values["close_after"]) == ("no", "7.5")

    @pytest.mark.parametrize(
        "typed", ["-1", "soon", "nan", "1e3", "1_0", "\u0663", "1234567", "30 days", "0x1", "<b>"]
    )
    def test_wrong_days_keep_nothing_but_what_was_typed(
        self, owner: Browser, policy: StoredPolicy, typed: str
    ) -> None:
        page = keep(owner, owner.get("settings"), pingbacks="no", close_after=typed)
        assert page.status == 400
        assert page.text().count("The days are a number such as 30") == 1
        assert page.values()["close_after"] == typed
        assert page.values()["pingbacks"] == "no"
        (wrong,) = (given for _, given in page.elements if "aria-invalid" in given)
        assert (wrong["id"], "autofocus" in wrong) == ("close_after", True)
        assert policy.says_nothing
        keep(owner, page, close_after="3")
        assert policy.site() == Policy(pingbacks=False, close_after=3)

    @pytest.mark.parametrize("moderate", [True, False])
    def test_the_server_is_behind_it(
        self, serve: Callable[..., Browser], store: Store, moderate: bool
    ) -> None:
        policy = StoredPolicy(store)
        receiver = Receiver(store=store, site=SITE, moderate=moderate, policy=policy)
        try:
            page = serve(store=receiver, policy=policy).get("settings")
        finally:
            receiver.close()
        word = "waits" if moderate else "is shown"
        assert f"As the server says ({word})" in page.text("option")
        assert f"{word}, as the server says" in page.text("dl")


class TestPages:
    def test_one_is_added_changed_and_reset(self, owner: Browser, policy: StoredPolicy) -> None:
        policy.change(Policy(trackbacks=False, close_after=30))
        page = page_of(owner, f" {POST}#comments ")
        assert page.links()[POST] == POST
        assert "As the site says (not taken)" in page.text("option")
        assert not [form for form in page.forms if any("reset" in b.values() for b in form.buttons)]
        page = keep(owner, page, pingbacks="no", close_after="0")
        assert "The settings of this page were kept." in page.text()
        assert policy.pages() == {POST: Policy(pingbacks=False, close_after=0)}
        said = page.text("dl")
        assert "Pingbacksnot taken, set for this page" in said
        assert "Trackbacksnot taken, set for the site" in said
        assert "What nobody decided aboutas the server says" in said
        assert "Closesnever, set for this page" in said

        listed = owner.get("settings")
        assert "Pingbacks not taken; closes never" in listed.text("li")
        assert page_of(owner, POST).values()["pingbacks"] == "no"
        assert owner.get(listed.links()[POST]).values()["pingbacks"] == "no"
        keep(owner, page_of(owner, OTHER), moderate="no")
        page = reset(owner, owner.get("settings"), POST)
        assert f"{POST} has no settings of its own any more." in page.text()
        assert policy.pages() == {OTHER: Policy(moderate=False)}
        assert POST not in page.links()
        page = keep(owner, page_of(owner, OTHER), moderate="")
        assert policy.pages() == {}
        assert policy.site() == Policy(trackbacks=False, close_after=30)

    def test_any_spelling_is_the_same_page(self, owner: Browser, policy: StoredPolicy) -> None:
        policy.change(Policy(pingbacks=False), page=POST)
        page = page_of(owner, POST.removesuffix("/").upper().replace("A-POST", "%61-post"))
        assert page.values()["pingbacks"] == "no"
        keep(owner, page, pingbacks="")
        assert policy.pages() == {}

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "whole address"),
            ("a-post/", "whole address"),
            ("/a-post/", "whole address"),
            ("javascript:alert(1)", "whole address"),
            ("http://blog.example/" + "x" * 3000, "whole address"),
            ('"><b>', "whole address"),
            ("http://other.example/a-post/", "no page of the site"),
        ],
    )
    def test_a_wrong_address_is_asked_for_again(
        self, owner: Browser, typed: str, said: str
    ) -> None:
        page = page_of(owner, typed)
        assert page.status == 400
        assert page.values()["url"] == typed
        assert said in page.text()
        assert "http://blog.example/a/" in page.text()
        (wrong,) = (given for _, given in page.elements if "aria-invalid" in given)
        assert (wrong["id"], "autofocus" in wrong) == ("url", True)

    def test_wrong_days_show_the_page_again(self, owner: Browser, policy: StoredPolicy) -> None:
        page = keep(owner, page_of(owner, POST), trackbacks="no", close_after="x")
        assert page.status == 400
        assert page.links()[POST] == POST
        assert (page.values()["close_after"], page.values()["trackbacks"]) == ("x", "no")
        keep(owner, page, close_after="")
        assert policy.own(POST) == Policy(trackbacks=False)

    def test_without_a_site_any_page_will_do(
        self, serve: Callable[..., Browser], policy: StoredPolicy
    ) -> None:
        owner = serve(policy=policy)
        address = "https://anywhere.example/x"
        keep(owner, page_of(owner, address), pingbacks="no")
        assert policy.own(address) == Policy(pingbacks=False)

    def test_many_are_shown_in_parts(self, owner: Browser, policy: StoredPolicy) -> None:
        addresses = [f"{SITE}page-{number:03}/" for number in range(120)]
        for address in addresses:
            policy.change(Policy(pingbacks=False), page=address)
        page = owner.get("settings")
        assert "Pages with settings of their own: 120" in page.text("h2")
        assert "From the first" not in page.links()
        found = []
        while True:
            found.append([each for each in page.links() if each in addresses])
            if "More" not in page.links():
                break
            page = owner.get(page.links()["More"])
        assert [len(each) for each in found] == [50, 50, 20]
        assert [each for part in found for each in part] == addresses
        assert page.links()["From the first"] == "/linkbacks/settings"

    def test_it_leads_to_the_linkbacks_of_the_page(self, owner: Browser) -> None:
        page = owner.get(page_of(owner, POST).links()["Linkbacks of this page"])
        assert page.values()["page"] == POST


class TestTwoOwners:
    @pytest.mark.parametrize("address", ["", POST])
    def test_one_does_not_lose_the_change_of_another(
        self, owner: Browser, policy: StoredPolicy, address: str
    ) -> None:
        bob = Browser(owner.url, "bob")
        seen = [
            page_of(each, address) if address else each.get("settings") for each in (owner, bob)
        ]
        assert keep(owner, seen[0], pingbacks="no").status == 200
        again = keep(bob, seen[1], trackbacks="no", close_after="5")
        assert again.status == 409
        assert "Somebody else has changed these settings" in again.text()
        kept = policy.own(address) if address else policy.site()
        assert kept == Policy(pingbacks=False)
        # What he typed is there still, and what she did can be seen.
        assert (again.values()["trackbacks"], again.values()["close_after"]) == ("no", "5")
        assert "Pingbacksnot taken" in again.text("dl")
        assert keep(bob, again, pingbacks="no").status == 200
        kept = policy.own(address) if address else policy.site()
        assert kept == Policy(pingbacks=False, trackbacks=False, close_after=5)

    def test_the_same_change_twice_is_no_quarrel(
        self, owner: Browser, policy: StoredPolicy
    ) -> None:
        page = owner.get("settings")
        assert keep(owner, page, pingbacks="no").status == 200
        assert keep(owner, page, pingbacks="no").status == 200
        assert policy.site() == Policy(pingbacks=False)

    def test_what_was_changed_since_is_not_reset(
        self, owner: Browser, policy: StoredPolicy
    ) -> None:
        policy.change(Policy(pingbacks=False), page=POST)
        seen = owner.get("settings")
        policy.change(Policy(trackbacks=False), page=POST)
        page = reset(owner, seen, POST)
        assert page.status == 409
        assert page.values()["trackbacks"] == "no"
        assert policy.own(POST) == Policy(trackbacks=False)
        owner.press(page, "reset", "yes")
        assert policy.pages() == {}


class TestForms:
    @pytest.mark.parametrize("path", PAGES)
    def test_strangers_see_nothing(self, owner: Browser, policy: StoredPolicy, path: str) -> None:
        policy.change(Policy(pingbacks=False), page=POST)
        answer = requests.get(owner.url + path, timeout=10)
        assert answer.status_code == 403
        assert "a-post" not in answer.text

    @pytest.mark.parametrize(
        ("fields", "headers", "status"),
        [
            ({"token": ""}, {}, 403),
            ({"token": "0" * 64}, {}, 403),
            ({}, {"X-User": "bob"}, 403),
            ({}, {"X-User": ""}, 403),
            ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
            ({}, {"Origin": "http://evil.example"}, 403),
            ({}, {"Content-Type": "text/plain"}, 415),
            ({"pingbacks": "maybe"}, {}, 400),
            ({"moderate": "True"}, {}, 400),
            ({"page": "nonsense"}, {}, 400),
            ({"page": "http://other.example/"}, {}, 400),
            ({"close_after": "1" * 70000}, {}, 413),
            ({"before": ""}, {}, 409),
            ({"before": '{"pingbacks": NaN}'}, {}, 409),
        ],
    )
    def test_what_is_not_ours_keeps_nothing(
        self,
        owner: Browser,
        policy: StoredPolicy,
        fields: dict[str, str],
        headers: dict[str, str],
        status: int,
    ) -> None:
        form = owner.get("settings").form("keep")
        sent = {**dict(form.hidden), "trackbacks": "no", **fields}
        answer = owner.session.post(
            owner.url + "settings/keep", data=sent, headers=headers, timeout=10
        )
        assert answer.status_code == status
        assert policy.says_nothing

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    @pytest.mark.parametrize("path", PAGES)
    def test_looking_is_not_changing(self, owner: Browser, method: str, path: str) -> None:
        answer = owner.session.request(method, owner.url + path, timeout=10)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")

    @pytest.mark.parametrize("path", PAGES)
    def test_the_answers_say_what_a_browser_may_do(self, owner: Browser, path: str) -> None:
        answer = owner.session.get(owner.url + path, timeout=10)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert answer.headers["Cache-Control"] == "no-store"
        for tag, given_ in Page(answer.text).elements:
            assert tag not in ("style", "base", "iframe")
            assert not {name for name in given_ if name.startswith("on") or name == "style"}


def shown(policy: StoredPolicy, store: Store, user: str, *paths: str) -> Iterator[Page]:
    app = Moderation(
        store, authenticate=lambda _: user, secret=SECRET, policy=policy, site="http://a.example/"
    )
    client = Client(app)
    for path in paths:
        yield Page(client.get(path).text)
    token = dict(Page(client.get("/settings").text).forms[0].hidden)["token"]
    fields = {"token": token, "before": user, "close_after": user, "page": "http://a.example/"}
    body = urlencode(fields, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    yield Page(client.post("/settings/keep", data=body, content_type=kind).text)


def drawn(text: str) -> list[list[tuple[str, tuple[str, ...]]]]:
    """Return the structure of the pages with a text wherever there may be one."""
    store = MemoryStore()
    policy = StoredPolicy(store, remember=0)
    address = "http://a.example/" + quote(text, safe="<>'&", errors="replace")
    policy.change(Policy(pingbacks=False), page=address)
    paths = (
        "/settings?" + urlencode({"start": "http:"}),
        "/settings/page?" + urlencode({"url": text}, errors="surrogatepass"),
        "/settings/page?" + urlencode({"url": address}),
    )
    return [structure(page) for page in shown(policy, store, text, *paths)]


BLAND = drawn("x")


@settings(deadline=None)
@given(TEXT)
def test_no_text_adds_an_element_or_an_attribute(text: str) -> None:
    assert drawn(text) == BLAND


def test_they_lead_below_any_mount(policy: StoredPolicy, store: Store) -> None:
    app: Any = Moderation(store, authenticate=user_of, secret=SECRET, policy=policy)
    with served(mounted(mounted(app))) as base:
        page = Browser(base + "linkbacks/linkbacks/").get("settings")
        assert page.form("keep").action == "/linkbacks/linkbacks/settings/keep"
        assert page.links()["Settings"] == "/linkbacks/linkbacks/settings"
