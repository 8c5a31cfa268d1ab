create table sqs_queues (
  id {serial},
  bin_id bigint not null,
  account text not null,
  region text not null,
  name text not null,
  created_at_ms bigint not null,
  modified_at_ms bigint not null,
  purged_at_ms bigint not null,
  dead_letter_arn text,
  settings text not null,
  tags text not null
);
create unique index sqs_queues_by_name on sqs_queues (account, region, name);
create index sqs_queues_by_dead_letter on sqs_queues (dead_letter_arn, name) where dead_letter_arn is not null;
create table sqs_deleted_queues (
  account text not null,
  region text not null,
  name text not null,
  deleted_at_ms bigint not null,
  primary key (account, region, name)
);
create table sqs_messages (
  seq {serial},
  bin_id bigint not null,
  visible_at_ms bigint not null,
  receive_count integer not null,
  first_received_at_ms bigint not null,
  received_at_ms bigint not null,
  sent_at_ms bigint not null,
  is_trace_shown integer not null,
  message_id text not null,
  sender_id text not null,
  trace text not null,
  fifo_group text,
  group_id text,
  deduplication_id text,
  source_arn text,
  attributes text,
  body text not null
);
create index sqs_messages_by_visibility on sqs_messages (bin_id, visible_at_ms, seq);
create index sqs_messages_by_group on sqs_messages (bin_id, fifo_group, seq) where fifo_group is not null;
create table sqs_groups (
  bin_id bigint not null,
  group_id text not null,
  available_at_ms bigint not null,
  primary key (bin_id, group_id)
);
create index sqs_groups_by_availability on sqs_groups (bin_id, available_at_ms, group_id);
create table sqs_deduplications (
  bin_id bigint not null,
  scope text not null,
  deduplication_id text not null,
  expires_at_ms bigint not null,
  message_id text not null,
  seq bigint not null,
  primary key (bin_id, scope, deduplication_id)
);
create index sqs_deduplications_by_expiry on sqs_deduplications (bin_id, expires_at_ms);
create table sqs_receive_attempts (
  bin_id bigint not null,
  attempt_id text not null,
  expires_at_ms bigint not null,
  received text not null,
  primary key (bin_id, attempt_id)
);
create table sqs_move_tasks (
  id text primary key,
  source_arn text not null,
  destination_arn text,
  status text not null,
  per_second_max integer,
  moved integer not null,
  to_move integer not null,
  started_at_ms bigint not null,
  failure text
);
create index sqs_move_tasks_by_source on sqs_move_tasks (source_arn, started_at_ms);
