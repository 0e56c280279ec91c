"""Sends pings: finds where the pages that an article links to take them, and delivers one each."""

from linkback_protocol.sender.delivery import Delivery, Exchange
from linkback_protocol.sender.delivery import Outcome as DeliveryOutcome
from linkback_protocol.sender.outbox import Outbox, Published
from linkback_protocol.sender.outbox_file import Entry, State
from linkback_protocol.sender.retry import Retry
from linkback_protocol.sender.sender import Sender

__all__ = [
    "Delivery",
    "DeliveryOutcome",
    "Entry",
    "Exchange",
    "Outbox",
    "Published",
    "Retry",
    "Sender",
    "State",
]
