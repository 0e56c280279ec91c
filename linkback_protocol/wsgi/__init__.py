"""The protocols as WSGI middleware."""

from linkback_protocol.wsgi.pingback import PingbackMiddleware as PingbackMiddleware
from linkback_protocol.wsgi.trackback import TrackbackMiddleware as TrackbackMiddleware
