"""Opinions about a candidate, one small module per idea."""

from linkback_protocol.validators.candidate import Candidate as Candidate
from linkback_protocol.validators.candidate import Validator as Validator
from linkback_protocol.validators.known_sender import KnownSender as KnownSender
from linkback_protocol.validators.rate_limit import RateLimit as RateLimit
from linkback_protocol.validators.self_ping import SelfPing as SelfPing
