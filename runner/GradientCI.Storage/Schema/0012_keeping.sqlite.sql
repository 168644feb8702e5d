-- How much of a project's runs a scheduled retention leaves, where that is not as for all projects.
ALTER TABLE projects ADD COLUMN keep_runs INTEGER;
ALTER TABLE projects ADD COLUMN keep_hours INTEGER;
