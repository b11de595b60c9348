// From the start of the server, on a data folder that has been used, to its first answered webhook.
import { randomBytes } from 'node:crypto';
import { callFields, signedPost } from './carrier.js';
import { Connection } from './connection.js';
import { dataFolder, median, startServer } from './processes.js';

const targetMs = 5_000;

async function firstAnswerMs(program, dataDir, nodeArguments) {
  const began = performance.now();
  const server = await startServer(program, dataDir, nodeArguments);
  try {
    await server.ready();
    const connection = await Connection.open(server.origin);
    const callSid = `CA${randomBytes(16).toString('hex')}`;
    const fields = callFields(callSid, '+14155550123', {});
    const { status, body } = await connection.send(
      signedPost(server.origin, '/twilio/voice', fields),
    );
    connection.close();
    if (status !== 200 || !body.includes('<Gather')) throw new Error('no question was answered');
    return performance.now() - began;
  } finally {
    await server.stop();
  }
}

export async function start({ program, rounds, nodeArguments }) {
  const folder = dataFolder();
  try {
    const first = await firstAnswerMs(program, folder.path, nodeArguments);
    const later = [];
    for (let round = 0; round < rounds; round += 1) {
      later.push(await firstAnswerMs(program, folder.path, nodeArguments));
    }
    const ms = median(later);
    return {
      title: 'Start',
      columns: ['', 'ms to the first answered webhook'],
      rows: [
        ['first run, database made', first.toFixed(0)],
        ['later runs', ms.toFixed(0)],
      ],
      results: [
        {
          name: 'first answered webhook',
          value: ms,
          target: targetMs,
          isMet: ms < targetMs,
          text: `${ms.toFixed(0)} ms`,
          wanted: `under ${targetMs} ms`,
        },
      ],
    };
  } finally {
    folder.remove();
  }
}
