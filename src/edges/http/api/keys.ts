import { z } from 'zod';
import { type Authenticator, createKey, type KeyParts, revokeKey } from '../../../app/api-keys.ts';
import type { ApiKey } from '../../../app/api-ports.ts';
import { type apiKey, apiKeyPage, newApiKey, wantedKey } from './key-shapes.ts';
import { type Route, route } from './route.ts';
import { uuid } from './shapes.ts';

export type KeyRouteParts = KeyParts & { readonly authenticator: Authenticator };

export function keyRoutes(parts: KeyRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/keys',
      name: 'listKeys',
      scope: 'keys:write',
      audit: 'none',
      summary: 'API keys that were not revoked, oldest first',
      answers: [{ status: 200, about: 'All keys; never a key itself.', shape: apiKeyPage }],
      handle: async ({ key }) => {
        const keys = await parts.keys.list(key.tenantId);
        return { status: 200, json: { data: keys.map(viewKey), next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/keys',
      name: 'createKey',
      scope: 'keys:write',
      audit: 'change',
      summary: 'Make an API key',
      about: 'It can hold no scope that the key which makes it does not hold, nor outlive it.',
      body: wantedKey,
      once: true,
      answers: [{ status: 201, about: 'The key, shown this once.', shape: newApiKey }],
      handle: async ({ key: by, body: { expiresAt, ...rest } }) => {
        const until = expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) };
        const { record, key } = await createKey(parts, by.tenantId, by, { ...rest, ...until });
        return { status: 201, json: { ...viewKey(record), key } };
      },
    }),
    route({
      method: 'delete',
      path: '/keys/{key}',
      name: 'revokeKey',
      scope: 'keys:write',
      audit: 'change',
      summary: 'Revoke an API key',
      about: 'Every process refuses it within five seconds, this one at once.',
      params: z.object({ key: uuid }),
      answers: [{ status: 204, about: 'The key is revoked.' }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key: by, params }) => {
        await revokeKey(parts, by.tenantId, by, params.key);
        parts.authenticator.forget();
        return { status: 204 };
      },
    }),
  ];
}

function viewKey(key: ApiKey): z.infer<typeof apiKey> {
  const { id, name, scopes, createdAt, lastUsedAt, perSecond = null, expiresAt } = key;
  return {
    id,
    name,
    scopes: [...scopes],
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
    perSecond,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
  };
}
