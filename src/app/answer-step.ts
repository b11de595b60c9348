/**
 * Answers a voice webhook, or sees to it that what was answered without it is true: a commit may
 * stand after its caller was let through unrecorded, however late, and even after somebody looked
 * whether it did. Whoever waited for it looks once more.
 */
import type { VoiceWebhook } from '../core/call/webhook.ts';
import type { CallParts } from './call-parts.ts';
import type { GivingUp } from './give-up.ts';
import { stepCall } from './step-call.ts';

/** @param deadline monotonic ms; whoever answers does so without us from then on */
export async function answerStep(
  parts: CallParts,
  givingUp: Pick<GivingUp, 'answerOf' | 'again'>,
  webhook: VoiceWebhook,
  deadline: number,
): Promise<string> {
  const told = givingUp.answerOf(webhook);
  if (told !== null) return told;
  try {
    return await stepCall(parts, webhook, deadline);
  } finally {
    if (parts.clock.monotonic() >= deadline) givingUp.again(webhook);
  }
}
