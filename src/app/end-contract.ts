/**
 * The end of a business: what wraps keys goes first, then the key, then files and every row. It can be
 * taken up again at any point. No step counts as done before it was read again. The signer of the
 * ledger, which opens nothing, is set aside until it has signed the certificate, which says only
 * what was found gone, and outlives all of it.
 */
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import { makeEntry, saltBytesFor } from '../core/ledger/entry.ts';
import { lastReceipt } from '../core/ledger/last-receipt.ts';
import { type Signer, verifierOf } from '../core/ledger/note.ts';
import { formatReceipt } from '../core/ledger/receipt.ts';
import { verifyReceipt } from '../core/ledger/verify.ts';
import type { CallSid, Hex, Instant, Uuid } from '../core/words.ts';
import type { OfferView } from './contract.ts';
import {
  type CarrierRecords,
  callsAtCarrier,
  eraseCallsAtCarrier,
  eraseTextsAtCarrier,
  textsAtCarrier,
} from './erase-at-carrier.ts';
import type { ErasureStep } from './erase-person.ts';
import type { Clock, Random } from './ports.ts';

/** What is set aside before anything goes: ids, hashes and the signer, nothing of anybody. */
export interface EndingKept {
  readonly id: Uuid;
  readonly by: string;
  readonly startedAt: Instant;
  readonly offer: Pick<OfferView, 'offeredAt' | 'until' | 'exports'>;
  /** Stands for the business in leaves. */
  readonly pseudonym: Hex;
  /** Of the ledger's signer. */
  readonly secret: Hex;
  readonly size: number;
  readonly edge: readonly {
    readonly level: number;
    readonly n: number;
    readonly width: number;
    readonly data: Hex;
  }[];
  /** Copies of the key that the log of custody knows of, elsewhere. */
  readonly copies: number;
  readonly steps: readonly ErasureStep[];
}

export interface EndingDatabase {
  /** Connections of servers that run. */
  servers(): Promise<number>;
  atCarrier(): Promise<{
    readonly callSids: readonly CallSid[];
    readonly messageSids: readonly string[];
  }>;
  destroyKeys(): Promise<void>;
  keysLeft(): Promise<number>;
  purge(): Promise<void>;
  rowsLeft(): Promise<number>;
}

export interface EndingFiles {
  /** Null: nothing is under way. */
  load(): Promise<EndingKept | null>;
  save(state: EndingKept): Promise<void>;
  destroyKey(): Promise<void>;
  keyLeft(): Promise<number>;
  remove(): Promise<void>;
  filesLeft(): Promise<number>;
  /** Writes the certificate and forgets the state. Resolves to where it lies. */
  finish(id: Uuid, certificate: string): Promise<string>;
  /** Null: it was not written yet. */
  certificate(id: Uuid): Promise<string | null>;
}

export interface EndingParts {
  readonly database: EndingDatabase;
  readonly files: EndingFiles;
  /** Null: no account, so nothing lies there. */
  readonly carrier: CarrierRecords | null;
  readonly signerOf: (secret: Hex) => Signer;
  readonly clock: Clock;
  readonly random: Random;
}

export const endingBeyond = [
  'Backups, and copies of the key that nobody wrote down, cannot be seen from here. A backup opens by the key alone.',
  'What was exported, and receipts, are with whoever got them.',
  'What the carrier needs for bills and by law it keeps as its own terms say.',
  'The settings of the machine, such as its environment, stay with whoever runs it.',
] as const;

export interface Ended {
  readonly proved: boolean;
  readonly steps: readonly ErasureStep[];
  /** A receipt. */
  readonly certificate: string;
  readonly path: string;
}

/**
 * @param begin gathers what is set aside, while there are keys
 * @param acceptRest false: it stops at the first thing that is not found gone, and goes on there the
 * next time; nothing is destroyed before the copies of the key and the carrier are done with
 * @throws `conflict` while a server runs, or if something remains; what `begin` throws
 */
export async function endContract(
  parts: EndingParts,
  begin: () => Promise<EndingKept>,
  acceptRest: boolean,
): Promise<Ended> {
  const { files, database } = parts;
  if ((await database.servers()) > 0) {
    throw new ConsentryError('conflict', 'a server still runs; stop it first');
  }
  const state = (await files.load()) ?? (await begin());
  const written = await files.certificate(state.id);
  if (written !== null) {
    return {
      ...verdictOf(written),
      certificate: written,
      path: await files.finish(state.id, written),
    };
  }
  const steps = await carryOut(parts, state, acceptRest);
  const proved = steps.every(({ found }) => found === 'gone');
  const certificate = sign(parts, state, steps, proved);
  return { proved, steps, certificate, path: await files.finish(state.id, certificate) };
}

