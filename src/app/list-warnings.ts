/** Which lists have to be renewed soon, and which are too old to be relied on. */
import { type Manifest, termOf } from '../core/suppression/list-manifest.ts';
import { ageOf, daysMaxOf, usableUntil } from '../core/suppression/list-use.ts';
import type { Instant } from '../core/words.ts';

export function listWarnings(manifests: readonly Manifest[], now: Instant): readonly string[] {
  return manifests.flatMap((manifest) => {
    const { list } = manifest;
    const term = termOf(manifest);
    const age = ageOf(term, daysMaxOf(list), now);
    if (age === 'fresh') return [];
    const end = new Date(usableUntil(term, daysMaxOf(list))).toISOString();
    const whatNow = age === 'old' ? 'has to be renewed by' : 'cannot be relied on since';
    return [`the list ${list} ${whatNow} ${end}`];
  });
}
