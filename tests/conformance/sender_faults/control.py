"""Senders that do not ping the plainest page, from the start or in the end."""

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


class SendsNoPingbacks(ReferenceSender):
    """Sends nothing for a target whose address holds a word."""

    word = ""

    def deliver(self, source, target):
        if self.word not in target:
            super().deliver(source, target)


@sender_breaks("pingback.sender.pings")
class IsSilent(SendsNoPingbacks):
    word = "/pingback.sender.pings/"


@sender_breaks("pingback.sender.still-pings")
class FallsSilent(SendsNoPingbacks):
    word = "/pingback.sender.still-pings/"
