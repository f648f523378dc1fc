-- One row: how often the directory has changed.
CREATE TABLE directory (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO directory (only, revision) VALUES (1, 0);

-- Removed agents stay: records and audit name them.
CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    password TEXT,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE team (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE channel (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who changed what and when. Numbers are never given twice, also after the oldest rows are gone.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at_ms);

-- Agents signed in by password: one row for each family of refresh tokens, of which only the hash
-- of the newest is kept.
CREATE TABLE sign_in (
    family BLOB PRIMARY KEY,
    agent TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    started_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_agent ON sign_in (agent, started_ms);
CREATE INDEX sign_in_expires ON sign_in (expires_ms);
