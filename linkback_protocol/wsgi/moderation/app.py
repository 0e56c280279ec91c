"""A page to moderate linkbacks by, mounted beside an app.

::

    moderation = Moderation(
        store,
        authenticate=basic_auth(password_file("moderators.txt"), store=store),
        secret=os.environ["LINKBACK_SECRET"],
    )
    app = DispatcherMiddleware(app, {"/linkbacks": moderation})

Nothing of it is shown to anybody whom `authenticate` has no name for. Use it over HTTPS.
"""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, urlencode

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from linkback_protocol import url
from linkback_protocol.errors import StoreError
from linkback_protocol.judgement import candidate_again, opinions
from linkback_protocol.moderation import Moderator, NoSuchLinkback
from linkback_protocol.receiver import Receiver
from linkback_protocol.targets import read_site
from linkback_protocol.wsgi.moderation.basic_auth import BasicAuth
from linkback_protocol.wsgi.moderation.deciding import decide
from linkback_protocol.wsgi.moderation.detail import detail
from linkback_protocol.wsgi.moderation.filters import Filters, look_up
from linkback_protocol.wsgi.moderation.forms import Form, Unusable, read_form
from linkback_protocol.wsgi.moderation.headers import harden
from linkback_protocol.wsgi.moderation.items import source_host
from linkback_protocol.wsgi.moderation.layout import Frame, page, problem
from linkback_protocol.wsgi.moderation.passages import Passages
from linkback_protocol.wsgi.moderation.queue import queue
from linkback_protocol.wsgi.moderation.settings import Settings, Shown
from linkback_protocol.wsgi.moderation.signing import Notice, Signer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.routing import MapAdapter

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.moderation import Listener
    from linkback_protocol.policy import StoredPolicy
    from linkback_protocol.stores import Store
    from linkback_protocol.url import URL
    from linkback_protocol.validators import Validator
    from linkback_protocol.wsgi.moderation.detail import Opinions

logger = logging.getLogger(__name__)

