"""HTTP as it was on the wire: what is sent, what is read, and the command that repeats it."""

import shutil
import socket
import subprocess
import threading
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_conformance import trackback, xmlrpc
from linkback_conformance.wire import Client, Exchange, Response
from linkback_conformance.xmlrpc import Outcome


def answering(answer: bytes):
    """Answer one connection with bytes; returns the address and what will be received."""
    server = socket.create_server(("127.0.0.1", 0))
    received = []

    def serve():
        connection, _ = server.accept()
        with server, connection:
            received.append(connection.recv(65536))
            connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/x?y=1", received, thread


def exchange(answer: bytes, method="GET", **request):
    url, received, thread = answering(answer)
    client = Client(user_agent="suite/1", case_id="a.case", timeout=5)
    done = client.send(method, url, **request)
    thread.join()
    return done, received[0]


def test_a_request_says_who_sends_it_and_for_which_case():
    _, sent = exchange(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert sent.startswith(b"GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nUser-Agent: suite/1\r\nX-Linkback-Case: a.case\r\n" in sent


@pytest.mark.parametrize(
    ("answer", "complete", "surplus"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", False, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", True, 1),
        (b"HTTP/1.1 200 OK\r\n\r\nabc", True, 0),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", True, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na\r\n\r\nabcde", True, 5),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            True,
            0,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", False, 0),
    ],
)
def test_the_length_of_an_answer_is_checked(answer, complete, surplus):
    done, _ = exchange(answer)
    assert done.response.complete is complete
    assert done.response.surplus == surplus
    assert done.received == answer


