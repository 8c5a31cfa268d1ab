create table event_bus (
  account text not null,
  region text not null,
  name text not null,
  settings text not null,
  policy text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (account, region, name)
);
create table event_rule (
  account text not null,
  region text not null,
  bus text not null,
  name text not null,
  pattern text not null,
  state text not null
    check (state in ('ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')),
  description text,
  role_arn text,
  created_by text not null,
  primary key (account, region, bus, name)
);
create table event_target (
  account text not null,
  region text not null,
  bus text not null,
  rule text not null,
  id text not null,
  arn text not null,
  spec text not null,
  primary key (account, region, bus, rule, id)
);
create index event_target_by_arn on event_target (account, region, bus, arn, rule);
create table event_tag (
  resource_arn text not null,
  key text not null,
  value text not null,
  primary key (resource_arn, key)
);
