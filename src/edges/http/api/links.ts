/** Links to listen by, and downloads by those who say why. */
import { z } from 'zod';
import type { ReadParts } from '../../../app/list-calls.ts';
import { type LinkParts, makeLink, useLink } from '../../../app/listen-link.ts';
import { ConsentryError } from '../../../core/error.ts';
import { audioErrors, reasonText, wav } from './audio-shapes.ts';
import { type Route, route } from './route.ts';
import { type AudioVerbs, sendAudio } from './send-audio.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface LinkRouteParts extends LinkParts, AudioVerbs, Pick<ReadParts, 'reads'> {
  readonly publicUrl: string;
}

const listenLink = z.object({
  url: z.string().describe('Good once; who opens it has to be signed in as who asked for it.'),
  notAfter: z.iso.datetime(),
});
nameShapes({ listenLink });

export function linkRoutes(parts: LinkRouteParts): readonly Route[] {
  const recordingOf = async (tenantId: string, id: string) => {
    const row = await parts.reads.recording(tenantId, id);
    if (row === null) throw new ConsentryError('not_found');
    return row;
  };
  return [
    route({
      method: 'post',
      path: '/recordings/{recording}/links',
      name: 'makeListenLink',
      scope: 'recordings:listen',
      audit: 'change',
      summary: 'A link to listen to a recording, once, within a minute',
      about: 'It is for who asks only, and opens nothing for who is not signed in.',
      params: z.object({ recording: uuid }),
      body: z.strictObject({}),
      bodyOptional: true,
      answers: [{ status: 201, about: 'The link.', shape: listenLink }],
      errors: ['not_found'],
      handle: async ({ key, params: { recording } }) => {
        const { token, notAfter } = await makeLink(parts, { recordingId: recording, by: key.id });
        const url = `${parts.publicUrl}/v1/listening/${token}`;
        return { status: 201, json: { url, notAfter: new Date(notAfter).toISOString() } };
      },
    }),
    route({
      method: 'get',
      path: '/listening/{link}',
      name: 'listenByLink',
      scope: 'recordings:listen',
      audit: 'listen',
      summary: 'Listen by a link',
      about: 'The whole recording or one range of it, once. HEAD does not use the link up.',
      params: z.object({ link: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
      ranges: true,
      answers: wav,
      errors: [...audioErrors, 'link_over'],
      handle: async (asked) => {
        const { key, params, request, subject } = asked;
        const recording = await recordingOf(key.tenantId, subject.recordingId ?? '');
        if (request.method !== 'HEAD') await useLink(parts, params.link, key.id);
        await sendAudio(parts, { ...asked, recording, how: 'listening' });
        return 'sent';
      },
    }),
    route({
      method: 'post',
      path: '/recordings/{recording}/download',
      name: 'downloadWithReason',
      scope: 'recordings:download',
      audit: 'download',
      summary: 'Download a recording, saying why',
      about: 'The same WAV file as by GET; the reason stands in the body, and in the audit.',
      params: z.object({ recording: uuid }),
      body: z.strictObject({ reason: reasonText }),
      answers: wav.filter(({ status }) => status === 200),
      errors: audioErrors,
      handle: async (asked) => {
        const recording = await recordingOf(asked.key.tenantId, asked.params.recording);
        await sendAudio(parts, { ...asked, recording, how: 'download' });
        return 'sent';
      },
    }),
  ];
}
