-- Deliveries in lanes, and by which of them a repository is known.

-- The forge's id of the repository that a delivery is of, whose deliveries are seen to one after the other; NULL: of none, or of many.
ALTER TABLE deliveries ADD COLUMN repository INTEGER;

UPDATE deliveries SET repository = json_extract(CAST(body AS TEXT), '$.repository.id')
WHERE state = 'received' AND json_valid(CAST(body AS TEXT)) AND json_type(CAST(body AS TEXT), '$.repository.id') = 'integer';

-- In the order of their arrival; who is not due or whose repository is busy is passed over without a look at the body.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (key, not_before, repository, state) WHERE state = 'received';

-- The key of the newest delivery that told of its names, and of the newest that told whether we are let in: an older one changes nothing.
ALTER TABLE forge_repositories ADD COLUMN told_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE forge_repositories ADD COLUMN access_by INTEGER NOT NULL DEFAULT 0;
