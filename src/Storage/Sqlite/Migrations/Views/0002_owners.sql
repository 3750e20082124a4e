-- Who keeps the views up: only the newest owner may move the position.
ALTER TABLE checkpoint ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
