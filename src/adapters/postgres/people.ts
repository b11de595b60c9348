/** Persons: a token, a wrapped key and a sealed number each; readable only in memory. */
import type { Row, Sql } from 'postgres';
import type { NewPerson, People, Person, Tenant } from '../../app/call-ports.ts';
import type { Random } from '../../app/ports.ts';
import type { AgeBand } from '../../core/consent/choice.ts';
import { assert } from '../../core/error.ts';
import { decodeProfile, profileContext } from '../../core/person/profile.ts';
import type { Uuid } from '../../core/words.ts';
import { createGroup } from './group.ts';

/** Persons kept in memory, unwrapped: about 300 bytes each. */
const cachedMax = 20_000;

export const numberContext = (id: Uuid): string => `person/${id}/number`;

/**
 * Inserts who is new and finds who is not, in one statement: the no-op update makes the row of a
 * person who exists already come back too, even one inserted a moment ago by another process.
 */
const ensurePeople = `
  with item as materialized (
    select n, id, tenant_id, decode(token, 'base64') as token, decode(key, 'base64') as key,
      decode(number, 'base64') as number
    from jsonb_to_recordset($1::jsonb)
      as x(n int, id uuid, tenant_id uuid, token text, key text, number text)
  ),
  kept as (
    insert into person (id, tenant_id, token, key_wrapped, number_sealed)
    select id, tenant_id, token, key, number from item
    on conflict (tenant_id, token) do update
      set token = excluded.token
    returning id, token, key_wrapped, age_band, restricted_at, profile_sealed
  )
  select item.n, kept.id, kept.key_wrapped, kept.age_band, kept.restricted_at, kept.profile_sealed
  from item join kept on kept.token = item.token`;

export function createPeople(sql: Sql, tenant: Tenant, random: Random): People {
  const { cipher } = tenant;
  const byNumber = new Map<string, Person>();
  const byId = new Map<Uuid, Person>();

  function keep(person: Person): Person {
    if (byId.size >= cachedMax) {
      const oldest = byId.values().next().value;
      if (oldest !== undefined) {
        byId.delete(oldest.id);
        byNumber.delete(oldest.number);
      }
    }
    byNumber.set(person.number, person);
    byId.set(person.id, person);
    return person;
  }

  /** Null too where it was sealed under a key that is gone: a call does not break on that. */
  function placeIn(id: Uuid, key: Buffer, profile: Buffer): string | null {
    try {
      return decodeProfile(cipher.open(key, profileContext(id), profile)).place;
    } catch {
      return null;
    }
  }

  /** What is known of them beside their number, as far as calls ask for it. */
  function knownOf(
    { age_band: ageBand, restricted_at: since, profile_sealed: profile }: Row,
    id: Uuid,
    key: Buffer,
  ): Pick<Person, 'ageBand' | 'restricted' | 'place'> {
    const place = profile === null ? null : placeIn(id, key, profile as Buffer);
    return {
      ...(ageBand !== null && { ageBand: ageBand as AgeBand }),
      ...(since !== null && { restricted: true }),
      ...(place !== null && { place }),
    };
  }

  function draft(number: string): NewPerson {
    const id = random.uuid();
    const { key, wrapped } = cipher.newPersonKey();
    const numberSealed = cipher.seal(key, numberContext(id), Buffer.from(number));
    return { id, number, key, token: cipher.token(number), keyWrapped: wrapped, numberSealed };
  }

  /**
   * Somebody whose data was erased is there again: what was sealed under their old key stays shut,
   * and they have a new one. Of two processes that see it first, one's key is kept.
   */
  async function returned(id: Uuid, { key, keyWrapped, number }: NewPerson): Promise<Buffer> {
    const sealed = cipher.seal(key, numberContext(id), Buffer.from(number));
    const [row] = await sql`
      update person set
        number_sealed = case when key_wrapped is null then ${sealed} else number_sealed end,
        key_wrapped = coalesce(key_wrapped, ${keyWrapped})
      where id = ${id} returning key_wrapped`;
    return row?.['key_wrapped'] as Buffer;
  }

  const ensure = createGroup<NewPerson, Person>({
    itemsMax: 64,
    inFlightMax: 2,
    keyOf: (item) => item.number,
    run: async (drafts) => {
      const items = drafts.map((item, n) => ({
        n,
        id: item.id,
        tenant_id: tenant.id,
        token: item.token.toString('base64'),
        key: item.keyWrapped.toString('base64'),
        number: item.numberSealed.toString('base64'),
      }));
      const rows = await sql.unsafe(ensurePeople, [sql.json(items)], { prepare: true });
      const people: Person[] = [];
      for (const row of rows) {
        const item = drafts[row['n'] as number];
        assert(item !== undefined, 'every row answers one item');
        const wrapped =
          (row['key_wrapped'] as Buffer | null) ?? (await returned(row['id'] as Uuid, item));
        const isNew = wrapped.equals(item.keyWrapped);
        const key = isNew ? item.key : cipher.unwrapPersonKey(wrapped);
        const id = row['id'] as Uuid;
        people[row['n'] as number] = { id, number: item.number, key, ...knownOf(row, id, key) };
      }
      return people;
    },
  });

  return {
    known: (number) => byNumber.get(number) ?? null,
    async seen(number) {
      const known = byNumber.get(number);
      if (known !== undefined) return known;
      const [row] = await sql`
        select id, key_wrapped, age_band, restricted_at, profile_sealed from person where tenant_id = ${tenant.id}
          and token = ${cipher.token(number)} and key_wrapped is not null`;
      if (row === undefined) return null;
      const key = cipher.unwrapPersonKey(row['key_wrapped'] as Buffer);
      const id = row['id'] as Uuid;
      return keep({ id, number, key, ...knownOf(row, id, key) });
    },
    draft,
    keep(person) {
      keep({ id: person.id, number: person.number, key: person.key });
    },
    forgetAll() {
      byId.clear();
      byNumber.clear();
    },
    forget(id) {
      const person = byId.get(id);
      byId.delete(id);
      if (person !== undefined) byNumber.delete(person.number);
    },
    async ensure(number) {
      return byNumber.get(number) ?? keep(await ensure(draft(number)));
    },
    async find(id) {
      const known = byId.get(id);
      if (known !== undefined) return known;
      const [row] = await sql`
        select key_wrapped, number_sealed, age_band, restricted_at, profile_sealed from person
        where id = ${id} and tenant_id = ${tenant.id} and key_wrapped is not null`;
      if (row === undefined || row['number_sealed'] === null) return null;
      const key = cipher.unwrapPersonKey(row['key_wrapped'] as Buffer);
      const number = cipher.open(key, numberContext(id), row['number_sealed'] as Buffer);
      return keep({ id, number: number.toString('utf8'), key, ...knownOf(row, id, key) });
    },
  };
}
