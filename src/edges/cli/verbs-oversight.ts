/** Verbs by which the business itself is held to its duties. */
import { agreementAccept, agreementList, agreementShow } from './agreement.ts';
import { breachScopeCommand } from './breach.ts';
import type { CommandGroup } from './command.ts';
import { contractCancel, contractEnd, contractOffer, contractShow } from './contract.ts';
import { custodyList, custodyNote } from './custody.ts';
import { trainingList, trainingPolicy, trainingRecord } from './training.ts';

export const oversightVerbs: readonly (readonly [string, CommandGroup])[] = [
  [
    'training',
    {
      summary: 'shows who read which policy, and requires it',
      about: 'A training is a policy that people who sign in have read, and have to read again.',
      commands: { list: trainingList, policy: trainingPolicy, record: trainingRecord },
    },
  ],
  [
    'agreement',
    {
      summary: 'shows the facts on processing, and accepts them',
      about: 'What an agreement on processing says of what is done, made of the registers.',
      commands: { show: agreementShow, accept: agreementAccept, list: agreementList },
    },
  ],
  [
    'breach',
    {
      summary: 'counts what a breach reached',
      about: 'Which records could be read at a time, by whom, and under which keys.',
      commands: { scope: breachScopeCommand },
    },
  ],
  [
    'custody',
    {
      summary: 'shows where keys are, and writes down what becomes of them',
      about: 'A log of every copy of a key: made, handed over, exposed, destroyed.',
      commands: { list: custodyList, note: custodyNote },
    },
  ],
  [
    'contract',
    {
      summary: 'ends the business: offers a copy, then destroys keys and everything else',
      about: 'Keys first, so that no backup opens any more; then all the rest, and a certificate.',
      commands: {
        offer: contractOffer,
        show: contractShow,
        cancel: contractCancel,
        end: contractEnd,
      },
    },
  ],
];
