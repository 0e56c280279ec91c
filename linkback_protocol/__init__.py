"""Pingback and trackback for any WSGI app."""

from linkback_protocol.errors import AlreadyRegistered as AlreadyRegistered
from linkback_protocol.errors import FetchError as FetchError
from linkback_protocol.errors import LinkbackError as LinkbackError
from linkback_protocol.errors import NoLink as NoLink
from linkback_protocol.errors import OurFailure as OurFailure
from linkback_protocol.errors import RateLimited as RateLimited
from linkback_protocol.errors import Refused as Refused
from linkback_protocol.errors import SourceError as SourceError
from linkback_protocol.errors import SourceUnreachable as SourceUnreachable
from linkback_protocol.errors import StoreError as StoreError
from linkback_protocol.errors import TargetError as TargetError
from linkback_protocol.errors import TargetNotFound as TargetNotFound
from linkback_protocol.errors import TargetNotPingable as TargetNotPingable
from linkback_protocol.errors import UpstreamError as UpstreamError
from linkback_protocol.fetch import Fetcher as Fetcher
from linkback_protocol.limits import Limits as Limits
from linkback_protocol.linkback import Action as Action
from linkback_protocol.linkback import Linkback as Linkback
from linkback_protocol.linkback import Ping as Ping
from linkback_protocol.linkback import Protocol as Protocol
from linkback_protocol.linkback import Status as Status
from linkback_protocol.linkback import Verdict as Verdict
from linkback_protocol.page import Link as Link
from linkback_protocol.page import Page as Page
from linkback_protocol.receiver import Outcome as Outcome
from linkback_protocol.receiver import Receiver as Receiver
from linkback_protocol.stores import MemoryStore as MemoryStore
from linkback_protocol.stores import SQLiteStore as SQLiteStore
from linkback_protocol.stores import Store as Store
from linkback_protocol.targets import AppTargets as AppTargets
from linkback_protocol.targets import SitemapTargets as SitemapTargets
from linkback_protocol.targets import SiteTargets as SiteTargets
from linkback_protocol.targets import Target as Target
from linkback_protocol.validators import Candidate as Candidate
from linkback_protocol.validators import Validator as Validator
from linkback_protocol.wsgi import PingbackMiddleware as PingbackMiddleware
from linkback_protocol.wsgi import TrackbackMiddleware as TrackbackMiddleware

__version__ = "0.1.0"