interface Step {
  readonly name: string;
  /** From here on there is no way back, and the signer has to be set aside. */
  readonly destroys: boolean;
  /** Does it, and looks again. */
  run(): Promise<Omit<ErasureStep, 'step'>>;
}

async function carryOut(
  parts: EndingParts,
  state: EndingKept,
  acceptRest: boolean,
): Promise<readonly ErasureStep[]> {
  const { files } = parts;
  let steps = state.steps;
  for (const { name, destroys, run } of stepsOf(parts, state)) {
    const before = steps.find(({ step }) => step === name);
    if (before?.found === 'gone' || (before !== undefined && acceptRest && !destroys)) continue;
    if (destroys) await files.save({ ...state, steps });
    const step = { ...(await run()), step: name };
    steps = [...steps.filter((one) => one.step !== name), step];
    if (step.found !== 'gone' && !acceptRest) {
      const left = step.left === null ? 'it could not be looked at' : `${step.left} left`;
      throw new ConsentryError('conflict', `not found gone: ${name} (${left})`);
    }
    if (destroys) await files.save({ ...state, steps });
  }
  return steps;
}

function stepsOf({ database, files, carrier }: EndingParts, state: EndingKept): readonly Step[] {
  const destroying = (
    name: string,
    act: () => Promise<void>,
    left: () => Promise<number>,
  ): Step => ({
    name,
    destroys: true,
    async run() {
      await act();
      return foundBy(await left());
    },
  });
  const ofCarrier: readonly Step[] =
    carrier === null
      ? []
      : [
          {
            name: callsAtCarrier,
            destroys: false,
            run: async () => eraseCallsAtCarrier(carrier, (await database.atCarrier()).callSids),
          },
          {
            name: textsAtCarrier,
            destroys: false,
            run: async () => eraseTextsAtCarrier(carrier, (await database.atCarrier()).messageSids),
          },
        ];
  return [
    { name: copiesOnRecord, destroys: false, run: async () => foundBy(state.copies) },
    ...ofCarrier,
    destroying('wrapped keys', database.destroyKeys, database.keysLeft),
    destroying('the key', files.destroyKey, files.keyLeft),
    destroying('recordings, exports and other files', files.remove, files.filesLeft),
    destroying('rows of the database', database.purge, database.rowsLeft),
  ];
}

const copiesOnRecord = 'copies of the key on record';
const foundBy = (left: number) => ({ found: left === 0 ? 'gone' : 'remains', left }) as const;

function sign(
  { signerOf, clock, random }: EndingParts,
  { id, by, offer, pseudonym, secret, size, edge }: EndingKept,
  steps: readonly ErasureStep[],
  proved: boolean,
): string {
  const iso = (at: Instant) => new Date(at).toISOString();
  const facts = {
    kind: 'ending',
    purpose: 'oversight',
    entryId: random.uuid(),
    ending: id,
    offer: {
      offeredAt: iso(offer.offeredAt),
      until: iso(offer.until),
      exports: offer.exports,
    },
    proved,
    steps: steps.map(({ step, found, left }) => ({ step, found, left })) as unknown as Json,
    beyond: [...endingBeyond],
    by,
    at: clock.now(),
  } as const;
  const salts = random.bytes(saltBytesFor('ending'));
  const made = makeEntry(facts, Buffer.from(pseudonym, 'hex'), salts);
  const tiles = edge.map(({ data, ...name }) => ({ ...name, data: Buffer.from(data, 'hex') }));
  const signer = signerOf(secret);
  const receipt = formatReceipt(lastReceipt(made, { size, edge: tiles }, signer));
  const verdict = verifyReceipt(receipt, verifierOf(signer.vkey).vkey);
  if (!verdict.ok) throw new ConsentryError('ledger_broken', `${verdict.where}: ${verdict.why}`);
  return receipt;
}

/** What a certificate that was written before a crash says. */
function verdictOf(certificate: string): Pick<Ended, 'proved' | 'steps'> {
  const verdict = verifyReceipt(certificate);
  if (!verdict.ok) throw new ConsentryError('ledger_broken', `${verdict.where}: ${verdict.why}`);
  const steps = verdict.facts['steps'] as unknown as readonly ErasureStep[];
  return { proved: verdict.facts['proved'] === true, steps };
}
