-- What a run of several objectives came to, {"sets", "best"}; NULL of any other, and of one that has not ended. Beside best, which is of the first.
ALTER TABLE runs ADD COLUMN front_json TEXT;
