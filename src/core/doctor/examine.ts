/** The doctor: every capability of the product, and the installation, looked at as they are now. */
import { accessChecks } from './access-checks.ts';
import type { Check } from './check.ts';
import { consentChecks } from './consent-checks.ts';
import type { DoctorFacts } from './facts.ts';
import type { Finding, FindingState } from './finding.ts';
import { installationChecks, oversightChecks } from './oversight-checks.ts';
import { protectionChecks } from './protection-checks.ts';
import { removalChecks } from './removal-checks.ts';
import { rightsChecks } from './rights-checks.ts';

export const checks: readonly Check[] = [
  ...installationChecks,
  ...accessChecks,
  ...protectionChecks,
  ...consentChecks,
  ...rightsChecks,
  ...removalChecks,
  ...oversightChecks,
];

export interface Examination {
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<FindingState, number>>;
}

export function examine(facts: DoctorFacts): Examination {
  const findings = checks.map(({ of, title, look }): Finding => {
    const capability = typeof of === 'number' ? of : null;
    return {
      id: typeof of === 'number' ? `capability-${of}` : of,
      capability,
      title,
      ...look(facts),
    };
  });
  const of = (state: FindingState) => findings.filter((one) => one.state === state).length;
  return { findings, counts: { pass: of('pass'), warn: of('warn'), fail: of('fail') } };
}
