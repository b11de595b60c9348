/**
 * The words of the page on which people see and change what they allowed, while a business has not
 * written its own: the form named `preferences`.
 */
import type { Purpose } from '../words.ts';
import type { ConsentForm } from './form.ts';

export const preferencesName = 'preferences';

const asked: readonly (readonly [Purpose, words: string, box: string])[] = [
  [
    'recording',
    'We record telephone calls with you, and keep the recording for as long as our notice says.',
    'You may record my calls.',
  ],
  [
    'transcription',
    'A provider that our notice names turns what is said in calls with you into text.',
    'You may have my calls turned into text.',
  ],
  [
    'analysis',
    'A computer looks for patterns in what is said in calls with you, to improve our service.',
    'You may have my calls analysed by a computer.',
  ],
  [
    'training',
    'Recordings of calls with you are used to train our staff.',
    'You may use my calls for training.',
  ],
  [
    'marketing-calls',
    'We call you with offers of ours. You can take this back on any call.',
    'You may call me with offers.',
  ],
  [
    'marketing-texts',
    'We send you text messages with offers of ours. Answering STOP ends them.',
    'You may text me with offers.',
  ],
  [
    'call-tracking',
    'We keep which advertisement or campaign a call with you came from.',
    'You may keep which campaign my calls came from.',
  ],
  [
    'sale',
    'We sell or share data about you with others, for money or otherwise.',
    'You may sell or share my data.',
  ],
  [
    'answer-recognition',
    'A computer listens to your answers to our questions in a call, so that you need no keys.',
    'A computer may listen to my answers.',
  ],
  [
    'survey',
    'We ask you questions about a call after it, and keep your answers.',
    'You may ask me about my calls.',
  ],
];

export function shippedPreferences(controller: string): ConsentForm {
  return {
    name: preferencesName,
    locale: 'en',
    title: 'Your choices',
    controller,
    intro: 'What you allow us, each thing by itself. Nothing depends on your saying yes.',
    next: 'What you choose counts at once, in calls that are going on, too. We keep a record of it.',
    withdrawal: 'You can take back anything at any time at /privacy/choices, without a reason.',
    submit: 'Save my choices',
    purposes: asked.map(([purpose, words, box]) => ({ purpose, words, box })),
    sites: [],
  };
}
