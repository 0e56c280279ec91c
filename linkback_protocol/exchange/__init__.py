"""Linkbacks as files: out for spreadsheets, feeds and search engines, in from us or WordPress."""

from linkback_protocol.exchange.broken import BrokenFile as BrokenFile
from linkback_protocol.exchange.export import everything as everything
from linkback_protocol.exchange.export import to_csv as to_csv
from linkback_protocol.exchange.export import to_disavow as to_disavow
from linkback_protocol.exchange.export import to_json as to_json
from linkback_protocol.exchange.feeds import feed_pieces as feed_pieces
from linkback_protocol.exchange.feeds import to_feed as to_feed
from linkback_protocol.exchange.importing import read_json as read_json
from linkback_protocol.exchange.importing import tried as tried
from linkback_protocol.exchange.wxr import read_wxr as read_wxr
