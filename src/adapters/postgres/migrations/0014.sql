-- breaking: no
-- How far a person may see: null is without that limit.
alter table app_user add column limit_lines uuid[];
alter table app_user add column limit_campaigns text[];
alter table app_user add column limit_direction text
  check (limit_direction in ('inbound', 'outbound'));

-- Whose data a page of calls shows.
create index leg_invite_party on leg_invite (party_id);
