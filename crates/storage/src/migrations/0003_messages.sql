-- What was written in chats, by the number of the message in its conversation. The audience is
-- a column so that who may not read a message is never given its row: 1 everyone, 2 agents.
CREATE TABLE message (
    conversation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (conversation, number)
) STRICT, WITHOUT ROWID;
