create table due (
  id {serial},
  kind text not null,
  key text not null,
  account text not null,
  region text not null,
  due_at_ms bigint not null,
  created_at_ms bigint not null,
  attempt integer not null check (attempt >= 0),
  attempts_max integer not null check (attempts_max >= 1),
  age_max_ms bigint,
  dead_letter_arn text,
  trace text not null,
  payload text not null,
  leased_until_ms bigint not null
);
create unique index due_by_key on due (kind, key);
create index due_by_instant on due (due_at_ms, id);
create table ledger (
  event_id text primary key,
  at_ms bigint not null,
  source_arn text not null,
  outcomes text not null
);
create index ledger_by_instant on ledger (at_ms);
