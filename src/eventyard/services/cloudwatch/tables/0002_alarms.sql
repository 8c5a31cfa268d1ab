create table cloudwatch_alarms (
  account text not null,
  region text not null,
  name text not null,
  kind text not null check (kind in ('MetricAlarm', 'CompositeAlarm')),
  settings text not null,
  configured_at_ms bigint not null,
  state text not null check (state in ('OK', 'ALARM', 'INSUFFICIENT_DATA')),
  reason text not null,
  reason_data text,
  updated_at_ms bigint not null,
  transitioned_at_ms bigint not null,
  suppressed_by text not null default '' check (suppressed_by in ('', 'WaitPeriod', 'ExtensionPeriod', 'Alarm')),
  is_asleep integer not null default 0 check (is_asleep in (0, 1)),
  primary key (account, region, name)
);
create table cloudwatch_alarm_metrics (
  account text not null,
  region text not null,
  alarm text not null,
  namespace text not null,
  metric text not null,
  dimensions text not null,
  primary key (account, region, alarm, namespace, metric, dimensions)
);
create index cloudwatch_alarm_metrics_by_metric
  on cloudwatch_alarm_metrics (account, region, namespace, metric, dimensions);
create table cloudwatch_alarm_links (
  account text not null,
  region text not null,
  parent text not null,
  child text not null,
  role text not null check (role in ('child', 'suppressor')),
  primary key (account, region, parent, role, child)
);
create index cloudwatch_alarm_links_by_child on cloudwatch_alarm_links (account, region, child, role);
create table cloudwatch_alarm_history (
  id {serial},
  account text not null,
  region text not null,
  alarm text not null,
  kind text not null,
  at_ms bigint not null,
  type text not null check (type in ('ConfigurationUpdate', 'StateUpdate', 'Action')),
  summary text not null,
  data text not null
);
create index cloudwatch_alarm_history_by_alarm on cloudwatch_alarm_history (account, region, alarm, at_ms, id);
create index cloudwatch_alarm_history_by_time on cloudwatch_alarm_history (account, region, at_ms, id);
create index cloudwatch_alarm_history_to_expire on cloudwatch_alarm_history (at_ms);
