"""Tells owners by mail what waits for them, with links to decide by.

The links are in `linkback_protocol.mail.links`, which needs ``itsdangerous``.
"""

from linkback_protocol.mail.delivery import Mail as Mail
from linkback_protocol.mail.delivery import MailError as MailError
from linkback_protocol.mail.delivery import Smtp as Smtp
