"""The tree of errors, split by whose fault it is; each class knows what to answer on every wire.

``fault_code`` is the pingback fault (PB-3-5, FC-2), ``http_status`` the HTTP status of the
trackback answer (faults of XML-RPC always travel in 200, XR-R1), ``public`` the sentence for the
sender. The sentence is a constant: it never carries an address, a path or another program's words,
so no answer tells a stranger anything about our network. What really happened is `detail`; it goes
to the log under `reference`, which the sender can quote.
"""

from __future__ import annotations

import enum
import secrets
from typing import ClassVar


class LinkbackError(Exception):
    """Why a ping is not registered.

    :param detail: for the owner and the log; never sent.
    """

    fault_code: ClassVar[int] = 0
    http_status: ClassVar[int] = 200
    public: ClassVar[str] = "The ping could not be processed."
    referenced: ClassVar[bool] = False
    """Whether the answer hides its cause, so that it carries a reference to the log."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.public)
        self.detail = detail
        self.reference = secrets.token_hex(4) if self.referenced else ""

    @property
    def message(self) -> str:
        """The sentence to answer with."""
        if self.reference:
            return f"{self.public} (reference {self.reference})"
        return self.public


class MalformedPing(LinkbackError):
    """The sender's request is not what its protocol asks for."""

    public = "The request is malformed."


class NotWellFormed(MalformedPing):
    """The body is not well-formed XML, or has a DTD, which is never read (FC-2)."""

    fault_code = -32700
    public = "Parse error: the request is not well-formed XML."


class UnsupportedEncoding(MalformedPing):
    """The XML declares an encoding that cannot be read (FC-2)."""

    fault_code = -32701
    public = "Parse error: the encoding of the request is not supported."


class NotXMLRPC(MalformedPing):
    """Well-formed XML, and no XML-RPC method call (FC-2)."""

    fault_code = -32600
    public = "Invalid XML-RPC: the request is not a methodCall as the specification has it."


class MethodNotFound(MalformedPing):
    """A method that is not offered (FC-2)."""

    fault_code = -32601
    public = "The requested method does not exist here."


class InvalidParams(MalformedPing):
    """The wrong number or types of parameters (FC-2)."""

    fault_code = -32602
    public = "The parameters do not fit the method; pingback.ping takes two strings."


class RequestTooLarge(MalformedPing):
    """The body is longer than we read."""

    fault_code = -32600
    http_status = 413
    public = "The request is too large."


class RequestIncomplete(MalformedPing):
    """The body is shorter than its Content-Length, or could not be read to its end."""

    fault_code = -32700
    http_status = 400
    public = "The request body is incomplete."


class EncodedRequest(MalformedPing):
    """The body has a Content-Encoding; compressed requests are not read."""

    fault_code = -32700
    http_status = 415
    public = "Compressed requests are not accepted."


class MissingURL(MalformedPing):
    """A trackback without the one field that is required (TB-6)."""

    public = "The url field is missing; a trackback names the page it is sent for."


class NotPosted(MalformedPing):
    """A trackback sent by GET, as version 1.0 did (TB-30, TB-31)."""

    public = "Trackback pings must be sent with HTTP POST."


class UnreadableForm(MalformedPing):
    """A trackback whose body is no form that can be read (TB-3)."""

    http_status = 400
    public = "The form data could not be read."


class SourceError(LinkbackError):
    """The page that should hold the link is at fault."""


class SourceUnreachable(SourceError):
    """The source does not exist or could not be read; one answer for every cause (PB fault 16).

    Refused connection, time-out, 404 and blocked address must look alike, or the endpoint is a
    port scanner (CVE-2013-0235).
    """

    fault_code = 16
    public = "The source URI does not exist or could not be read."
    referenced = True


class NoLink(SourceError):
    """The source was read and does not link to the target (PB fault 17)."""

    fault_code = 17
    public = "The source URI does not contain a link to the target URI."


class TargetError(LinkbackError):
    """The page that the ping is for is at fault."""


class TargetNotFound(TargetError):
    """There is definitely no such page here (PB fault 32)."""

    fault_code = 32
    public = "The target URI does not exist."


class TargetNotPingable(TargetError):
    """Foreign, no page, the home page, or closed (PB fault 33)."""

    fault_code = 33
    public = "The target URI cannot be used as a target; it takes no pings."


class Refused(LinkbackError):
    """Our policy is against it."""

    fault_code = 49
    http_status = 403
    public = "Access denied."


class AlreadyRegistered(Refused):
    """The source is registered for the target (PB fault 48; for trackback a success)."""

    fault_code = 48
    http_status = 200
    public = "The pingback has already been registered."


class SelfPing(Refused):
    """The source is a page of this site."""

    public = "Access denied: a page of this site does not ping another."


class RateLimited(Refused):
    """Too many pings of one kind; `detail` names the limit (`Limits`)."""

    http_status = 429
    public = "Access denied: too many pings; try again later."


class CrossSite(Refused):
    """A browser posted the ping from a page of another site."""

    public = "Access denied: pings are sent by blogs, not from forms in a browser."


class UpstreamError(LinkbackError):
    """A server that this one is the gateway for failed (PB fault 50)."""

    fault_code = 50
    public = "The upstream server could not be reached or answered with an error."
    referenced = True


class OurFailure(LinkbackError):
    """Something of ours failed; the ping was not registered and may be sent again (PB fault 0)."""

    fault_code = 0
    http_status = 500
    public = "The server failed to process the ping; please send it again later."
    referenced = True


class StoreError(OurFailure):
    """The store could not read or write."""


class FetchFailure(enum.StrEnum):
    """Why a fetch failed; for logs, listeners and the owner, never for the sender of a ping."""

    URL = "url"
    """The URL (or that of a redirect) is one that is never fetched."""
    ADDRESS = "address"
    """The host has an address that is never connected to."""
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    DEADLINE = "deadline"
    PROTOCOL = "protocol"
    """The answer is not HTTP, or its headers exceed the bounds."""
    REDIRECTS = "redirects"
    STATUS = "status"
    ENCODING = "encoding"
    """A Content-Encoding that was not asked for, or a broken one."""
    MEDIA_TYPE = "media-type"


class FetchError(LinkbackError):
    """A stranger's page could not be fetched; `failure` says in which way.

    Raised by `linkback_protocol.fetch` alone. The receiver turns it into `SourceUnreachable`.
    """

    def __init__(self, failure: FetchFailure, detail: str, *, status: int | None = None) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.status = status
        """The HTTP status of the answer where `failure` is ``STATUS``."""
