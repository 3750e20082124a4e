-- Counts the owners of the engine's own consumers: only the newest may move the position.
ALTER TABLE consumers ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
