"""Opinions about a candidate, one small module per idea."""

from linkback_protocol.validators.candidate import Candidate as Candidate
from linkback_protocol.validators.candidate import Validator as Validator
