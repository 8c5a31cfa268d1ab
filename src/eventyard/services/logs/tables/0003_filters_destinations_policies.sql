alter table logs_groups add column log_class text not null default 'STANDARD';
alter table logs_groups add column is_protected integer not null default 0;
alter table logs_groups add column metric_filters integer not null default 0;
alter table logs_groups add column subscriptions integer not null default 0;
create table logs_metric_filters (
  id {serial},
  group_id bigint not null,
  name text not null,
  pattern text not null,
  transformation text not null,
  created_at_ms bigint not null
);
create unique index logs_metric_filters_by_name on logs_metric_filters (group_id, name);
create table logs_subscriptions (
  id {serial},
  group_id bigint not null,
  name text not null,
  pattern text not null,
  destination_arn text not null,
  distribution text not null,
  created_at_ms bigint not null
);
create unique index logs_subscriptions_by_name on logs_subscriptions (group_id, name);
create table logs_destinations (
  id {serial},
  account text not null,
  region text not null,
  name text not null,
  target_arn text not null,
  role_arn text not null,
  access_policy text,
  tags text not null,
  created_at_ms bigint not null
);
create unique index logs_destinations_by_name on logs_destinations (account, region, name);
create table logs_resource_policies (
  id {serial},
  account text not null,
  region text not null,
  name text not null,
  document text not null,
  updated_at_ms bigint not null
);
create unique index logs_resource_policies_by_name on logs_resource_policies (account, region, name);
