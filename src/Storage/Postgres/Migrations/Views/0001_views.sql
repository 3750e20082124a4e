-- The read models: everything here can be built again from the journal, by emptying these tables while no silo runs.
-- Names are compared as bytes; times are UTC ticks, as in the embedded store.
CREATE TABLE view_checkpoints (
    lanes    text   COLLATE "C" PRIMARY KEY, -- group/groups
    epoch    bigint NOT NULL,                -- counts the owners
    position bytea  NOT NULL)                -- of these lanes only
WITH (fillfactor = 50);

CREATE TABLE view_conversations (
    workspace   text    COLLATE "C" NOT NULL,
    id          text    COLLATE "C" NOT NULL,
    version     bigint  NOT NULL,
    customer    text    COLLATE "C" NOT NULL,
    assignee    text    COLLATE "C" NOT NULL,
    status      integer NOT NULL,
    channel     text    COLLATE "C" NOT NULL,
    tags        text[]  COLLATE "C" NOT NULL,
    create_time bigint  NOT NULL,
    update_time bigint  NOT NULL,
    summary     bytea   NOT NULL,
    details     bytea,
    PRIMARY KEY (workspace, id))
-- Every message changes a row and, with its time, the row's place in five indexes: dead entries go soon.
WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- Sealed content, which no compression makes smaller.
ALTER TABLE view_conversations ALTER COLUMN details SET STORAGE EXTERNAL;

-- One index for each filter that leads a query, each in the order of the list.
CREATE INDEX view_conversations_recent ON view_conversations (workspace, update_time DESC, id);
CREATE INDEX view_conversations_by_customer ON view_conversations (workspace, customer, update_time DESC, id);
CREATE INDEX view_conversations_by_assignee ON view_conversations (workspace, assignee, status, update_time DESC, id);
CREATE INDEX view_conversations_by_status ON view_conversations (workspace, status, update_time DESC, id);
CREATE INDEX view_conversations_by_channel ON view_conversations (workspace, channel, update_time DESC, id);

CREATE TABLE view_conversation_tags (
    workspace   text   COLLATE "C" NOT NULL,
    tag         text   COLLATE "C" NOT NULL,
    update_time bigint NOT NULL,
    id          text   COLLATE "C" NOT NULL);
CREATE UNIQUE INDEX view_conversation_tags_in_order ON view_conversation_tags (workspace, tag, update_time DESC, id);

CREATE TABLE view_customers (
    workspace   text   COLLATE "C" NOT NULL,
    id          text   COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    update_time bigint NOT NULL,
    payload     bytea  NOT NULL,
    PRIMARY KEY (workspace, id));

CREATE TABLE view_agents (
    workspace   text   COLLATE "C" NOT NULL,
    id          text   COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    update_time bigint NOT NULL,
    payload     bytea  NOT NULL,
    PRIMARY KEY (workspace, id));

CREATE TABLE view_timeline (
    workspace    text   COLLATE "C" NOT NULL,
    customer     text   COLLATE "C" NOT NULL,
    time         bigint NOT NULL,
    conversation text   COLLATE "C" NOT NULL,
    version      bigint NOT NULL,
    PRIMARY KEY (workspace, customer, time, conversation, version));
