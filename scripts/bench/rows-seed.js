// Calls of the past by SQL, as many as a large centre has: rows of the size and number that calls
// leave behind. What is sealed in them is random, for nobody opens it here.

/** Calls begin evenly over this time before now, the oldest first. */
export const spreadDays = 2_000;
const perStatement = 50_000;
/** How many calls each person has. */
const callsPerPerson = 10;

/** @param sql the database of the server; @param from how many there are; @param to how many there shall be */
export async function seedRows(sql, { tenantId, lineId, from, to }) {
  for (let first = from; first < to; first += perStatement) {
    const last = Math.min(to, first + perStatement) - 1;
    // Each part is a statement: a person's row is there before the calls that name it.
    for (const text of parts(tenantId, lineId)) await sql.unsafe(text, [first, last]);
  }
  await sql.unsafe('vacuum analyze');
}

const id = (kind, n) => `md5('${kind}' || ${n})::uuid`;
/** Earlier ones of a larger fill lie between those of a smaller: `n` in another order. */
const at = (n) =>
  `now() - interval '1 day' - (${n}::bigint * 7919 % 1000003) / 1000003.0 * interval '${spreadDays} days'`;
const bytes = (n, count) => `decode(repeat(md5(${n}::text), ${count}), 'hex')`;
const rows = 'from generate_series($1::bigint, $2::bigint) n';

function parts(tenantId, lineId) {
  const person = id('person', `(n / ${callsPerPerson})`);
  const state = `json_build_object('legs', json_build_array(json_build_object(
      'callSid', 'CA' || md5('call' || n), 'partyId', ${id('party', 'n')}, 'role', 'caller',
      'personId', ${person}, 'flow', json_build_object('name', 'inbound', 'version', 1, 'hash',
        repeat('ab', 32)), 'snapshot', json_build_object('state', 'ended', 'context',
        json_build_object('statuses', json_build_object('recording', 'granted'), 'others', '[]'::json)),
      'statuses', json_build_object('recording', 'granted'), 'openGates', '[]'::json,
      'phase', 'ended', 'nextStep', null, 'awaits', 'nothing', 'streamName', null)),
    'strangers', '[]'::json, 'controller', 'Example Ltd', 'locale', 'en', 'agentCalled', false,
    'resumeAt', null)`;
  return [
    `insert into person (id, tenant_id, token, key_wrapped, number_sealed, created_at)
      select ${person}, '${tenantId}', decode(repeat(md5('token' || n / ${callsPerPerson}), 2), 'hex'),
        ${bytes('n', 4)}, ${bytes('n', 3)}, now() - interval '${spreadDays} days'
      ${rows} where n % ${callsPerPerson} = 0 on conflict do nothing`,
    `insert into call (id, tenant_id, line_id, direction, flow_name, flow_version, flow_hash, locale,
        phase, state, started_at, ended_at)
      select ${id('call', 'n')}, '${tenantId}', case when n % 100 = 0 then '${lineId}'::uuid end,
        'inbound', 'inbound', 1, repeat('ab', 32), 'en', 'ended', ${state}, ${at('n')},
        ${at('n')} + interval '3 minutes' ${rows}`,
    `insert into leg (call_sid, call_id, party_id, role, person_id, started_at, ended_at)
      select 'CA' || md5('call' || n), ${id('call', 'n')}, ${id('party', 'n')}, 'caller', ${person},
        ${at('n')}, ${at('n')} ${rows}`,
    `insert into step (call_sid, step, fingerprint, kind, reply, at)
      select 'CA' || md5('call' || n), 'start', ${bytes('n', 2)}, 'started', ${bytes('n', 40)},
        ${at('n')} ${rows}`,
    `insert into entry (id, tenant_id, call_id, party_id, kind, purpose, at, opening, person_id)
      select ${id('entry', 'n')}, '${tenantId}', ${id('call', 'n')}, ${id('party', 'n')}, 'grant',
        'recording', ${at('n')}, ${bytes('n', 70)}, ${person} ${rows}`,
    `insert into recording (id, tenant_id, call_id, party_id, call_sid, state, started_at,
        duration_ms, payload_sha256, payload_bytes, vault_name)
      select ${id('recording', 'n')}, '${tenantId}', ${id('call', 'n')}, ${id('party', 'n')},
        'CA' || md5('call' || n), 'sealed', ${at('n')}, 1000, ${bytes('n', 2)}, 8000,
        'default/' || ${id('recording', 'n')} || '.age' ${rows}`,
  ];
}