@pytest.mark.parametrize("interim", ["100 Continue", "103 Early Hints", "102 Processing"])
def test_interim_answers_are_not_the_answer(interim):
    early = f"HTTP/1.1 {interim}\r\nLink: </a.css>; rel=preload\r\n\r\n".encode() * 3
    done, _ = exchange(early + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
    assert (done.response.status, done.response.body) == (200, b"abc")
    assert (done.response.complete, done.response.surplus) == (True, 0)


def test_interim_answers_without_end_are_no_answer():
    done, _ = exchange(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20)
    assert done.response is None
    assert "interim" in done.problem


def test_headers_that_come_twice_are_both_seen():
    done, _ = exchange(b"HTTP/1.1 200 OK\r\nX-Pingback: a\r\nX-Pingback: b\r\n\r\n")
    assert done.response.all("x-pingback") == ["a", "b"]


@pytest.mark.parametrize("answer", [b"", b"hello", b"HTTP/1.1 two hundred\r\n\r\n", b"\x16\x03"])
def test_what_is_no_http_is_no_answer(answer):
    done, _ = exchange(answer)
    assert done.response is None
    assert done.problem
    assert not done.unreachable


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(
    ("headers", "body", "named"),
    [
        ([("Content-Type", "text/xml")], b"<a>'\"$x</a>", True),
        ([("Content-Type", "text/xml")], bytes(range(256)), True),
        ([("Content-Type", "text/xml")], b"", True),
        ([("Content-Type", "text/xml")], b"@file", True),
        ([], b"a\nb\r\n", False),
    ],
)
def test_the_command_sends_the_same_again(headers, body, named):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    url, first, thread = answering(answer)
    client = Client(user_agent="suite/1", case_id="a.case", timeout=5)
    done = client.send("POST", url, headers=headers, body=body, user_agent=named)
    thread.join()
    again, second, thread = answering(answer)
    assert url in done.curl
    subprocess.run(
        ["bash", "-c", done.curl.replace(url, again)], capture_output=True, timeout=20, check=True
    )
    thread.join()

    def essence(sent):
        head, _, content = sent.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")[1:]
        kept = [line for line in lines if line.lower().startswith((b"content-", b"transfer"))]
        return sorted(line.lower() for line in kept), content

    assert essence(second[0]) == essence(first[0])
    assert (b"User-Agent" in second[0]) == named


def replied(body: bytes, content_type="text/xml", status=200):
    headers = (("Content-Type", content_type), ("Content-Length", str(len(body))))
    return Exchange(
        method="POST",
        url="http://x/",
        sent=b"",
        received=body,
        started=0.0,
        seconds=0.0,
        response=Response(status, "OK", headers, body, complete=True),
    )


def fault(inner: str) -> bytes:
    return f"<methodResponse><fault><value>{inner}</value></fault></methodResponse>".encode()


def success(value: str) -> bytes:
    param = f"<param><value>{value}</value></param>"
    return f"<methodResponse><params>{param}</params></methodResponse>".encode()


def nested(kind: str, times: int) -> str:
    opening, closing = {
        "array": ("<array><data><value>", "</value></data></array>"),
        "struct": (
            "<struct><member><name>a</name><value>",
            "</value></member></struct>",
        ),
    }[kind]
    return opening * times + closing * times


MEMBERS = (
    "<struct><member><name>faultCode</name><value><int>17</int></value></member>"
    "<member><name>faultString</name><value>no link</value></member></struct>"
)


@pytest.mark.parametrize(
    ("body", "outcome", "code", "clauses"),
    [
        (fault(MEMBERS), Outcome.REFUSED, 17, set()),
        (fault("<i4>0</i4>"), Outcome.REFUSED, 0, {"XR-R4"}),
        (fault(MEMBERS.replace("<int>17</int>", "17")), Outcome.REFUSED, 17, {"XR-R4"}),
        (fault(MEMBERS.replace("faultString", "text")), Outcome.REFUSED, 17, {"XR-R4"}),
        (fault(MEMBERS.replace("17", "9" * 6000)), Outcome.REFUSED, None, {"XR-T3", "XR-R4"}),
        (fault(MEMBERS.replace("<int>17</int>", "9" * 6000)), Outcome.REFUSED, None, {"XR-R4"}),
        (
            fault(MEMBERS.replace("17", "2147483648")),
            Outcome.REFUSED,
            2147483648,
            {"XR-T3", "XR-R4"},
        ),
        (fault(MEMBERS.replace("17", "\u0661\u0667")), Outcome.REFUSED, None, {"XR-T3", "XR-R4"}),
        (fault(MEMBERS.replace("</struct>", MEMBERS[8:])), Outcome.REFUSED, 17, {"XR-R4"}),
        (fault(MEMBERS.replace("<member>", "<x/><member>", 1)), Outcome.REFUSED, 17, {"XR-R4"}),
        (fault(MEMBERS.replace("<member>", "well<member>", 1)), Outcome.REFUSED, 17, {"XR-R4"}),
        (fault(MEMBERS.replace("17", "-" + "0" * 20 + "17")), Outcome.REFUSED, -17, set()),
        (
            fault(MEMBERS.replace("no link", "<base64>eA==</base64>")),
            Outcome.REFUSED,
            17,
            {"XR-R4"},
        ),
        (
            success("".join(f"<a{n}/>" for n in range(20_000))),
            Outcome.ACCEPTED,
            None,
            {"XR-R3", "XR-T1"},
        ),
        (success("<string><b>x</b></string>"), Outcome.ACCEPTED, None, {"XR-R3"}),
        (success("<string>x</string> y"), Outcome.ACCEPTED, None, {"XR-R3"}),
        (success("<boolean>yes</boolean>"), Outcome.ACCEPTED, None, {"XR-T1"}),
        (success("<nil/>"), Outcome.ACCEPTED, None, {"XR-T1"}),
        (success(nested("array", 2000)), Outcome.UNREADABLE, None, {"XR-R3"}),
        (success(nested("struct", 2000)), Outcome.UNREADABLE, None, {"XR-R3"}),
        (fault(nested("array", 2000)), Outcome.UNREADABLE, None, {"XR-R4"}),
        (b"<methodResponse/>", Outcome.UNREADABLE, None, {"XR-R5"}),
        (b"<html/>", Outcome.UNREADABLE, None, {"XR-R3"}),
        (b"<a><b></a>", Outcome.UNREADABLE, None, {"XR-R3"}),
        (
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse>&b;</methodResponse>",
            Outcome.UNREADABLE,
            None,
            {"XR-R3"},
        ),
        (
            b"<methodResponse><params><param><value>ok</value></param></params></methodResponse>",
            Outcome.ACCEPTED,
            None,
            set(),
        ),
        (
            (
                b"<methodResponse><params><param><value><int>1</int></value></param></params>"
                b"<fault/></methodResponse>"
            ),
            Outcome.REFUSED,
            None,
            {"XR-R5", "XR-R4"},
        ),
    ],
)
def test_an_answer_is_read_leniently_and_its_departures_are_listed(body, outcome, code, clauses):
    reply = xmlrpc.read_reply(replied(body))
    assert (reply.outcome, reply.code) == (outcome, code)
    assert {problem.clause for problem in reply.problems} == clauses


@pytest.mark.parametrize(
    "lengths", [(), ("-5",), ("abc",), ("+2",), ("0x10",), ("9",), ("{}", "9"), ("{}", "{}")]
)
def test_a_length_is_one_number_and_that_of_the_body(lengths):
    def departures(*lengths):
        headers = [("Content-Type", "text/xml")]
        headers += [("Content-Length", each.format(len(body))) for each in lengths]
        response = Response(200, "OK", tuple(headers), body, complete=True)
        done = replace(replied(body), response=response)
        return xmlrpc.read_reply(done).departures("XR-R2")

    body = success("ok")
    assert departures("{}") == []
    assert len(departures(*lengths)) == 1


def test_a_method_is_escaped_in_a_call():
    root = fromstring(xmlrpc.call("no.such/<&]]>", "a&b"))
    assert root.findtext("methodName") == "no.such/<&]]>"


@pytest.mark.parametrize(
    ("body", "outcome", "clauses"),
    [
        (b"<response><error>0</error></response>", Outcome.ACCEPTED, set()),
        (
            b"<response><error>1</error><message>no</message></response>",
            Outcome.REFUSED,
            set(),
        ),
        (b"<response><error>1</error></response>", Outcome.REFUSED, {"TB-10"}),
        (b"<response>oops <error>0</error></response>", Outcome.ACCEPTED, {"TB-9"}),
        (b"<response><error>0<b>1</b></error></response>", Outcome.ACCEPTED, {"TB-9"}),
        (b"<response><error>2</error><message>a</message></response>", Outcome.REFUSED, {"TB-10"}),
        (b"<response><success>0</success></response>", Outcome.UNREADABLE, {"TB-10"}),
        (
            b"<response><error>1</error><message>a & b</message></response>",
            Outcome.REFUSED,
            {"TB-9", "TB-10"},
        ),
        (b"", Outcome.UNREADABLE, {"TB-9", "TB-10"}),
    ],
)
def test_a_trackback_answer_is_read_leniently_too(body, outcome, clauses):
    reply = trackback.read_reply(replied(body))
    assert reply.outcome == outcome
    assert {problem.clause for problem in reply.problems} == clauses


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(), st.text().map(fault), st.text().map(str.encode)))
def test_any_bytes_can_be_read(body):
    for read in (xmlrpc.read_reply, trackback.read_reply):
        assert read(replied(body)).describe()
