"""The tables of a `SQLiteStore`: for each version of the schema, the statements that lead to it."""

from __future__ import annotations

# How often each status occurs is kept by triggers: every ping asks for it, and counting a million
# rows takes longer than all the rest. An index is a page more for the disk to wait for, so there is
# none for what is done once a day.
_VERSION_1 = (
    """
    CREATE TABLE linkback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        protocol TEXT NOT NULL,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        page TEXT NOT NULL,
        status TEXT NOT NULL,
        title TEXT NOT NULL,
        excerpt TEXT NOT NULL,
        site_name TEXT NOT NULL,
        sender TEXT NOT NULL,
        received REAL NOT NULL,
        updated REAL NOT NULL,
        reasons TEXT NOT NULL,
        source_key TEXT NOT NULL,
        page_key TEXT NOT NULL,
        source_host TEXT NOT NULL,
        due REAL NOT NULL,
        UNIQUE (source_key, page_key)
    )
    """,
    "CREATE INDEX linkback_by_page ON linkback (page_key, status, id)",
    "CREATE INDEX linkback_by_status ON linkback (status, id)",
    "CREATE INDEX linkback_by_host ON linkback (source_host, id)",
    "CREATE INDEX linkback_by_due ON linkback (due) WHERE status = 'received'",
    "CREATE TABLE tally (status TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    """
    INSERT INTO tally VALUES
        ('received', 0), ('pending', 0), ('approved', 0), ('spam', 0), ('trash', 0),
        ('refused', 0), ('gone', 0)
    """,
    """
    CREATE TRIGGER linkback_added AFTER INSERT ON linkback BEGIN
        UPDATE tally SET number = number + 1 WHERE status = new.status;
    END
    """,
    """
    CREATE TRIGGER linkback_moved AFTER UPDATE OF status ON linkback BEGIN
        UPDATE tally SET number = number - 1 WHERE status = old.status;
        UPDATE tally SET number = number + 1 WHERE status = new.status;
    END
    """,
    """
    CREATE TRIGGER linkback_deleted AFTER DELETE ON linkback BEGIN
        UPDATE tally SET number = number - 1 WHERE status = old.status;
    END
    """,
    """
    CREATE TABLE hit (
        scope TEXT NOT NULL,
        key TEXT NOT NULL,
        at REAL NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (scope, key, at)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE fetch (
        host TEXT PRIMARY KEY,
        domain TEXT NOT NULL,
        started REAL NOT NULL,
        failures INTEGER NOT NULL,
        closed_until REAL NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX fetch_by_domain ON fetch (domain, started)",
    "CREATE TABLE lease (host TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE barrier (number INTEGER NOT NULL)",
    "INSERT INTO barrier VALUES (0)",
)
# A history says of each step when it was, where it led, who took it and why. Evidence goes with its
# linkback. The sources that have to be looked at again have an index, since they are few at a time.
_VERSION_2 = (
    "ALTER TABLE linkback RENAME COLUMN reasons TO history",
    """
    UPDATE linkback SET history = CASE history
        WHEN '[]' THEN '[]'
        ELSE json_array(json_array(updated, status, 'receiver', json(history)))
    END
    """,
    "ALTER TABLE linkback ADD COLUMN browser TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE linkback ADD COLUMN user_agent TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE linkback ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE linkback ADD COLUMN checked REAL NOT NULL DEFAULT 0",
    "ALTER TABLE linkback ADD COLUMN decided_by TEXT NOT NULL DEFAULT ''",
    """
    CREATE INDEX linkback_by_check ON linkback (checked)
        WHERE status IN ('approved', 'pending', 'gone')
    """,
    """
    CREATE TABLE evidence (
        linkback INTEGER PRIMARY KEY,
        fetched REAL NOT NULL,
        url TEXT NOT NULL,
        content_type TEXT NOT NULL,
        body BLOB NOT NULL,
        truncated INTEGER NOT NULL
    )
    """,
    """
    CREATE TRIGGER evidence_deleted AFTER DELETE ON linkback BEGIN
        DELETE FROM evidence WHERE linkback = old.id;
    END
    """,
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
# What was sent, which `linkback_protocol.sender` keeps beside what came in. A delivery is worked on
# by one process, its `owner`, until a moment after which that process must have died.
_VERSION_3 = (
    """
    CREATE TABLE delivery (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        address TEXT NOT NULL,
        title TEXT NOT NULL,
        excerpt TEXT NOT NULL,
        blog_name TEXT NOT NULL,
        state TEXT NOT NULL,
        linked INTEGER NOT NULL,
        queued REAL NOT NULL,
        updated REAL NOT NULL,
        due REAL NOT NULL,
        owner TEXT NOT NULL,
        until REAL NOT NULL,
        posted INTEGER NOT NULL,
        interrupted INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        protocol TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        found TEXT NOT NULL,
        code INTEGER,
        oddities TEXT NOT NULL,
        source_key TEXT NOT NULL,
        target_key TEXT NOT NULL,
        UNIQUE (source_key, target_key)
    )
    """,
    "CREATE INDEX delivery_by_due ON delivery (due) WHERE state IN ('waiting', 'sending')",
    """
    CREATE TABLE published (
        source_key TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        mark TEXT NOT NULL,
        asked REAL NOT NULL,
        due REAL
    ) WITHOUT ROWID
    """,
)
# The text round the link as JSON, so that a page is read once and not each time it is looked at.
_VERSION_4 = ("ALTER TABLE evidence ADD COLUMN passage TEXT",)
MIGRATIONS = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
