-- breaking: no
-- Which team a line belongs to, and which teams' calls a person may see: null is without that limit.
alter table line add column team text;
alter table app_user add column limit_teams text[];
