create table logs_queries (
  id text primary key,
  account text not null,
  region text not null,
  query text not null,
  shown text not null,
  from_ms bigint not null,
  until_ms bigint not null,
  rows_max integer,
  group_ids text not null,
  group_names text not null,
  status text not null check (status in ('Scheduled', 'Running', 'Complete', 'Failed', 'Cancelled', 'Timeout')),
  created_at_ms bigint not null,
  records_matched bigint not null,
  records_scanned bigint not null,
  bytes_scanned bigint not null,
  result_count bigint not null
);
create index logs_queries_by_age on logs_queries (account, region, created_at_ms);
create table logs_query_results (
  query_id text not null,
  page integer not null,
  rows text not null,
  primary key (query_id, page)
);
create table logs_query_definitions (
  id text primary key,
  account text not null,
  region text not null,
  name text not null,
  query text not null,
  language text not null,
  group_names text,
  parameters text,
  modified_at_ms bigint not null
);
create index logs_query_definitions_by_name on logs_query_definitions (account, region, name, id);
