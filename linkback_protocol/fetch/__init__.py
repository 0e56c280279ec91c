"""Fetches strangers' pages: the only place that opens a connection to a host we did not choose.

A ping makes us request any URL its sender likes, so both ends are hostile: the URL may lead into
our own network, and the server behind it may answer anything, at any speed. What holds:

- The URL passes the gate of `linkback_protocol.url`, each redirect again.
- Every address of the host is vetted by our own tables, and the socket goes to a vetted one.
- One deadline covers the whole fetch; no server can stretch it (`linkback_protocol.fetch.stream`).
- Bytes are bounded: of headers, of the body before and after decoding, of all framing.
- TLS is verified to the name, always.
- Whatever happens outside raises `linkback_protocol.errors.FetchError`, and nothing else.

Requests are not counted here; the store does that (`linkback_protocol.limits.Limits`).
"""

from linkback_protocol.fetch.addresses import address_allowed
from linkback_protocol.fetch.dial import Resolver
from linkback_protocol.fetch.fetcher import Fetcher
from linkback_protocol.fetch.response import Response
from linkback_protocol.fetch.stream import Deadline

__all__ = ["Deadline", "Fetcher", "Resolver", "Response", "address_allowed"]
