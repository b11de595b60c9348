/** Joins the end of a business to the database, the key file and the folders that go with it. */
import { join } from 'node:path';
import { endingFiles } from '../adapters/machine/ending-files.ts';
import { startEmbedded } from '../adapters/postgres/embedded.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import { openPool } from '../adapters/postgres/pool.ts';
import { endingDatabase } from '../adapters/postgres/purge.ts';
import { twilioRecords } from '../adapters/twilio/records.ts';
import { offerToEndBy } from '../app/contract.ts';
import { type Ended, type EndingKept, endContract } from '../app/end-contract.ts';
import { createSequencer } from '../app/sequence-ledger.ts';
import type { Config } from '../config.ts';
import { copiesAt } from '../core/breach/custody.ts';
import { signerOf } from '../core/ledger/note.ts';
import { edgeTiles } from '../core/ledger/tiles.ts';
import { clock, random } from './chance.ts';
import { layFoundation } from './foundation.ts';
import {
  backupFile,
  checkpointFile,
  endingDir,
  erasureFile,
  exportsDir,
  listFilesDir,
  listsDir,
  redactionFile,
  spoolDir,
} from './paths.ts';
import { ledgerName, openStores } from './stores.ts';

const operator = 'operator';
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Works on the database itself: once the key is gone, nothing else opens. */
export async function endHere(config: Config, acceptRest: boolean): Promise<Ended> {
  const embedded =
    config.databaseUrl === null
      ? await startEmbedded({ dir: join(config.dataDir, 'postgres'), own: false })
      : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const pool = openPool(
    url,
    { statements: 1, transactions: 1 },
    { onnotice: () => {}, connection: { application_name: 'consentry-cli', TimeZone: 'UTC' } },
  );
  try {
    await migrate(pool.sql);
    const { account } = config;
    const parts = {
      database: endingDatabase(pool.sql),
      files: endingFiles({
        folder: endingDir(config),
        keyFile: config.kekPath,
        folders: [
          config.vaultDir,
          ...[spoolDir, exportsDir, listFilesDir, listsDir].map((one) => one(config)),
        ],
        files: [erasureFile, redactionFile, backupFile].map((one) => one(config)),
        checkpoints: checkpointFile(config),
      }),
      carrier:
        account === null
          ? null
          : twilioRecords({
              accountSid: account.sid,
              authToken: account.authToken,
              apiUrl: account.apiUrl,
            }),
      signerOf: (secret: string) => signerOf(ledgerName, Buffer.from(secret, 'hex')),
      clock,
      random,
    };
    return await endContract(parts, () => begin(config), acceptRest);
  } finally {
    await pool.end(5);
    await embedded?.stop();
  }
}

/** While there are keys: may it end, and what signs the certificate. */
async function begin(config: Config): Promise<EndingKept> {
  const foundation = await layFoundation(config, false);
  try {
    const stores = await openStores(config, foundation);
    const offer = await offerToEndBy({ offers: stores.offers, clock });
    const { ledger: store, signer, checkpoints: keeper } = stores;
    const sequencer = createSequencer({
      ...{ store, signer, keeper, clock, earlierKeys: [], log: silent },
    });
    await sequencer.start();
    try {
      await sequencer.flush();
    } finally {
      await sequencer.stop();
    }
    const { size, edge } = await store.snapshot(async (reader) => {
      const leaves = (await reader.head())?.size ?? 0;
      return { size: leaves, edge: await reader.tiles(edgeTiles(leaves)) };
    });
    const custody = copiesAt(await stores.breach.custody(), clock.now());
    return {
      id: random.uuid(),
      by: operator,
      startedAt: clock.now(),
      offer,
      pseudonym: foundation.tenant.pseudonym,
      secret: (await foundation.secret('ledger')).toString('hex'),
      size,
      edge: edge.map(({ data, ...name }) => ({ ...name, data: data.toString('hex') })),
      // Of earlier keys too: they open the backups of their time.
      copies: custody.filter(({ by, event }) => by !== null && event !== 'made').length,
      steps: [],
    };
  } finally {
    await foundation.close();
  }
}
