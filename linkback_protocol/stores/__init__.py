"""Where linkbacks are kept: one contract, and the stores that come with the package."""

from linkback_protocol.stores.contract import Store as Store
from linkback_protocol.stores.memory import MemoryStore as MemoryStore
from linkback_protocol.stores.sqlite import SQLiteStore as SQLiteStore
