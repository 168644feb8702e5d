-- What whoever runs the service asks, and says. Times are Unix milliseconds, UTC.

-- What waits and runs is counted without reading its rows, and costs no more the more there has been.
CREATE INDEX deliveries_waiting ON deliveries (received_at) WHERE state = 'received';
CREATE INDEX runs_begun ON runs (state) WHERE state IN ('queued', 'running');
