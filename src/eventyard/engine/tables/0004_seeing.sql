create table spans (
  trace text not null,
  id text not null,
  parent text not null,
  account text not null,
  region text not null,
  kind text not null,
  arn text not null,
  source text not null,
  started_at_ms bigint not null,
  ended_at_ms bigint not null,
  status text not null check (status in ('ok', 'error', 'fault', 'throttle')),
  detail text not null,
  links text not null
);
create index spans_by_trace on spans (trace);
create table failed_traces (
  account text not null,
  region text not null,
  trace text not null,
  primary key (account, region, trace)
);
create table span_links (
  to_trace text not null,
  trace text not null,
  id text not null
);
create index span_links_by_target on span_links (to_trace);
create table trace_keys (
  account text not null,
  region text not null,
  value text not null,
  at_ms bigint not null,
  trace text not null
);
create index trace_keys_by_value on trace_keys (account, region, value, at_ms);
create index trace_keys_by_instant on trace_keys (at_ms);
create table edges (
  account text not null,
  region text not null,
  minute_at_s bigint not null,
  source text not null,
  node text not null,
  kind text not null,
  ok bigint not null,
  error bigint not null,
  fault bigint not null,
  throttle bigint not null,
  total_ms bigint not null,
  steps text not null,
  primary key (account, region, minute_at_s, source, node, kind)
);
create index edges_by_minute on edges (minute_at_s);
create index ledger_by_trace on ledger (trace);
