-- The row is a commit; (stream, version) is the fence. Names are compared as bytes: no locale decides an order or a
-- rebuild of the index after an upgrade of the system's libraries.
CREATE TABLE journal (
    stream      text     COLLATE "C" NOT NULL, -- workspace/kind/id
    version     bigint   NOT NULL,
    lane        smallint NOT NULL,
    silo        text     COLLATE "C" NOT NULL,
    epoch       bigint   NOT NULL,
    transaction bigint   NOT NULL, -- incarnation of the data (15 bits), then the id of the writing transaction (48 bits)
    sequence    integer  NOT NULL, -- place within the transaction
    payload     bytea    NOT NULL,
    PRIMARY KEY (stream, version));

-- Most of a payload is sealed content, which no compression makes smaller.
ALTER TABLE journal ALTER COLUMN payload SET STORAGE EXTERNAL;

-- Readers follow eight groups of lanes, each group in its own part of this index; a reader of all merges the eight.
CREATE INDEX journal_by_lanes ON journal ((lane & 7), transaction, sequence);
CREATE INDEX journal_by_workspace ON journal (split_part(stream, '/', 1), transaction, sequence);

-- One row for every start of a silo that wrote.
CREATE TABLE silo_starts (
    silo       text        COLLATE "C" NOT NULL,
    epoch      bigint      NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (silo, epoch));

-- Which life of the data this is; see Incarnation.cs. 0: on no server yet.
CREATE TABLE incarnation (
    id         integer     PRIMARY KEY CHECK (id = 1),
    number     bigint      NOT NULL CHECK (number BETWEEN 0 AND 32767),
    server     bigint      NOT NULL, -- the server's system identifier
    timeline   bigint      NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO incarnation (id, number, server, timeline) VALUES (1, 0, 0, 0);

CREATE TABLE snapshots (
    stream  text   COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    payload bytea  NOT NULL);
ALTER TABLE snapshots ALTER COLUMN payload SET STORAGE EXTERNAL;