_STATIC: Final = {
    "moderation.css": "text/css; charset=utf-8",
    "moderation.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FAILED = "It did not work out; the log says why."
_MAX_USER = 100
_PATH_SAFE = "/!$&'()*+,;=:@~"
_PAGES = Map(
    [
        Rule("/", endpoint="queue", methods=["GET"]),
        Rule("/<int:number>", endpoint="detail", methods=["GET"]),
        Rule("/static/<name>", endpoint="static", methods=["GET"]),
        Rule("/decide", endpoint="decide", methods=["POST"]),
        Rule("/hosts", endpoint="hosts", methods=["POST"]),
        Rule("/notes", endpoint="notes", methods=["POST"]),
        Rule("/ask", endpoint="ask", methods=["POST"]),
        Rule("/settings", endpoint="settings", methods=["GET"]),
        Rule("/settings/page", endpoint="page_settings", methods=["GET"]),
        Rule("/settings/keep", endpoint="keep_settings", methods=["POST"]),
    ],
    strict_slashes=False,
    merge_slashes=False,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request by somebody who may moderate."""

    request: Request
    user: str
    pages: MapAdapter
    now: float

    def address(self, endpoint: str, /, **values: str | int) -> str:
        """Return the address of a page of ours, below wherever it is mounted."""
        return self.pages.build(endpoint, {name: each for name, each in values.items() if each})


class Moderation:
    """A page where linkbacks are looked at and decided about; it works without JavaScript.

    :param store: whose linkbacks; or the receiver that keeps them, which tells the site too.
    :param authenticate: tells from a request who moderates, for the history; None or an empty name
        is nobody. It must not raise, but for `StoreError`.
    :param secret: at least 16 characters that nobody else knows; signs the forms. All processes
        need the same.
    :param challenge: answers whom `authenticate` does not know, such as by a redirect to a page to
        sign in; by default what `BasicAuth` asks, else 403.
    :param validators: may be asked again about a linkback.
    :param site: base URL of the site, or several, for those validators.
    :param unlinked_trackbacks: whether the receiver lets trackbacks in that are not verified.
    :param listeners: called after each decision, such as one that teaches a spam service.
    :param block: called with a host to keep out from now on, where that is offered; such as
        ``partial(add_entry, "blocked.txt", out_of="allowed.txt")`` of
        `linkback_protocol.validators.host_lists`.
    :param allow: called with a host to trust from now on, likewise.
    :param policy: the settings to show and change; the receiver must ask the same ones. Without it
        there is no page for them.
    :param title: what the page is called.
    :param clock: seconds since the epoch.
    :raises ValueError: the secret is too short, or the site is no URL.
    """

    def __init__(
        self,
        store: Store | Receiver,
        *,
        authenticate: Callable[[WSGIEnvironment], str | None],
        secret: str,
        challenge: WSGIApplication | None = None,
        validators: Sequence[Validator] = (),
        site: str | Sequence[str] = (),
        unlinked_trackbacks: bool = False,
        listeners: Sequence[Listener] = (),
        block: Callable[[str], object] | None = None,
        allow: Callable[[str], object] | None = None,
        policy: StoredPolicy | None = None,
        title: str = "Linkbacks",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._site: tuple[URL, ...] = read_site(site)
        moderate = None
        if isinstance(store, Receiver):
            self._site = self._site or store.site
            moderate = store.moderate
            store = store.store
        self._store = store
        self._authenticate = authenticate
        if challenge is None and isinstance(authenticate, BasicAuth):
            challenge = authenticate.challenge
        self._challenge = challenge or _forbidden
        self._signer = Signer(secret)
        self._validators = tuple(validators)
        self._unlinked_trackbacks = unlinked_trackbacks
        self._moderator = Moderator(store, listeners=listeners, clock=clock)
        self._hosts = {"block": block, "allow": allow}
        self._title = title
        self._clock = clock
        self._passages = Passages(store)
        folder = files(__package__)
        self._static = {name: (folder / name).read_bytes() for name in _STATIC}
        self._answers: dict[str, Callable[..., Response]] = {
            "queue": self._queue,
            "detail": self._detail,
            "static": self._file,
            "decide": self._decide,
            "hosts": self._list_host,
            "notes": self._annotate,
            "ask": self._ask,
        }
        self._can_set = policy is not None
        if policy is not None:
            shown = Settings(policy, site=self._site, moderate=moderate)
            self._answers |= {
                "settings": partial(self._show, shown.show),
                "page_settings": partial(self._show, shown.show_page),
                "keep_settings": partial(self._keep, shown),
            }
        self._version = hashlib.sha256(b"".join(self._static.values())).hexdigest()[:12]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, of somebody who may."""
        try:
            user = self._authenticate(environ)
        except StoreError:
            logger.exception("nobody can be let in to moderate")
            return _plain(500, _FAILED)(environ, start_response)
        if not user:
            return self._challenge(environ, start_response)
        request = Request(environ)
        pages = _PAGES.bind(
            "localhost",
            script_name=quote(request.root_path, safe=_PATH_SAFE),
            path_info=request.path,
            default_method=request.method,
        )
        asked = _Asked(request, user[:_MAX_USER], pages, self._clock())
        return harden(self._answer(asked))(environ, start_response)

    def _answer(self, asked: _Asked) -> Response:
        try:
            endpoint, values = asked.pages.match()
            if endpoint not in self._answers:
                raise NotFound
            return self._answers[endpoint](asked, **values)
        except MethodNotAllowed as error:
            response = self._problem(asked, 405, "This is not how this page is used.")
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
            return response
        except HTTPException:
            return self._problem(asked, 404, "There is no such page.")
        except Unusable as error:
            return self._problem(asked, error.status, str(error))
        except NoSuchLinkback as error:
            what = f"There is no linkback {error.linkback_id}, or not any more."
            return self._problem(asked, 404, what)
        except StoreError:
            logger.exception("the moderation page failed")
            return self._problem(asked, 500, _FAILED)

    def _problem(self, asked: _Asked, status: int, text: str) -> Response:
        return _html(page(self._frame(asked), "Problem", problem(text)), status)

    def _frame(
        self, asked: _Asked, *, filters: Filters | None = None, item: int | None = None
    ) -> Frame:
        did = asked.request.args.get("did", "")
        return Frame(
            title=self._title,
            user=asked.user,
            token=self._signer.token(asked.user, now=asked.now),
            now=asked.now,
            address=asked.address,
            version=self._version,
            view="" if filters is None else urlencode(filters.values()),
            item=item,
            notice=self._signer.read_notice(did, asked.user, now=asked.now) if did else None,
            can_block=self._hosts["block"] is not None,
            can_allow=self._hosts["allow"] is not None,
            can_ask=bool(self._validators),
            can_set=self._can_set,
        )

    def _queue(self, asked: _Asked) -> Response:
        filters = Filters.read(asked.request.args)
        screen = look_up(self._store, filters)
        written = queue(
            self._frame(asked, filters=filters),
            self._store.count(),
            filters,
            screen,
            self._passages.of(screen.linkbacks),
        )
        return _html(written, 400 if filters.problems else 200)

    def _detail(self, asked: _Asked, number: int) -> Response:
        return self._about(asked, self._moderator.get(number))

    def _about(
        self,
        asked: _Asked,
        linkback: Linkback,
        *,
        status: int = 200,
        opinions: Opinions | None = None,
        complaint: str = "",
        notes: str | None = None,
    ) -> Response:
        (passage,) = self._passages.of([linkback])
        written = detail(
            self._frame(asked, item=linkback.id),
            linkback,
            passage,
            opinions=opinions,
            complaint=complaint,
            notes=notes,
        )
        return _html(written, status)

    def _file(self, asked: _Asked, name: str) -> Response:
        if name not in _STATIC:
            raise Unusable(404, "There is no such page.")
        response = Response(self._static[name], content_type=_STATIC[name])
        if asked.request.args.get("v") == self._version:
            # Nothing of anybody's is in it, and another version has another address.
            response.headers["Cache-Control"] = "private, max-age=86400"
        return response

    def _form(self, asked: _Asked) -> Form:
        return read_form(asked.request, self._signer, asked.user, now=asked.now)

    def _decide(self, asked: _Asked) -> Response:
        form = self._form(asked)
        notice = decide(
            self._moderator,
            form.ids(),
            form.decision(),
            form.until(),
            by=asked.user,
            now=asked.now,
        )
        return self._back(asked, form, notice)

    def _list_host(self, asked: _Asked) -> Response:
        form = self._form(asked)
        listed = "block" if form.get("block") else "allow"
        write = self._hosts[listed]
        if write is None:
            raise Unusable(404, f"There is no list to {listed} hosts by.")
        host = source_host(self._moderator.get(form.id(listed)))
        if not host:
            raise Unusable(404, "This linkback came from no host.")
        try:
            write(host)
        except Exception as error:
            # The owner's code; what a list lacks is for the log.
            logger.exception("could not %s %s", listed, ascii(host))
            raise Unusable(500, _FAILED) from error
        return self._back(asked, form, Notice(f"{host} is {listed}ed from now on.", asked.now))

    def _annotate(self, asked: _Asked) -> Response:
        form = self._form(asked)
        written = form.get("notes")
        try:
            self._moderator.annotate(form.id(), written.splitlines())
        except ValueError as error:
            kept = self._moderator.get(form.id())
            return self._about(asked, kept, status=400, complaint=str(error), notes=written)
        return self._back(asked, form, Notice("The notes were kept.", asked.now))

    def _ask(self, asked: _Asked) -> Response:
        linkback = self._moderator.get(self._form(asked).id())
        candidate = candidate_again(
            linkback,
            self._store.evidence(linkback.id),
            site=self._site or read_site(url.parse(linkback.page).origin + "/"),
            unlinked_trackbacks=self._unlinked_trackbacks,
            store=self._store,
        )
        return self._about(asked, linkback, opinions=opinions(candidate, self._validators))

    def _back(self, asked: _Asked, form: Form, notice: Notice) -> Response:
        """Lead back to where a form was, with a notice; reloading that does nothing again."""
        did = self._signer.write_notice(notice, asked.user)
        if form.get("item"):
            return _see(asked.address("detail", number=form.id("item"), did=did))
        view = Filters.read(dict(parse_qsl(form.get("view"))))
        return _see(asked.address("queue", **view.values(), did=did))

    def _show(self, view: Callable[[Frame, Mapping[str, str]], Shown], asked: _Asked) -> Response:
        shown = view(self._frame(asked), asked.request.args)
        return _html(shown.html, shown.status)

    def _keep(self, settings: Settings, asked: _Asked) -> Response:
        done = settings.keep(self._frame(asked), self._form(asked), by=asked.user)
        if isinstance(done, Shown):
            return _html(done.html, done.status)
        did = self._signer.write_notice(Notice(done.text, asked.now), asked.user)
        to = "page_settings" if done.page else "settings"
        return _see(asked.address(to, url=done.page, did=did))


def _see(address: str) -> Response:
    response = Response("", 303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = address
    return response


def _html(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/html; charset=utf-8")


def _forbidden(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return _plain(403, "This is for those who moderate.")(environ, start_response)


def _plain(status: int, text: str) -> Response:
    return harden(Response(f"{text}\n", status, content_type="text/plain; charset=utf-8"))
