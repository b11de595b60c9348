import type { Answer } from '../words.ts';

/**
 * English answers to "may this call be recorded?", whole utterances only. A yes is a grant when
 * it is explicit, unhedged and nothing else was said; any refusal or prohibition is a refusal;
 * everything else is unclear and is asked again. A wrong `unclear` costs one question, a wrong
 * grant an unlawful recording, so the grant is a closed grammar and the rest is patterns.
 */

/**
 * Longer speech is no grant, whatever it says; refusals are found in all of it. A gather may bring
 * a minute of speech, so no pattern here may take more time than the length of what it reads.
 */
const grantCharactersMax = 100;

const filler = '(?:u+h*m+|u+h+|e+r+m?|a+h|oh|well|so)';
const acknowledgement = '(?:okay|ok|alright|all right|great|good)';
const politeness = "(?:please|thanks|thank you|thanks a lot|thank you very much|sir|ma'am|madam)";
const object = '(?:it|me|us|this|this call|the call|this conversation|the conversation)';
const i = "(?:i am|i'm)";
const agreeable = '(?:okay|ok|fine|happy|comfortable|good)';

/**
 * Each text is made of these in one way only: a phrase that is two others one after the other
 * would make a run of it cost twice as much with each repetition. Hence no "you can record":
 * "you can" and "record" say it.
 */
const assents = [
  'yes|yeah|yep|yup|yah|aye',
  'sure|sure thing|of course|certainly|definitely|absolutely|affirmative|by all means|gladly',
  'go ahead|go right ahead|go for it|feel free|please do|fine by me|fine with me',
  `(?:go ahead and )?record(?: ${object})?`,
  'you may|you can',
  'i agree|i consent|i accept|i agree to that|i agree to the recording|i agree to be recorded',
  'i give (?:you )?(?:my )?(?:permission|consent)|you have my (?:permission|consent)',
  `${i} ${agreeable} with (?:being recorded|the recording|recording|that being recorded)`,
  `${i} ${agreeable} to be recorded`,
  "i'd be happy to|i would be happy to",
];
const assent = `(?:${assents.join('|')})`;

/** Idioms built on "no" and "not" that refuse nothing and grant nothing. */
const idioms = new RegExp(
  [
    '\\b(?:no|not an?|not the) (?:problems?|objections?|worries|issues?|idea|clue|doubt|matter)\\b',
    "\\b(?:don't|do not|doesn't|does not|wouldn't|would not|won't) (?:really )?(?:mind|bother|care)\\b",
    "\\b(?:don't|do not) (?:disagree|object|know|understand|speak|hear|follow|remember)\\b",
    "\\b(?:not|isn't) (?:so |quite |really )?(?:sure|certain)\\b",
    '\\bno not you\\b|\\bnever mind\\b|\\bnot at all\\b',
  ].join('|'),
  'g',
);

/**
 * The act itself is forbidden, whatever else was said: the first, and anywhere after it the
 * second. Searched one after the other, for with `.*` between them every pair would be tried.
 */
const prohibitions: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\b(?:no|not|never|don't|do not|dont|can't|cannot|won't|stop|quit|without|cancel)\b/,
    /\b(?:record(?:s|ed|ing)?|tap(?:e|ed|ing))\b/,
  ],
  [/\b(?:turn|switch|shut)\b/, /\boff\b/],
  [/\bopt(?:ing)?\b/, /\bout\b/],
];
const refusals: readonly RegExp[] = [
  // A refusal in words of its own.
  /\bi (?:do |would |must |have to )?(?:object|refuse|decline|disagree|mind)\b|\bi'd mind\b/,
  /\b(?:don't|do not|dont|can't|cannot|won't|will not|wouldn't|would not|never|did not|didn't) (?:i )?(?:agree|accept|consent|want|wish|like|allow|permit|give|approve|authorize|think so|do (?:it|that|this))\b/,
  /\byou (?:do not|don't|may not|cannot|can't|must not|mustn't|never)\b/,
  /\bnot (?:okay|ok|alright|fine|good|happy|comfortable|agreed|agreeing|accepted|allowed|now|today|here|yet|really|interested|this time|for me|with me)\b/,
  /\b(?:absolutely|definitely|certainly|of course|please|preferably|rather|better|probably|maybe|hopefully|i'd rather|would rather|hope|think|say|said) not\b/,
  /\b(?:don't|do not|dont|wouldn't|won't|rather not)$/,
  /\bno (?:thanks|thank you|way|no|sir|ma'am|need|consent|permission|deal)\b|\bno please\b/,
  /\b(?:nope|nah|negative|never)\b|^not$/,
  // A correction that ends in no.
  /\b(?:i mean|actually|sorry|wait|rather|make (?:that|it)|i said|i say)(?: a)? no$/,
];
const plainNo = new RegExp(`^(?:(?:${filler}|${acknowledgement}|but|and|then|just) )*no\\b`);
/** With one of these a plain "no" contradicts itself. */
const agreement = /\b(?:yes|yeah|yep|yup|sure|go ahead|fine|okay|ok|alright|good|please do)\b/;

/**
 * @param grantWord the word for the key that grants, such as "one"; null where there is none
 * @param refuseWord the same for the key that refuses
 */
export function englishAnswer(
  speech: string,
  grantWord: string | null,
  refuseWord: string | null,
): Answer {
  const text = normalised(speech);
  if (text === '') return 'silence';
  if (text.includes('?')) return 'unclear';
  if (text.length <= grantCharactersMax && isGrant(text, grantWord)) return 'grant';
  return isRefusal(text, refuseWord) ? 'deny' : 'unclear';
}

/**
 * Lower case, straight apostrophes, single spaces; of the punctuation only `?` is kept. Accents
 * stay as they came: composing them takes the square of their number, and no word here has one.
 */
function normalised(speech: string): string {
  return speech
    .toLowerCase()
    .replace(/[’‘ʼ`´]/g, "'")
    .replace(/[？؟]/g, '?')
    .replace(/[^\P{P}'?]|\p{S}/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function isGrant(text: string, grantWord: string | null): boolean {
  const yes = grantWord === null ? assent : `(?:${assent}|${keySaid(grantWord)})`;
  const beginning = `(?:${filler} )*(?:${acknowledgement} )?(?:please )?`;
  return new RegExp(`^${beginning}${yes}(?: (?:${yes}|${politeness}))*$`).test(text);
}

function isRefusal(text: string, refuseWord: string | null): boolean {
  const meant = text.replace(idioms, ' - ');
  if (prohibitions.some(([first, second]) => holdsInOrder(meant, first, second))) return true;
  if (refusals.some((pattern) => pattern.test(meant))) return true;
  if (plainNo.test(meant) && !agreement.test(meant.replace(plainNo, ''))) return true;
  if (refuseWord === null) return false;
  const polite = `(?:${filler} )*(?:${acknowledgement} )?`;
  return new RegExp(`^${polite}${keySaid(refuseWord)}(?: ${politeness})*$`).test(meant);
}

function holdsInOrder(text: string, first: RegExp, second: RegExp): boolean {
  const found = first.exec(text);
  return found !== null && second.test(text.slice(found.index + found[0].length));
}

/** A key named aloud: "one", "number one", "press one", "option 1". */
function keySaid(word: string): string {
  return `(?:(?:number|press|option|choice) )?${word}`;
}
