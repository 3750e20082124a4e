-- A row is never deleted and never changes its size: a destroyed key is overwritten where it stands. Ids ascend, so new
-- rows go behind all others, and no page is ever split or merged in the middle, which would leave copies behind.
CREATE TABLE keys (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT    NOT NULL,
    owner     TEXT    NOT NULL,
    destroyed INTEGER NOT NULL, -- 0 or 1: both are stored in the row's header
    wrapped   BLOB    NOT NULL,
    UNIQUE (workspace, owner));

CREATE TABLE consumers (
    workspace   TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    position    BLOB    NOT NULL,
    update_time INTEGER NOT NULL, -- UTC ticks
    PRIMARY KEY (workspace, name)) WITHOUT ROWID;

CREATE TABLE reminders (
    grain    TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    hash     INTEGER NOT NULL, -- the grain's uniform hash, in [0, 2^32)
    start_at INTEGER NOT NULL, -- UTC ticks
    period   INTEGER NOT NULL, -- ticks
    etag     TEXT    NOT NULL,
    PRIMARY KEY (grain, name)) WITHOUT ROWID;

CREATE INDEX reminders_by_hash ON reminders (hash);

-- Blobs that can be destroyed; see ErasableSlots.cs. Rows are never deleted and never change their size.
CREATE TABLE slots (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    content BLOB NOT NULL);

CREATE TABLE free_slots (
    size INTEGER NOT NULL,
    id   INTEGER NOT NULL,
    PRIMARY KEY (size, id)) WITHOUT ROWID;

CREATE TABLE grain_states (
    name  TEXT    NOT NULL, -- of the state, as the grain calls it
    grain TEXT    NOT NULL,
    etag  TEXT    NOT NULL,
    slot  INTEGER NOT NULL,
    PRIMARY KEY (name, grain)) WITHOUT ROWID;
