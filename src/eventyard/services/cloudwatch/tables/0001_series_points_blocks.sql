create table cloudwatch_series (
  id {serial},
  account text not null,
  region text not null,
  namespace text not null,
  name text not null,
  dimensions text not null,
  unit text not null,
  latest_at_s bigint not null,
  settles_at_s bigint not null
);
create unique index cloudwatch_series_by_metric
  on cloudwatch_series (account, region, namespace, name, dimensions, unit);
create table cloudwatch_points (
  series_id bigint not null,
  resolution_s integer not null check (resolution_s in (1, 60)),
  at_s bigint not null,
  packed {blob} not null,
  primary key (series_id, resolution_s, at_s)
);
create table cloudwatch_blocks (
  series_id bigint not null,
  resolution_s integer not null check (resolution_s in (1, 60, 300, 3600)),
  from_s bigint not null,
  packed {blob} not null,
  primary key (series_id, resolution_s, from_s)
);
create table cloudwatch_dashboards (
  account text not null,
  name text not null,
  body text not null,
  changed_at_ms bigint not null,
  primary key (account, name)
);
create table cloudwatch_tags (
  resource_arn text not null,
  key text not null,
  value text not null,
  primary key (resource_arn, key)
);
create table cloudwatch_activity (
  id integer primary key check (id = 1),
  until_s bigint not null
);
