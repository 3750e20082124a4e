-- Whoever looks for what is overdue normally finds nothing, and shall pay for one look only.
CREATE INDEX reminders_by_time ON reminders (start_at);
