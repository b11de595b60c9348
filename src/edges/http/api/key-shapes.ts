/** The shapes of API keys. */
import { z } from 'zod';
import { scopes } from '../../../core/access/scope.ts';
import { nameShapes, uuid } from './shapes.ts';

const time = z.iso.datetime();

const keyRate = z
  .int()
  .min(0)
  .max(1e6)
  .describe('Requests a second; 0: no limit; null: as any key.');
export const apiKey = z.object({
  id: uuid,
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  createdAt: time,
  lastUsedAt: time.nullable().describe('To the minute.'),
  perSecond: keyRate.nullable(),
  expiresAt: time.nullable().describe('Refused from then on; null: until it is revoked.'),
});
export const newApiKey = apiKey.extend({
  key: z.string().describe('The key itself. It is shown in this answer and never again.'),
});
export const apiKeyPage = z.object({ data: z.array(apiKey), next: z.null() });
nameShapes({ apiKey, newApiKey, apiKeyPage });

export const wantedKey = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{C}]*$/u)
    .describe('The service that will use the key.'),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  perSecond: keyRate.exactOptional(),
  expiresAt: z.iso
    .datetime({ offset: true })
    .exactOptional()
    .describe('From when on it is refused; a key that expires makes none that lives longer.'),
});
