-- How long the trial ran whose result was taken over, in milliseconds; it is known here when that trial is pruned.
ALTER TABLE trials ADD COLUMN saved_ms INTEGER;
