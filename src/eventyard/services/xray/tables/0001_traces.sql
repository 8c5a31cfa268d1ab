create table xray_trace (
  account text not null,
  region text not null,
  trace text not null,
  place text not null,
  started_at_ms bigint not null,
  ended_at_ms bigint not null,
  received_at_ms bigint not null,
  revision bigint not null,
  has_failed integer not null,
  primary key (account, region, trace)
);
create index xray_trace_that_failed on xray_trace (account, region, place) where has_failed = 1;
create index xray_trace_by_place on xray_trace (account, region, place);
create index xray_trace_by_receipt on xray_trace (received_at_ms);
create index xray_trace_by_id on xray_trace (trace);
create table xray_segment (
  account text not null,
  region text not null,
  trace text not null,
  id text not null,
  is_subsegment integer not null,
  is_open integer not null,
  is_folded integer not null,
  started_at_ms bigint not null,
  received_at_ms bigint not null,
  document text not null,
  primary key (account, region, trace, id)
);
create index xray_segment_to_fold on xray_segment (account, region, received_at_ms) where is_folded = 0;
create table xray_edge (
  account text not null,
  region text not null,
  minute_at_s bigint not null,
  source_name text not null,
  source_type text not null,
  name text not null,
  type text not null,
  is_link integer not null,
  ok bigint not null,
  error bigint not null,
  fault bigint not null,
  throttle bigint not null,
  total_ms bigint not null,
  steps text not null,
  primary key (account, region, minute_at_s, source_name, source_type, name, type, is_link)
);
create index xray_edge_by_minute on xray_edge (minute_at_s);
create table xray_group (
  account text not null,
  region text not null,
  name text not null,
  id text not null,
  filter text not null,
  created_at_ms bigint not null,
  primary key (account, region, name)
);
create table xray_sampling_rule (
  account text not null,
  region text not null,
  name text not null,
  rule text not null,
  created_at_ms bigint not null,
  modified_at_ms bigint not null,
  primary key (account, region, name)
);
create table xray_sampling_statistic (
  account text not null,
  region text not null,
  rule text not null,
  client text not null,
  at_s bigint not null,
  requests bigint not null,
  sampled bigint not null,
  borrowed bigint not null,
  primary key (account, region, rule, client, at_s)
);
create index xray_sampling_statistic_by_instant on xray_sampling_statistic (at_s);
create table xray_policy (
  account text not null,
  region text not null,
  name text not null,
  document text not null,
  revision text not null,
  modified_at_ms bigint not null,
  primary key (account, region, name)
);
create table xray_setting (
  account text not null,
  region text not null,
  name text not null,
  value text not null,
  primary key (account, region, name)
);
create table xray_telemetry (
  account text not null,
  region text not null,
  at_s bigint not null,
  host text not null,
  record text not null
);
create index xray_telemetry_by_instant on xray_telemetry (at_s);
create table xray_tag (
  resource_arn text not null,
  key text not null,
  value text not null,
  primary key (resource_arn, key)
);
