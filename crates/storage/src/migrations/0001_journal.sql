-- One row: the position of the last event ever appended. It outlives pruned events.
CREATE TABLE journal (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    head INTEGER NOT NULL
) STRICT;
INSERT INTO journal (only, head) VALUES (1, 0);

CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE snapshot (
    head INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;

-- History: one row per conversation that has ended.
CREATE TABLE conversation (
    conversation INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
