"""Opinions about a candidate, one small module per idea."""

from linkback_protocol.validators.aggregators import Aggregator as Aggregator
from linkback_protocol.validators.akismet import Akismet as Akismet
from linkback_protocol.validators.akismet import AkismetError as AkismetError
from linkback_protocol.validators.akismet import InvalidKey as InvalidKey
from linkback_protocol.validators.browser_origin import BrowserOrigin as BrowserOrigin
from linkback_protocol.validators.candidate import Candidate as Candidate
from linkback_protocol.validators.candidate import Validator as Validator
from linkback_protocol.validators.dnsbl import Dnsbl as Dnsbl
from linkback_protocol.validators.dnsbl import UriBlocklist as UriBlocklist
from linkback_protocol.validators.host_files import add_entry as add_entry
from linkback_protocol.validators.host_files import remove_entry as remove_entry
from linkback_protocol.validators.host_lists import Allow as Allow
from linkback_protocol.validators.host_lists import Block as Block
from linkback_protocol.validators.known_sender import KnownSender as KnownSender
from linkback_protocol.validators.rate_limit import RateLimit as RateLimit
from linkback_protocol.validators.self_ping import SelfPing as SelfPing
from linkback_protocol.validators.sender_address import SenderAddress as SenderAddress
