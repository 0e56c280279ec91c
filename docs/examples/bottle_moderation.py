"""The Bottle blog with a moderation page, for those whose passwords are in a file."""

import os
from functools import partial

from bottle_blog import app, receiver
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from linkback_protocol.validators.host_lists import add_entry
from linkback_protocol.wsgi.moderation import Moderation, basic_auth, password_file

moderation = Moderation(
    receiver,
    authenticate=basic_auth(password_file("moderators.txt"), store=receiver.store),
    secret=os.environ["LINKBACK_SECRET"],
    block=partial(add_entry, "blocked.txt", out_of="allowed.txt"),
    allow=partial(add_entry, "allowed.txt", out_of="blocked.txt"),
)
app = DispatcherMiddleware(app, {"/linkbacks": moderation})
