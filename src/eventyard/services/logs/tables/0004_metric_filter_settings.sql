alter table logs_metric_filters add column settings text not null default '{}';
