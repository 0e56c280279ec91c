"""A fetched page: its links, its title, the text round a link."""

from linkback_protocol.page.page import Link as Link
from linkback_protocol.page.page import Neighbour as Neighbour
from linkback_protocol.page.page import Page as Page
from linkback_protocol.page.page import readable as readable
