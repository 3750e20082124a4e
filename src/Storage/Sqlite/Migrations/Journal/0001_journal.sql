-- Names are stored once: the fence's index then holds two small integers a row, which measured four times faster at a
-- million rows than the names themselves (docs/adr/0004-sqlite-journal.md).
CREATE TABLE streams (
    id        INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    UNIQUE (workspace, kind, name));

-- One row for every start of a silo.
CREATE TABLE writers (
    id         INTEGER PRIMARY KEY,
    silo       TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    started_at INTEGER NOT NULL, -- UTC ticks
    UNIQUE (silo, epoch));

-- AUTOINCREMENT: a sequence is never given twice, not even after the newest rows were archived.
CREATE TABLE commits (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    stream   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    lane     INTEGER NOT NULL,
    writer   INTEGER NOT NULL,
    payload  BLOB    NOT NULL,
    UNIQUE (stream, version)); -- the fence

-- Blobs that can be destroyed; see ErasableSlots.cs. Rows are never deleted and never change their size.
CREATE TABLE slots (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    content BLOB NOT NULL);

CREATE TABLE free_slots (
    size INTEGER NOT NULL,
    id   INTEGER NOT NULL,
    PRIMARY KEY (size, id)) WITHOUT ROWID;

CREATE TABLE snapshots (
    stream  INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    slot    INTEGER NOT NULL);

-- For people with the sqlite3 shell.
CREATE VIEW journal AS
SELECT c.sequence, s.workspace || '/' || s.kind || '/' || s.name AS stream, c.version, c.lane, w.silo, w.epoch, c.payload
FROM commits c JOIN streams s ON s.id = c.stream JOIN writers w ON w.id = c.writer;
