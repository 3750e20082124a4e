-- Where conversations wait, and what became of what was promised.
ALTER TABLE view_conversations ADD COLUMN queue text COLLATE "C" NOT NULL DEFAULT '';

-- Partial, so that a conversation costs only the lists that it is in: of a queue; those waiting in it (OPEN, nobody's); those
-- that are neither resolved nor closed.
CREATE INDEX view_conversations_by_queue ON view_conversations (workspace, queue, status, update_time DESC, id) WHERE queue <> '';
CREATE INDEX view_conversations_waiting ON view_conversations (workspace, queue, id)
    WHERE queue <> '' AND status = 1 AND assignee = '';
CREATE INDEX view_conversations_live ON view_conversations (workspace, id) WHERE status < 4;
CREATE INDEX view_conversations_created ON view_conversations (workspace, create_time DESC, id);

ALTER TABLE view_agents ADD COLUMN routing bytea; -- what queues know of the agent, in the clear; null: not known

-- Structure only, so erasure leaves it. A notice stands at its commit's version and its place in it: twice is one row.
CREATE TABLE view_sla_outcomes (
    workspace    text    COLLATE "C" NOT NULL,
    time         bigint  NOT NULL, -- the computed instant
    conversation text    COLLATE "C" NOT NULL,
    version      bigint  NOT NULL,
    place        integer NOT NULL,
    queue        text    COLLATE "C" NOT NULL,
    policy       text    COLLATE "C" NOT NULL,
    metric       integer NOT NULL,
    kind         integer NOT NULL,
    deadline_id  bigint  NOT NULL,
    -- A report counts from the index alone.
    PRIMARY KEY (workspace, time, conversation, version, place) INCLUDE (queue, policy, metric, kind));

CREATE TABLE view_promise_outcomes (
    workspace      text    COLLATE "C" NOT NULL,
    time           bigint  NOT NULL,
    conversation   text    COLLATE "C" NOT NULL,
    version        bigint  NOT NULL,
    place          integer NOT NULL,
    queue          text    COLLATE "C" NOT NULL,
    basis          integer NOT NULL,
    answered       boolean NOT NULL,
    before_likely  boolean NOT NULL,
    before_latest  boolean NOT NULL,
    revised        boolean NOT NULL,
    before_revised boolean NOT NULL,
    PRIMARY KEY (workspace, time, conversation, version, place));
