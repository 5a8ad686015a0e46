CREATE TABLE IF NOT EXISTS workspaces (
  name TEXT PRIMARY KEY,
  job_quota INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS blueprints (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL,
  slug TEXT NOT NULL,
  body TEXT NOT NULL,
  parameters TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (workspace, slug)
);

CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL,
  blueprint_id TEXT NOT NULL REFERENCES blueprints (id),
  arguments TEXT NOT NULL,
  status TEXT NOT NULL,
  artifact_id TEXT NOT NULL,
  error TEXT NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, changed_at);

CREATE TABLE IF NOT EXISTS artifacts (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES jobs (id),
  media_type TEXT NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  created_at TEXT NOT NULL
);
