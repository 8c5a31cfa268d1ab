create table lambda_functions (
  arn text not null,
  version text not null,
  account text not null,
  region text not null,
  name text not null,
  settings text not null,
  code_sha256 text not null,
  code_bytes integer not null,
  revision_id text not null,
  modified_at_ms bigint not null,
  primary key (arn, version)
);
create index lambda_functions_by_place on lambda_functions (account, region, name);
create index lambda_functions_by_code on lambda_functions (code_sha256);
create table lambda_code (
  sha256 text primary key,
  zip {blob} not null
);
create table lambda_versions_made (
  arn text primary key,
  latest integer not null
);
create table lambda_aliases (
  arn text not null,
  name text not null,
  version text not null,
  description text not null,
  revision_id text not null,
  primary key (arn, name)
);
create table lambda_tags (
  arn text primary key,
  tags text not null
);
create table lambda_concurrency (
  arn text primary key,
  reserved integer not null check (reserved >= 0)
);
create table lambda_statements (
  arn text not null,
  qualifier text not null,
  sid text not null,
  statement text not null,
  primary key (arn, qualifier, sid)
);
create table lambda_policies (
  arn text not null,
  qualifier text not null,
  revision_id text not null,
  primary key (arn, qualifier)
);
create table lambda_invoke_configs (
  arn text not null,
  qualifier text not null,
  config text not null,
  modified_at_ms bigint not null,
  primary key (arn, qualifier)
);
create table lambda_mappings (
  uuid text primary key,
  account text not null,
  region text not null,
  function_arn text not null,
  source_arn text not null,
  settings text not null,
  is_enabled integer not null check (is_enabled in (0, 1)),
  modified_at_ms bigint not null
);
create unique index lambda_mappings_by_pair on lambda_mappings (source_arn, function_arn);
create index lambda_mappings_by_place on lambda_mappings (account, region, uuid);
