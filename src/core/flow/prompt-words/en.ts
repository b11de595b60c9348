import { type PromptWords, phrase } from './words.ts';

export const english: PromptWords = {
  charactersPerMinute: 987,
  forbidden: {
    'may-be': phrase(
      '(?:may|might|could|can) be (?:recorded|monitored|transcribed|taped|used|analy[sz]ed)',
      'possibly (?:recorded|monitored)',
      'we (?:may|might) (?:record|monitor)',
    ),
    staying: phrase(
      '(?:stay|remain|hold|wait) on (?:the|this) (?:line|call)',
      '(?:staying|remaining) on (?:the|this) (?:line|call)',
      'by (?:continuing|staying|remaining|proceeding)',
      'if you (?:continue|stay|remain|do nothing)',
      "(?:do not|don't) hang up",
    ),
    negative: phrase('do you mind', 'would you mind', 'unless you', 'do you object'),
    vague: phrase(
      '(?:quality|training|business|internal|various|other|certain|several) (?:and \\p{L}+ )?purposes',
      '(?:quality|business|various|other) reasons',
    ),
  },
  negation: phrase('no', 'not', 'never', 'without', "\\p{L}+n't"),
  deeds: {
    recording: phrase('record(?:s|ed|ing|ings)?'),
    transcription: phrase('transcri\\p{L}+', 'writ(?:es?|ten|ing) down', 'into text', 'as text'),
    analysis: phrase('analy\\p{L}+', 'evaluat\\p{L}+'),
    training: phrase('train\\p{L}*', 'teach\\p{L}*'),
    'marketing-calls': phrase('calls?', 'calling', 'telephones?', 'phones?'),
    'marketing-texts': phrase('texts?', 'messages?', 'SMS'),
    survey: phrase('answers?', 'survey'),
    'answer-recognition': phrase('computer', 'recogni\\p{L}+'),
  },
  own: phrase('your (?:own )?voice', 'your side'),
  whatFor: phrase('to', 'for', 'so that', 'in order to'),
  star: phrase('star', 'asterisk'),
  anyTime: phrase('at any time', 'any time', 'whenever'),
  withdraw: phrase('withdraw\\p{L}*', 'tak(?:e|ing) (?:it|this|that) back', 'change your mind'),
  person: phrase(
    'person',
    'people',
    'somebody',
    'someone',
    'human',
    'colleagues?',
    'agent',
    'representative',
    'staff',
    'team',
  ),
  computer: phrase('computers?', 'automated system', 'machine'),
};
