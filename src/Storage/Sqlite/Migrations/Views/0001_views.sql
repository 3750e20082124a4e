-- Blobs that can be destroyed; see ErasableSlots.cs. Rows are never deleted and never change their size.
CREATE TABLE slots (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    content BLOB NOT NULL);

CREATE TABLE free_slots (
    size INTEGER NOT NULL,
    id   INTEGER NOT NULL,
    PRIMARY KEY (size, id)) WITHOUT ROWID;

CREATE TABLE checkpoint (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position BLOB NOT NULL);

CREATE TABLE conversations (
    workspace   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    customer    TEXT    NOT NULL,
    assignee    TEXT    NOT NULL,
    status      INTEGER NOT NULL,
    channel     TEXT    NOT NULL,
    tags        BLOB    NOT NULL,
    create_time INTEGER NOT NULL, -- UTC ticks, as all times here
    update_time INTEGER NOT NULL,
    summary     BLOB    NOT NULL,
    details     INTEGER NOT NULL, -- slot of what is sealed; 0: none
    PRIMARY KEY (workspace, id));

-- One index for each filter that leads a query, each in the order of the list.
CREATE INDEX conversations_recent ON conversations (workspace, update_time DESC, id);
CREATE INDEX conversations_by_customer ON conversations (workspace, customer, update_time DESC, id);
CREATE INDEX conversations_by_assignee ON conversations (workspace, assignee, status, update_time DESC, id);
CREATE INDEX conversations_by_status ON conversations (workspace, status, update_time DESC, id);
CREATE INDEX conversations_by_channel ON conversations (workspace, channel, update_time DESC, id);

CREATE TABLE conversation_tags (
    workspace   TEXT    NOT NULL,
    tag         TEXT    NOT NULL,
    update_time INTEGER NOT NULL,
    id          TEXT    NOT NULL,
    PRIMARY KEY (workspace, tag, update_time DESC, id)) WITHOUT ROWID;

CREATE TABLE customers (
    workspace   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    slot        INTEGER NOT NULL, -- holds the sealed profile
    PRIMARY KEY (workspace, id));

CREATE TABLE agents (
    workspace   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    payload     BLOB    NOT NULL,
    PRIMARY KEY (workspace, id));

CREATE TABLE timeline (
    workspace    TEXT    NOT NULL,
    customer     TEXT    NOT NULL,
    time         INTEGER NOT NULL,
    conversation TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    PRIMARY KEY (workspace, customer, time, conversation, version)) WITHOUT ROWID;
