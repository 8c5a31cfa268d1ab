-- Whether a dashboard's tags were ever touched: AWS counts what it keeps of them into the dashboard's size from then on.
alter table cloudwatch_dashboards add column is_tagged bigint not null default 0;
