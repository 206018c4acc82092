-- Objects that any version of a unit ever named. They stay for as long as the unit does, for an earlier version may be published again.
create table unit_objects (
  object_id text not null,
  unit_id uuid not null references units (id) on delete cascade deferrable initially deferred,
  primary key (object_id, unit_id)
);

-- A trigger and not the server's own statement: nodes of the version before this one publish while the new ones start.
create function note_unit_object() returns trigger language plpgsql as $$
begin
  insert into unit_objects (object_id, unit_id) values (new.object_id, new.unit_id) on conflict do nothing;
  return null;
end $$;
create trigger note_unit_object after insert or update on unit_parts
  for each row when (new.object_id is not null) execute function note_unit_object();

-- A stored document begins with its objects, [[object_id, content_type], …], up to the first U+001E.
insert into unit_objects (object_id, unit_id)
select distinct object ->> 0, v.unit_id
  from unit_versions v, jsonb_array_elements(split_part(v.full_document, chr(30), 1)::jsonb) as object;

-- When somebody last uploaded or published an object. Whoever wants one touches its row first and looks for the bytes then;
-- the collector locks the row of what it deletes. So one always sees the other.
create table object_uses (
  object_id text primary key,
  used_at timestamptz not null
);

-- One row: when the last periodic collection began, on whichever node.
create table object_collection (
  one boolean primary key default true check (one),
  started_at timestamptz not null default '-infinity'
);
insert into object_collection default values;
