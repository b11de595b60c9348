import type { EndedBy } from './events.ts';
import type { DocumentRequest, Leg } from './leg.ts';
import type { GatherPlace } from './script.ts';
import type { HttpMethod } from './webhook.ts';

/** What comes after a verb: the one below it, another document, or the end. */
export type Step =
  | { readonly kind: 'next' }
  | { readonly kind: 'go'; readonly request: DocumentRequest }
  | { readonly kind: 'end'; readonly by: EndedBy };

/** Where a verb stands, and how another leg's documents are run from it. */
export interface VerbContext {
  /** URL of its document; null if the document came by REST. */
  readonly base: string | null;
  readonly place: GatherPlace;
  run(leg: Leg, request: DocumentRequest): Promise<EndedBy | 'finished'>;
}

export const next: Step = { kind: 'next' };

/** `value` made absolute; null, and a protocol error, where there is nothing to start from. */
export function resolveUrl(leg: Leg, base: string | null, value: string): string | null {
  if (URL.canParse(value)) return value;
  if (base !== null && URL.canParse(value, base)) return new URL(value, base).href;
  leg.protocolError(11100, `"${value}" is relative, and the document came without a URL`);
  return null;
}

export function methodOf(text: string | undefined): HttpMethod {
  return text === 'GET' ? 'GET' : 'POST';
}

/** On to the `action` of a verb, by default the URL its document came from. */
export function goTo(
  leg: Leg,
  context: VerbContext,
  attributes: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, string>>,
): Step {
  const url = resolveUrl(leg, context.base, attributes['action'] ?? context.base ?? '');
  if (url === null) return { kind: 'end', by: 'failure' };
  return { kind: 'go', request: { url, method: methodOf(attributes['method']), parameters } };
}

/** A whole number in an attribute; `otherwise` if it is absent or was found to be wrong. */
export function wholeOf(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : otherwise;
}
