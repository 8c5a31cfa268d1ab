create table logs_groups (
  id {serial},
  account text not null,
  region text not null,
  name text not null,
  created_at_ms bigint not null,
  retention_days integer,
  stored_bytes bigint not null,
  tags text not null
);
create unique index logs_groups_by_name on logs_groups (account, region, name);
create table logs_streams (
  id {serial},
  group_id bigint not null,
  name text not null,
  created_at_ms bigint not null,
  first_at_ms bigint,
  last_at_ms bigint,
  ingested_at_ms bigint
);
create unique index logs_streams_by_name on logs_streams (group_id, name);
create table logs_events (
  id {serial},
  group_id bigint not null,
  stream_id bigint not null,
  at_ms bigint not null,
  ingested_at_ms bigint not null,
  message text not null
);
create index logs_events_of_stream on logs_events (stream_id, at_ms, id);
create index logs_events_of_group on logs_events (group_id, at_ms, id);
