"""A page to moderate linkbacks by: a WSGI app of its own, for whoever may decide."""

from linkback_protocol.wsgi.moderation.app import Moderation as Moderation
from linkback_protocol.wsgi.moderation.basic_auth import BasicAuth as BasicAuth
from linkback_protocol.wsgi.moderation.basic_auth import basic_auth as basic_auth
from linkback_protocol.wsgi.moderation.passwords import PasswordFile as PasswordFile
from linkback_protocol.wsgi.moderation.passwords import password_file as password_file
from linkback_protocol.wsgi.moderation.passwords import password_line as password_line
