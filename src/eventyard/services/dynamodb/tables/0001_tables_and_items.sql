create table dynamodb_table (
  id {serial},
  account text not null,
  region text not null,
  name text not null,
  created_at_ms bigint not null,
  definition text not null,
  unique (account, region, name)
);
create table dynamodb_item (
  table_id bigint not null,
  index_number integer not null,
  partition {blob} not null,
  sort_key {blob} not null,
  base_partition {blob} not null,
  base_sort {blob} not null,
  item text not null,
  item_bytes integer not null,
  ttl_at_s bigint,
  primary key (table_id, index_number, partition, sort_key, base_partition, base_sort)
);
create index dynamodb_item_by_ttl on dynamodb_item (table_id, ttl_at_s) where ttl_at_s is not null;
create table dynamodb_size (
  table_id bigint not null,
  index_number integer not null,
  shard integer not null,
  items bigint not null,
  bytes bigint not null,
  primary key (table_id, index_number, shard)
);
create table dynamodb_ttl_alarm (
  table_id bigint not null,
  at_s bigint not null,
  primary key (table_id, at_s)
);
create table dynamodb_token (
  account text not null,
  region text not null,
  token text not null,
  request text not null,
  at_ms bigint not null,
  primary key (account, region, token)
);
create index dynamodb_token_by_age on dynamodb_token (at_ms);
create table dynamodb_tag (
  table_id bigint not null,
  key text not null,
  value text not null,
  primary key (table_id, key)
);
