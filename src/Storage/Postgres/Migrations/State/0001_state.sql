-- A destroyed key's row stays and bars its name. The old version of the row goes with the next vacuum, which therefore
-- comes soon; copies in the write-ahead log and in backups age out with those.
CREATE TABLE keys (
    workspace text   COLLATE "C" NOT NULL,
    owner     text   COLLATE "C" NOT NULL,
    wrapped   bytea,  -- null: destroyed
    destroyed bigint, -- in which transaction, as in the journal
    PRIMARY KEY (workspace, owner),
    CHECK ((wrapped IS NULL) = (destroyed IS NOT NULL)))
WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX keys_by_destruction ON keys (destroyed) WHERE destroyed IS NOT NULL;

CREATE TABLE consumers (
    workspace   text        COLLATE "C" NOT NULL,
    name        text        COLLATE "C" NOT NULL,
    position    bytea       NOT NULL,
    epoch       bigint      NOT NULL DEFAULT 0, -- counts the owners of the engine's own consumers
    update_time timestamptz NOT NULL,
    PRIMARY KEY (workspace, name));

CREATE TABLE reminders (
    grain    text   COLLATE "C" NOT NULL,
    name     text   COLLATE "C" NOT NULL,
    hash     bigint NOT NULL, -- the grain's uniform hash, in [0, 2^32)
    start_at bigint NOT NULL, -- UTC ticks
    period   bigint NOT NULL, -- ticks
    etag     text   COLLATE "C" NOT NULL,
    PRIMARY KEY (grain, name));
CREATE INDEX reminders_by_hash ON reminders (hash);
