-- Deliveries in lanes, and what was heard of a repository when. Times are Unix milliseconds, UTC.

-- The forge's id of the repository that a delivery is of, whose deliveries are seen to one after the other; NULL: of none, or of many.
ALTER TABLE deliveries ADD COLUMN repository INTEGER;

-- When it came the first time: received_at starts anew when one that failed is delivered again.
ALTER TABLE deliveries ADD COLUMN first_received_at INTEGER NOT NULL DEFAULT 0;

UPDATE deliveries SET first_received_at = received_at,
    repository = CASE WHEN state = 'received' AND json_valid(CAST(body AS TEXT)) AND json_type(CAST(body AS TEXT), '$.repository.id') = 'integer'
        THEN json_extract(CAST(body AS TEXT), '$.repository.id') END;

-- In the order of their arrival; who is not due or whose repository is busy is passed over without a look at the body.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (key, not_before, repository, state) WHERE state = 'received';

-- When the newest delivery that tells of its names came, and the newest that tells whether we are let in: an older one changes nothing.
ALTER TABLE forge_repositories ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE forge_repositories ADD COLUMN access_at INTEGER NOT NULL DEFAULT 0;
