-- Where conversations wait, and what became of what was promised.
ALTER TABLE conversations ADD COLUMN queue TEXT NOT NULL DEFAULT '';

-- Partial, so that a conversation costs only the lists that it is in: of a queue; those waiting in it (OPEN, nobody's); those
-- that are neither resolved nor closed.
CREATE INDEX conversations_by_queue ON conversations (workspace, queue, status, update_time DESC, id) WHERE queue <> '';
CREATE INDEX conversations_waiting ON conversations (workspace, queue, id) WHERE queue <> '' AND status = 1 AND assignee = '';
CREATE INDEX conversations_live ON conversations (workspace, id) WHERE status < 4;
CREATE INDEX conversations_created ON conversations (workspace, create_time DESC, id);

ALTER TABLE agents ADD COLUMN routing BLOB; -- what queues know of the agent, in the clear; null: not known

-- Structure only, so erasure leaves it. A notice stands at its commit's version and its place in it: twice is one row.
CREATE TABLE sla_outcomes (
    workspace    TEXT    NOT NULL,
    time         INTEGER NOT NULL, -- the computed instant
    conversation TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    queue        TEXT    NOT NULL,
    policy       TEXT    NOT NULL,
    metric       INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    deadline_id  INTEGER NOT NULL,
    PRIMARY KEY (workspace, time, conversation, version, place)) WITHOUT ROWID;

CREATE TABLE promise_outcomes (
    workspace      TEXT    NOT NULL,
    time           INTEGER NOT NULL,
    conversation   TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    place          INTEGER NOT NULL,
    queue          TEXT    NOT NULL,
    basis          INTEGER NOT NULL,
    answered       INTEGER NOT NULL,
    before_likely  INTEGER NOT NULL,
    before_latest  INTEGER NOT NULL,
    revised        INTEGER NOT NULL,
    before_revised INTEGER NOT NULL,
    PRIMARY KEY (workspace, time, conversation, version, place)) WITHOUT ROWID;
