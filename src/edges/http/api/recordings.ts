import { z } from 'zod';
import { listRecordings, type ReadParts } from '../../../app/list-calls.ts';
import { viewRecording } from '../../../app/view-call.ts';
import { ConsentryError } from '../../../core/error.ts';
import { audioErrors, wav } from './audio-shapes.ts';
import { type Asked, type Reply, type Route, route } from './route.ts';
import { type AudioVerbs, sendAudio } from './send-audio.ts';
import { pageQuery, recording, recordingPage, uuid } from './shapes.ts';

export type RecordingRouteParts = Pick<ReadParts, 'reads'> & AudioVerbs;

const params = z.object({ recording: uuid });
type AskedOne = Asked<{ readonly recording: string }, unknown, unknown>;

export function recordingRoutes(parts: RecordingRouteParts): readonly Route[] {
  const find = async ({ key, params: { recording: id } }: AskedOne) => {
    const row = await parts.reads.recording(key.tenantId, id);
    if (row === null) throw new ConsentryError('not_found');
    return row;
  };
  const sendAs =
    (how: 'listening' | 'download') =>
    async (asked: AskedOne): Promise<Reply> => {
      await sendAudio(parts, { ...asked, recording: await find(asked), how });
      return 'sent';
    };
  return [
    route({
      method: 'get',
      path: '/recordings',
      name: 'listRecordings',
      scope: 'recordings:read',
      audit: 'search',
      summary: 'Recordings, newest first',
      query: z.strictObject(pageQuery),
      answers: [{ status: 200, about: 'A page of recordings.', shape: recordingPage }],
      handle: async ({ key, query }) => {
        const page = await listRecordings(parts, key.tenantId, {
          ...query,
          limits: key.session?.user.limits,
        });
        return { status: 200, json: page, parties: page.data.map(({ party }) => party) };
      },
    }),
    route({
      method: 'get',
      path: '/recordings/{recording}',
      name: 'getRecording',
      scope: 'recordings:read',
      audit: 'read',
      summary: 'One recording, without its audio',
      params,
      answers: [{ status: 200, about: 'The recording.', shape: recording }],
      errors: ['not_found'],
      handle: async (asked) => ({ status: 200, json: viewRecording(await find(asked)) }),
    }),
    route({
      method: 'get',
      path: '/recordings/{recording}/audio',
      name: 'listenToRecording',
      scope: 'recordings:listen',
      audit: 'listen',
      summary: 'Listen to a recording',
      about:
        'Opened for this request and kept nowhere. Gaps are silence of their length. Each listening is entered in the ledger before the first byte leaves. What can be heard can be recorded again: listening and downloading differ in what is entered, not in what is possible.',
      params,
      ranges: true,
      answers: wav,
      errors: audioErrors,
      handle: sendAs('listening'),
    }),
    route({
      method: 'get',
      path: '/recordings/{recording}/download',
      name: 'downloadRecording',
      scope: 'recordings:download',
      audit: 'download',
      summary: 'Download a recording',
      about:
        'The same WAV file, to be kept; entered in the ledger as a download, with the reason that stands in the header `Consentry-Reason`.',
      params,
      reasoned: true,
      ranges: true,
      answers: wav,
      errors: audioErrors,
      handle: sendAs('download'),
    }),
  ];
}
