import pytest

from linkback_protocol.linkback import Action
from linkback_protocol.validators.machine_written import LEFTOVERS
from linkback_protocol.validators.splog import Splog
from tests.validators.support import TARGET, candidate

OURS = f'<a href="{TARGET}">Mending an umbrella</a>'


def _judge(text):
    return Splog()(candidate(f"<title>Rain</title><p>{text} {OURS}</p>"))


@pytest.mark.parametrize(
    "said",
    [
        "As an AI language model, I do not have access to the full article.",
        "I\u2019m sorry, but I cannot fulfill this request.",
        "Certainly! Here is a post on umbrellas.",
        "Als KI-Sprachmodell kann ich keine Schirme öffnen.",
        "En tant que modèle de langage, je ne peux pas sortir.",
        "Как языковая модель, я не выхожу под дождь.",
        "言語モデルとして、傘は開けません。",
    ],
)
def test_what_a_chatbot_leaves_holds(said):
    verdict = _judge(f"Umbrellas keep the rain off those who walk. {said} It will remain so.")
    assert verdict.action is Action.HOLD
    assert "a chatbot left" in verdict.reason


@pytest.mark.parametrize("phrase", LEFTOVERS)
def test_each_is_found_by_itself(phrase):
    verdict = _judge(f"Umbrellas keep the rain off. {phrase} - and so on.")
    assert "a chatbot left" in verdict.reason


@pytest.mark.parametrize(
    "text",
    [
        "They begin: \u201cAs an AI language model\u201d, and go on for ever.",
        'Pages that say "Certainly! Here is a post" are read by nobody.',
        (
            "As an AI language model, says a page on badgers. I counted 212 of them and went to "
            "bed. I have begun to miss the old spam."
        ),
        "A language model is a table of what comes next; the company that sells it says more.",
    ],
    ids=["quoted", "in the middle of a quotation", "somebody", "about them"],
)
def test_who_writes_about_it_is_passed_over(text):
    assert _judge(text) is None


@pytest.mark.parametrize(
    "text",
    [
        (
            "Nestled between craft and comfort, umbrellas are a testament to resilience. Whether "
            "you're a seasoned walker or not, embark on a journey of discovery. In conclusion, it "
            "is important to unlock the power of repair and elevate your everyday life."
        ),
        (
            "In today's fast-paced world, umbrellas play a crucial role. Let's dive into the "
            "intricacies of the rib. Key takeaways: it is essential to harness the tube, "
            "streamline the thread, and unleash endless possibilities."
        ),
    ],
)
def test_the_flourishes_of_language_models_are_held(text):
    assert "stock phrases in" in _judge(text).reason
