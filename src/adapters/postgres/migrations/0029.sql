-- breaking: no
-- While one process tells the carrier of a number nobody else does, so that of two changes the
-- later one is told last. What was told is deleted: the carrier has it, and we have the listing.
alter table carrier_consent add column leased_until timestamptz;
