alter table sqs_queues add column earlier_scope text;
alter table sqs_queues add column scope_since_ms bigint not null default 0;
