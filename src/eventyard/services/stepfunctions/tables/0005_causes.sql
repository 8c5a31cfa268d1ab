alter table states_execution add column caused_by text not null default '';
alter table states_execution add column called_from text not null default '';
