import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action
from linkback_protocol.validators.cloaked import Cloaked
from tests.validators.support import TARGET, candidate

POST = f"<p>The rib was splinted as it is told <a href='{TARGET}'>here</a>.</p>"
SHOP = "http://pills.example/"


def _judge(html, **settings):
    return Cloaked(**settings)(candidate(html, source="http://notes.example/umbrella/"))


@pytest.mark.parametrize(
    ("html", "how"),
    [
        (f'<meta http-equiv="refresh" content="0;url={SHOP}">{POST}', "a refresh"),
        (f"<META HTTP-EQUIV=Refresh CONTENT='3; URL={SHOP}'>{POST}", "a refresh"),
        (f'<script>window.location = "{SHOP}"</script>{POST}', "a script"),
        (f"{POST}<script>if(!navigator.webdriver)location.href='{SHOP}'</script>", "a script"),
        (f"{POST}<script>top.location.replace('//pills.example/')</script>", "a script"),
        (
            f"{POST}<script>setTimeout(function(){{location='{SHOP}'}}, 900)</script>",
            "a script",
        ),
        (f'<frameset cols="*"><frame name=a src="{SHOP}"><noframes>{POST}</frameset>', "a frame"),
        (
            f"{POST}<iframe src='{SHOP}' style='position: fixed; inset: 0; border: 0'></iframe>",
            "a frame over the page",
        ),
        (
            (
                "<div style='position:fixed;top:0;bottom:0;left:0;right:0;background:#fff'>"
                f"<p><a class=b href='{SHOP}'>Continue</a></div>{POST}"
            ),
            "a sheet over the page",
        ),
    ],
)
def test_a_page_that_sends_its_readers_elsewhere_is_held(html, how):
    verdict = _judge(html)
    assert verdict.action is Action.HOLD
    assert verdict.reason == f"it sends its readers to pills.example by {how}"


@pytest.mark.parametrize(
    "html",
    [
        POST,
        # To itself, to a page beside it, after a while, to us.
        f'<meta http-equiv="refresh" content="0;url=http://www.notes.example/new/">{POST}',
        f'<meta http-equiv="refresh" content="300">{POST}',
        f'<meta http-equiv="refresh" content="600;url={SHOP}">{POST}',
        f'<meta http-equiv="refresh" content="0;url={TARGET}">{POST}',
        f'<script>if (top != self) top.location = "http://notes.example/"</script>{POST}',
        # When somebody clicks.
        f"<script>function share() {{ window.location = '{SHOP}' }}</script>{POST}",
        f"<script>button.onclick = () => {{ location.href = '{SHOP}' }}</script>{POST}",
        f"{POST}<button onclick=\"location.href='{SHOP}'\">Shop</button>",
        # As a text about it.
        f"{POST}<pre>&lt;script&gt;location = '{SHOP}'&lt;/script&gt;</pre>",
        f"{POST}<p>location = '{SHOP}'</p>",
        # A film, a bar at the bottom, a sheet that is not shown, a sheet that leads nowhere else.
        f"{POST}<iframe src='{SHOP}' style='position:absolute;width:100%;height:100%'></iframe>",
        f"<div style='position:fixed;bottom:0;width:100%'><a href='{SHOP}'>ads</a></div>{POST}",
        f"<div style='display:none;position:fixed;inset:0'><a href='{SHOP}'>x</a></div>{POST}",
        f"<div style='position:fixed;inset:0'><a href='/privacy/'>Cookies</a></div>{POST}",
    ],
)
def test_what_readers_can_stay_on_is_passed_over(html):
    assert _judge(html) is None


def test_the_owner_chooses():
    html = f'<meta http-equiv="refresh" content="0;url={SHOP}">{POST}'
    assert _judge(html, action="spam").action is Action.SPAM
    with pytest.raises(Refused):
        _judge(html, action="refuse")
    with pytest.raises(ValueError, match="Cloaked: action"):
        Cloaked(action="abstain")


def test_a_page_that_could_not_be_read_sends_nobody():
    assert _judge(None) is None


@pytest.mark.parametrize(
    "filling",
    [
        "<script>location" * 20_000,
        "http-equiv=refresh content=" * 9000,
        "fixed" * 40_000,
        "<div style='position:fixed;inset:0'>" * 6000,
        "<frame " * 30_000,
        "location=" * 20_000,
    ],
    ids=["scripts", "refreshes", "fixed", "covers", "frames", "moves"],
)
def test_repeated_beginnings_are_survived(filling):
    assert _judge(POST + filling) is None
