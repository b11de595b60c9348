import { Callbacks, rfc2822 } from './callbacks.ts';
import type { Leg } from './leg.ts';
import { newSid } from './sid.ts';
import { deliver, type HttpMethod } from './webhook.ts';

export interface ConferenceCallback {
  readonly url: string;
  readonly method: HttpMethod;
  /** `start`, `end`, `join`, `leave`; others never happen here. */
  readonly events: readonly string[];
}

export interface Participation {
  readonly startOnEnter: boolean;
  readonly endOnExit: boolean;
  readonly muted: boolean;
  readonly label: string | null;
  readonly callback: ConferenceCallback | null;
  /** Called when somebody's leaving ends the conference for everybody. */
  ended(): void;
}

type ConferenceEvent =
  | 'conference-start'
  | 'conference-end'
  | 'participant-join'
  | 'participant-leave';

/** A bridge of any number of legs, known by its name while somebody is in it. */
export class Conference {
  readonly sid = newSid('CF');
  readonly name: string;
  private readonly accountSid: string;
  private readonly participants = new Map<Leg, Participation>();
  private readonly held = new Set<Leg>();
  private readonly callbacks: Callbacks;
  /** Of the first participant that brought one; later ones are not heard. */
  private callback: ConferenceCallback | null = null;
  private started = false;
  private ended = false;
  private sequence = 0;

  /** @param first signs the callbacks, and its faults are the conference's */
  constructor(name: string, first: Leg) {
    this.name = name;
    this.accountSid = first.world.accountSid;
    this.callbacks = new Callbacks(first.faults.swapCallbacks === true, (webhook) =>
      deliver(first, webhook),
    );
    first.world.conferences.set(name, this);
  }

  join(leg: Leg, participation: Participation): void {
    this.callback ??= participation.callback;
    this.participants.set(leg, participation);
    leg.others = this.othersOf(leg);
    leg.emit({ type: 'bridged', conference: this.name, others: leg.others });
    this.tellOthers(leg, 'joined');
    this.report('participant-join', this.about(leg, participation));
    const begins = [...this.participants.values()].some((each) => each.startOnEnter);
    if (!this.started && begins && this.participants.size > 1) {
      this.started = true;
      this.report('conference-start', {});
    }
  }

  /** Does nothing if the leg has left already. */
  leave(leg: Leg): void {
    const participation = this.participants.get(leg);
    if (participation === undefined) return;
    this.participants.delete(leg);
    this.held.delete(leg);
    leg.others = [];
    this.tellOthers(leg, 'left');
    this.report('participant-leave', this.about(leg, participation));
    if (participation.endOnExit) this.end(leg, 'participant-with-end-conference-on-exit-left');
    else if (this.participants.size === 0) this.end(leg, 'last-participant-left');
  }

  has(leg: Leg): boolean {
    return this.participants.has(leg);
  }

  /** On hold a leg hears music, and nobody hears it. False if it is not in the conference. */
  hold(leg: Leg, on: boolean): boolean {
    if (!this.participants.has(leg)) return false;
    if (on) this.held.add(leg);
    else this.held.delete(leg);
    leg.emit({ type: 'held', on });
    return true;
  }

  flush(): Promise<void> {
    return this.callbacks.flush();
  }

  private end(by: Leg, reason: string): void {
    if (this.ended) return;
    this.ended = true;
    by.world.conferences.delete(this.name);
    for (const [leg, participation] of this.participants) {
      this.participants.delete(leg);
      leg.others = [];
      this.report('participant-leave', this.about(leg, participation));
      participation.ended();
    }
    this.report('conference-end', {
      CallSidEndingConference: by.sid,
      ReasonConferenceEnded: reason,
    });
  }

  private othersOf(leg: Leg): readonly string[] {
    return [...this.participants.keys()].filter((each) => each !== leg).map((each) => each.sid);
  }

  private tellOthers(leg: Leg, type: 'joined' | 'left'): void {
    for (const other of this.participants.keys()) {
      if (other === leg) continue;
      other.others = this.othersOf(other);
      other.emit({ type, conference: this.name, otherCallSid: leg.sid });
    }
  }

  private about(leg: Leg, participation: Participation): Record<string, string> {
    return {
      CallSid: leg.sid,
      Muted: String(participation.muted),
      Hold: String(this.held.has(leg)),
      Coaching: 'false',
      EndConferenceOnExit: String(participation.endOnExit),
      StartConferenceOnEnter: String(participation.startOnEnter),
      ...(participation.label === null ? {} : { ParticipantLabel: participation.label }),
    };
  }

  private report(event: ConferenceEvent, about: Readonly<Record<string, string>>): void {
    const callback = this.callback;
    this.sequence += 1;
    const [, short = ''] = event.split('-');
    if (callback === null || !callback.events.includes(short)) return;
    this.callbacks.add({
      kind: 'conference',
      method: callback.method,
      url: callback.url,
      parameters: {
        AccountSid: this.accountSid,
        ConferenceSid: this.sid,
        FriendlyName: this.name,
        StatusCallbackEvent: event,
        SequenceNumber: String(this.sequence),
        Timestamp: rfc2822(new Date()),
        ...about,
      },
    });
  }
}
