from __future__ import annotations

import logging
import socket

import pytest

from linkback_protocol.linkback import Action
from linkback_protocol.validators.dnsbl import Dnsbl, UriBlocklist
from tests.validators.resolvers import Resolver
from tests.validators.support import candidate

ZONE = "bl.test"
V6_REVERSED = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"


class TestDnsbl:
    @pytest.mark.parametrize(
        ("sender", "query"),
        [
            ("203.0.113.5", "5.113.0.203.bl.test"),
            ("::ffff:203.0.113.5", "5.113.0.203.bl.test"),
            ("2001:db8::1", f"{V6_REVERSED}.bl.test"),
        ],
    )
    def test_asks_for_the_address_reversed(self, sender: str, query: str) -> None:
        resolve = Resolver({query: ["127.0.0.2"]})
        verdict = Dnsbl(zones=[ZONE], resolve=resolve)(candidate(None, sender=sender))
        assert resolve.asked == [query]
        assert verdict is not None
        assert verdict.action is Action.SPAM
        assert verdict.reason.endswith("is listed by bl.test (127.0.0.2)")

    def test_says_nothing_of_what_is_not_listed(self) -> None:
        assert Dnsbl(zones=[ZONE], resolve=Resolver({}))(candidate(None)) is None

    def test_asks_the_zones_in_turn(self) -> None:
        resolve = Resolver({"5.113.0.203.b.test": ["127.0.0.4"]})
        asked = Dnsbl(zones=["A.test.", "b.test", "c.test"], resolve=resolve, action="hold")
        verdict = asked(candidate(None))
        assert verdict is not None
        assert verdict.action is Action.HOLD
        assert verdict.reason == "the sender 203.0.113.5 is listed by b.test (127.0.0.4)"
        assert resolve.asked == ["5.113.0.203.a.test", "5.113.0.203.b.test"]

    @pytest.mark.parametrize("answer", ["192.0.2.1", "128.0.0.2", "::1", "no address"])
    def test_does_not_believe_other_answers(self, answer: str) -> None:
        resolve = Resolver({"5.113.0.203.bl.test": [answer]})
        everything = ["0.0.0.0/0", "::/0"]
        assert Dnsbl(zones=[ZONE], resolve=resolve, codes=everything)(candidate(None)) is None

    def test_counts_only_the_codes_it_is_told(self) -> None:
        resolve = Resolver({"5.113.0.203.bl.test": ["127.0.0.10"]})
        codes = ["127.0.0.2/31", "127.0.0.4/30", "127.0.0.8/31"]
        assert Dnsbl(zones=[ZONE], resolve=resolve, codes=codes)(candidate(None)) is None
        resolve.table["5.113.0.203.bl.test"] = ["127.0.0.10", "127.0.0.3"]
        verdict = Dnsbl(zones=[ZONE], resolve=resolve, codes=codes)(candidate(None))
        assert verdict is not None
        assert "127.0.0.3" in verdict.reason

    @pytest.mark.parametrize("code", ["127.255.255.252", "127.255.255.254", "127.0.0.1"])
    def test_takes_a_refusal_for_no_answer(
        self, code: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        resolve = Resolver({"5.113.0.203.bl.test": [code]})
        asked = Dnsbl(zones=[ZONE], resolve=resolve)
        with caplog.at_level(logging.WARNING):
            verdicts = [asked(candidate(None)) for _ in range(3)]
        assert {verdict and verdict.action for verdict in verdicts} == {Action.ABSTAIN}
        assert verdicts[0] is not None
        assert verdicts[0].reason == f"bl.test refuses to answer us ({code})"
        assert [record.getMessage() for record in caplog.records] == [verdicts[0].reason]

    def test_asks_the_other_zones_where_one_refuses_or_fails(self) -> None:
        resolve = Resolver(
            {
                "5.113.0.203.a.test": ["127.255.255.254"],
                "5.113.0.203.b.test": socket.gaierror(socket.EAI_AGAIN, "try again"),
                "5.113.0.203.c.test": ["127.0.0.2"],
            }
        )
        verdict = Dnsbl(zones=["a.test", "b.test", "c.test"], resolve=resolve)(candidate(None))
        assert verdict is not None
        assert verdict.action is Action.SPAM

    def test_abstains_where_nobody_answers(self) -> None:
        hanging = Resolver({"5.113.0.203.bl.test": None})
        verdict = Dnsbl(zones=[ZONE], resolve=hanging, seconds=0.05)(candidate(None))
        hanging.release()
        assert verdict is not None
        assert verdict.action is Action.ABSTAIN
        assert verdict.reason == "bl.test did not answer within 0.05 s"
        failing = Resolver({"5.113.0.203.bl.test": OSError("no network")})
        verdict = Dnsbl(zones=[ZONE], resolve=failing)(candidate(None))
        assert verdict is not None
        assert verdict.reason == "bl.test could not be asked: no network"

    def test_remembers(self) -> None:
        resolve = Resolver({})
        asked = Dnsbl(zones=[ZONE], resolve=resolve)
        asked(candidate(None))
        asked(candidate(None))
        assert len(resolve.asked) == 1

    @pytest.mark.parametrize("sender", ["", "unknown", "127.0.0.1", "10.0.0.2", "fd00::1"])
    def test_does_not_ask_about_what_is_no_stranger(self, sender: str) -> None:
        resolve = Resolver({})
        assert Dnsbl(zones=[ZONE], resolve=resolve)(candidate(None, sender=sender)) is None
        assert resolve.asked == []

    def test_asks_the_system_by_default(self) -> None:
        # A name that never exists (RFC 6761 6.4), or nobody can tell: no listing either way.
        verdict = Dnsbl(zones=["bl.invalid"], seconds=10)(candidate(None))
        assert verdict is None or verdict.action is Action.ABSTAIN


class TestUriBlocklist:
    def test_asks_for_the_domain_and_the_host(self) -> None:
        resolve = Resolver({})
        asked = UriBlocklist(zones=[ZONE], resolve=resolve)
        assert asked(candidate(None, source="http://www.blog.example.co.uk/post")) is None
        assert resolve.asked == ["example.co.uk.bl.test", "www.blog.example.co.uk.bl.test"]
        resolve.asked.clear()
        asked(candidate(None, source="http://example.com/"))
        assert resolve.asked == ["example.com.bl.test"]

    @pytest.mark.parametrize("listed", ["bad.example", "www.blog.bad.example"])
    def test_catches_either(self, listed: str) -> None:
        resolve = Resolver({f"{listed}.bl.test": ["127.0.1.2"]})
        verdict = UriBlocklist(zones=[ZONE], resolve=resolve)(
            candidate(None, source="http://www.blog.bad.example/post")
        )
        assert verdict is not None
        assert verdict.action is Action.SPAM
        assert verdict.reason == "www.blog.bad.example is listed by bl.test (127.0.1.2)"

    def test_asks_for_addresses_reversed(self) -> None:
        resolve = Resolver({"7.113.0.203.bl.test": ["127.0.0.2"]})
        asked = UriBlocklist(zones=[ZONE], resolve=resolve, action="hold")
        verdict = asked(candidate(None, source="http://203.0.113.7/"))
        assert verdict is not None
        assert verdict.action is Action.HOLD
        asked(candidate(None, source="http://[2001:db8::1]/"))
        assert resolve.asked == ["7.113.0.203.bl.test", f"{V6_REVERSED}.bl.test"]
        assert asked(candidate(None, source="http://127.0.0.1/")) is None
        assert len(resolve.asked) == 2

    def test_takes_a_refusal_for_no_answer(self) -> None:
        resolve = Resolver({"7.113.0.203.bl.test": ["127.0.1.255"]})
        verdict = UriBlocklist(zones=[ZONE], resolve=resolve)(
            candidate(None, source="http://203.0.113.7/")
        )
        assert verdict is not None
        assert verdict.action is Action.ABSTAIN

    def test_leaves_out_what_is_too_long_for_a_name(self) -> None:
        host = ".".join(["a" * 60] * 4) + ".example"
        resolve = Resolver({})
        assert (
            UriBlocklist(zones=[ZONE], resolve=resolve)(candidate(None, source=f"http://{host}/"))
            is None
        )
        assert resolve.asked == [f"{'a' * 60}.example.bl.test"]


@pytest.mark.parametrize("kind", [Dnsbl, UriBlocklist])
def test_settings(kind: type[Dnsbl | UriBlocklist]) -> None:
    for settings, message in (
        ({}, "needs zones="),
        ({"zones": "zen.test"}, "is a list"),
        ({"zones": ["not a zone"]}, "not the name of a zone"),
        ({"zones": [ZONE], "codes": ["what"]}, "what"),
        ({"zones": [ZONE], "action": "refuse"}, "hold, spam"),
        ({"zones": [ZONE], "seconds": 0}, "seconds"),
    ):
        with pytest.raises(ValueError, match=message):
            kind(**settings)
