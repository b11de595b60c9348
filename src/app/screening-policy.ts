/**
 * How the operator wants numbers to be screened: hours of its own, states in a declared emergency,
 * how long an attempt rings. It narrows what the rules allow and never widens it. Every process
 * goes by a change within seconds; while it cannot be read, the last one stays, and the own list,
 * which cannot be read then either, holds every contact.
 */
import type { Place } from '../core/jurisdiction/place.ts';
import { readWeek, type Week, type WeekText } from '../core/suppression/hours.ts';
import { type Policy, standardPolicy } from '../core/suppression/inquiry.ts';
import type { Channel } from '../core/suppression/own-change.ts';
import { makeWindow } from '../core/suppression/window.ts';
import { followSetting, type SettingFollower } from './follow-setting.ts';
import type { SettingStore } from './settings.ts';

export interface ScreeningSettings {
  /** Seconds a call may ring; it has to end within the hours. */
  readonly ringS: number;
  /** States, or countries, in which nobody is sold to until further notice. */
  readonly emergencies: readonly Place[];
  /** Null: the rules alone. */
  readonly hours: ({ readonly zone: string } & WeekText) | null;
  /**
   * What a clear stop by text ends. 47 CFR 64.1200(a)(10) lets a revocation reach whatever the
   * person said; without a word about it, it is everything.
   */
  readonly textStop?: TextStop;
}

export const textStops = ['calls-and-texts', 'texts'] as const;
export type TextStop = (typeof textStops)[number];

export const reachOf = ({ textStop }: ScreeningSettings): readonly Channel[] =>
  textStop === 'texts' ? ['text'] : ['call', 'text'];

/** What we ring at most (40 s), and a little. */
export const ringSMin = 45;
export const ringSMax = 600;

export const defaultScreening: ScreeningSettings = {
  ringS: standardPolicy.ringMs / 1_000,
  emergencies: [],
  hours: null,
  textStop: 'calls-and-texts',
};

/** Hours that cannot be read are none at all: nobody is contacted. */
export function policyOf({ ringS, emergencies, hours }: ScreeningSettings): Policy {
  const week = hours === null ? null : (readWeek(hours) ?? closedWeek);
  return {
    ...standardPolicy,
    ringMs: ringS * 1_000,
    emergencies: new Set(emergencies),
    own: hours === null || week === null ? null : makeWindow([hours.zone], week, []),
  };
}

const closedWeek: Week = Array.from({ length: 7 }, () => []);

export const areHours = (hours: WeekText): boolean => readWeek(hours) !== null;

export type PolicyFollower = SettingFollower<Policy>;

export const followPolicy = (settings: Pick<SettingStore, 'current'>): PolicyFollower =>
  followSetting(settings, 'screening', standardPolicy, policyOf);
