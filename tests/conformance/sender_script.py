"""The reference sender as a command: ``sender_script.py SOURCE [TARGET]``."""

import sys

from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_sender import ReferenceSender


def deliver(source, target):
    """Ping one link of a page; raises `FetchError` where that fails."""
    ReferenceSender().deliver(source, target)


def publish(links):
    """Ping links from a page of one's own, as a blog does that publishes a post."""
    for link in links:
        deliver("http://blog.example/post/", link)


publish.publishes = True


def main(source, target=""):
    """Ping one link of a page, or all of them; return an exit code."""
    if not target:
        ReferenceSender()(source)
        return 0
    try:
        deliver(source, target)
    except FetchError as error:
        print(f"not sent: {error}")
        return 1
    print("sent")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
