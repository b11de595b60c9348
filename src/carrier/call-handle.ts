import { hangUp, press, speak } from './acts.ts';
import type { CarrierEvent, LegStatus } from './events.ts';
import type { Leg } from './leg.ts';
import { sendFrames } from './streams.ts';

export type EventOf<Type extends CarrierEvent['type']> = Extract<CarrierEvent, { type: Type }>;

/** A leg in the hands of whoever plays its party. */
export class CallHandle {
  readonly callSid: string;
  /** Everything that happened on this leg so far, in order. */
  readonly events: readonly CarrierEvent[];
  /** Resolves when the leg is over and its last callbacks were answered or given up. */
  readonly ended: Promise<EventOf<'ended'>>;
  private readonly leg: Leg;

  constructor(leg: Leg) {
    this.leg = leg;
    this.callSid = leg.sid;
    this.events = leg.history;
    this.ended = this.when('ended');
  }

  get status(): LegStatus {
    return this.leg.status;
  }

  /** The events of one type so far. */
  all<Type extends CarrierEvent['type']>(type: Type): readonly EventOf<Type>[] {
    return this.leg.history.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** The nth event of a type, past or to come. Rejects when the call ends without it. */
  when<Type extends CarrierEvent['type']>(type: Type, nth = 1): Promise<EventOf<Type>> {
    const { changes } = this.leg;
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.all(type)[nth - 1];
        const over = this.leg.history.at(-1)?.type === 'ended';
        if (found === undefined && !over) return;
        changes.removeEventListener('change', look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`the call ended without "${type}" number ${nth}`));
      };
      changes.addEventListener('change', look);
      look();
    });
  }

  /** To the gather that listens, or on the bridge. Nobody listens: it is an event, no more. */
  pressDigits(digits: string): void {
    press(this.leg, digits);
  }

  /** `confidence` null: the carrier leaves the parameter out. */
  say(words: string, confidence: number | null = 0.9): void {
    speak(this.leg, words, confidence);
  }

  /** Lets a gather that waits for a manual act run out, at once. */
  silent(): void {
    this.leg.inputs.offer({ nothing: true });
  }

  star(): void {
    press(this.leg, '*');
  }

  hangup(): void {
    hangUp(this.leg);
  }

  /** Speaks so many frames, at instant pace; resolves when they were handed to the network. */
  sendFrames(frames: number): Promise<void> {
    if (this.leg.pace.speed !== 'instant') {
      throw new Error('at real pace frames go by themselves');
    }
    return sendFrames(this.leg, frames);
  }

  /** Every media socket of this leg dies without a close. */
  dropSocket(): void {
    for (const stream of this.leg.streams.values()) stream.media.drop();
  }
}
