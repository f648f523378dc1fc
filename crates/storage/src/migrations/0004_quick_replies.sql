-- Texts that agents put into what they write: `agent:bob` has its own, `team:support` those of all
-- its agents. Numbers are never given twice. Owner and shortcut stand in the body as well.
CREATE TABLE quick_reply (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    shortcut TEXT,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX quick_reply_owner ON quick_reply (owner, number);
CREATE UNIQUE INDEX quick_reply_shortcut ON quick_reply (owner, shortcut);
