import type { Language } from './language.ts';

/** English, of both shores. */
export const english: Language = {
  parts: {
    object: '(it|me|us|this [call|conversation]|the (call|conversation)|that|my call)',
    act: `(it|that|this|recording [<object>]|(the|this|a) recording [of (the|this) call]
      |[<object>] being recorded|be recorded|you recording [<object>])`,
    okay: '(okay|ok|fine|happy|comfortable|good|cool|alright|all right)',
    very: '[perfectly|totally|absolutely|completely|quite|very|more than]',
    permission: '(permission|consent|approval|authorization|authorisation)',
    iam: "(i'm|im|i am)",
    dont: `(don't|dont|do not|doesn't|doesnt|does not|didn't|didnt|did not|can't|cant|cannot|can not
      |couldn't|could not|won't|wont|will not|wouldn't|wouldnt|would not|shouldn't|should not
      |mustn't|must not|may not|shall not|never)`,
    not: "(not|isnt|isn't|aint|ain't|arent|aren't|wasn't)",
    nope: '(no|nope|nah|naw|nay)',
  },
  hesitation: /^(?:u+h*m+|u+h+|e+r+m?|a+h)$/,
  opening: ['okay|ok|alright|all right|great|good', 'oh|well|so|ya', 'please'],
  support: [
    "(that's|thats|that is|it's|that would be|that'd be) <very> (okay|ok|fine|good|cool|alright|all right)",
    "okay|ok|great|i do|that works [for me]|works for me|why certainly|that's okay with us",
  ],
  politeness: [
    'please|thanks|thank you|thanks a lot|(thank you|thanks) (very|so) much|many thanks',
    "sir|ma'am|maam|madam|miss|mate",
  ],
  assents: [
    'yes|yeah|yea|yep|yup|yah|aye|yes indeed|yes [i] [really] do',
    'sure|sure thing|for sure|[why] of course|[most] certainly|[most] definitely|absolutely',
    'affirmative|by all means|gladly|with pleasure',
    'go (ahead|right ahead|on ahead|for it)|[please] feel free|please do|please proceed|proceed',
    "[that is|that's|thats|it's] <very> (fine|okay|ok|alright|all right|cool) (by|with) me",
    `[go ahead and|feel free to|please|please do|do] record [<object>]|record away`,
    '(carry on|keep|continue) recording [<object>]',
    `(it's|its|it is|that's|that is) <very> (okay|ok|fine|alright|all right) [for you] to record [<object>]`,
    'you (may|can) [go ahead|do (that|so|it)|[go ahead and] record [<object>]]',
    "(you are|you're|you're most|youre) (free|welcome|allowed) to record [<object>]",
    'i [do|fully|hereby|gladly|happily|absolutely|definitely] (agree|consent) [(to|with) <act>]',
    'i [do|fully|hereby|gladly|happily] accept [(it|that|this|the recording|recording)]',
    '(agreed|accepted) [yes]|yes to [the] recording|[the] recording is (fine|okay|ok) [(with|by) me]',
    `(i [hereby|do|happily|gladly] (give|grant)|i'm giving) [you] [my] [full] <permission>
      [to record [<object>]|for (this|that|the recording|recording)]`,
    'you have (my|our) [full] <permission> [to record [<object>]]|<permission> granted',
    `i [do|hereby|happily|gladly] (authorize|authorise|allow|permit|approve)
      (it|that|this|[the|this] recording|recording <object>|you to record [<object>]
      |<object> to be recorded|you recording [<object>])`,
    '<iam> <very> <okay> (with <act>|to be recorded|for you to record [<object>])',
    "(i'd|id|i would) be <very> (happy|glad) to [be recorded]",
    'happy to [be recorded]|(fine|okay|ok|happy) with (me|the recording|being recorded)',
  ],
  vetoes: [
    '<opening>* (record|you (can|may)|proceed|happy to)',
    '<opening>* you (can|may) do (that|so|it)',
    // "Yeah, yeah" and "sure, sure" wave a question away; "yes, yes" does not.
    '<opening>* (yeah yeah+|sure sure+) (sure|yeah|<support>|<politeness>)*',
    // The purpose of something said before: "so you can record it".
    '... so <opening>* you (can|may) ...',
    // Two digits of a number, and somebody in the room.
    '... oh <key-yes> ...',
    '<opening>* (yes|yeah|yea|yep|yup|yah|aye) mate',
    // The instruction, not the answer: "press one for sure", "one for sure".
    '... <key-yes> for ...',
  ],
  agreeing: [
    `(no|not (a|an|any|the)|<dont> (have|see) (a|an|any|the)|have no|without [a|any])
      [real|big|huge] (problem|problems|problemo|objection|objections|worries|worry|issue|issues
      |doubt|matter|deal|biggie|harm|qualms|reservations|probs)`,
    'no (biggie|big deal|sweat|bother|trouble|stress|complaints)',
    "<dont> [really|even|at all] (mind|bother|care|matter|hurt|worry)|couldn't care less",
    "(don't|do not|dont|can't|cannot) (disagree|object|refuse|complain|say no)|not at all|not opposed",
    'nothing against|nothing wrong|why not|not against|not (bothered|fussed|objecting)',
  ],
  aside: [
    '(no|not an|not a) (idea|clue|matter)|no (one|body|comment|other choice|choice|signal|sound)',
    `(don't|do not|dont|doesn't|does not|didn't|did not|can't|cannot|can not|couldn't)
      [really|quite|even] (know|understand|speak|hear|follow|remember|catch|get it|get that
      |get what|see you|talk|think you)`,
    "(not|isn't) [so|quite|really|entirely|too|100] (sure|certain|home|available|able|alone)",
    '[no] not (you|her|him|them|the dog)|never mind|nevermind|not so fast|not only|or not|or no',
    '<nope> [no] (mom|mum|mommy|mummy|mama|dad|daddy|honey|sweetie|sweetheart|darling|dear|kids)',
    '(mom|mum|mommy|mummy|dad|daddy|honey|sweetie|sweetheart|darling|kids) no',
    'how (dare|about) (you|no)|does no mean|to no avail|if [i say] no|if (i|you) <dont>',
    "(is|are|was|am) (she|he|they|this) not|(she|he|they|it)'s not (here|home|in|available)",
    '(she|he|they) (is|are) not (here|home|in|available)|wrong number',
  ],
  prohibitions: [
    '(no|not|<not>|<dont>|nothing|without|stop|quit|cancel|forbid|end|cease) ... (record~|tape|taped|taping)',
    '(turn|switch|shut) ... off',
    'opt ... out|opting ... out|optout',
    '(recorder|recording) ... (off|stopped|ended|cancelled|deleted)|delete ... recording',
    'unrecorded|off the record',
  ],
  refusals: [
    'i [do|would|must|have to|strongly|really|totally] (object|refuse|decline|disagree|mind)',
    "(i'd|id|i'll|i will) [really|rather|have to|pass] (mind|decline|object|pass|refuse)",
    `(<dont>|didn't) [i|really|want to|wish to] (agree|accept|consent|want|wish|like|allow|permit
      |give|approve|authorize|authorise|think so|feel comfortable|do (it|that|this)|have my|dare
      |believe so|am|trust|support)`,
    "you (do not|don't|dont|may not|cannot|can't|cant|must not|mustn't|never|shall not|can not)",
    `<not> [very|really|too|so|at all|quite|all that|entirely|completely] (okay|ok|alright|fine|good
      |happy|comfortable|agreed|agreeing|accepted|allowed|acceptable|cool|now|today|here|yet
      |really|interested|this time|for me|with me|by me|going to|gonna|willing|keen|in favour
      |in favor|consenting|a chance|in a million|on my|necessary|at this|tonight|particularly|exactly
      |with that|without|unless|if i|a fan|please|to be|to record|ever|into|in the mood)`,
    `(absolutely|definitely|certainly|surely|sure|of course|please|preferably|rather|better|probably
      |maybe|perhaps|hopefully|hope|think|guess|say|said|prefer|afraid|thanks|obviously|still
      |suppose|clearly|course|why|just|would|no|nope|nah|actually|yes|yeah) not`,
    "no (thanks|thank you|thankyou|way|sir|ma'am|madam|miss|need|consent|permission|deal|please|no|chance|never|absolutely|definitely|ta)",
    'nope|nah|naw|negative|never|no no|nopes|nay|nein|hell no|hard pass|over my dead body|no siree',
    "(i|we|i'll) (refuse|decline|withdraw|revoke|object|pass)|refused|declined|declining|denied|opposed|[i'm|am] against",
    '(forget (it|about it|that)|leave me|stop it|stop that|cut it out|knock it off)',
    "(prefer|rather) (you|it|that you|this|if you|we) (didn't|did not|don't|not|wasn't|weren't|wouldn't)",
    "(i|i'd|id|i would) (prefer|rather) (not|no)|rather not|[the] answer is [still|always] no|say no|said no|vote no|be a no|a no [from me]",
    'by no means|in no way|under no circumstances|on no account|not on your life|no can do|nothing doing',
  ],
  endings: [
    "<dont>|rather not|not|havent|am not|i'm not",
    '(i mean|i meant|actually|sorry|wait|hang on|hold on|rather|make (that|it) [a]|i said|i say|correction|scratch that) <nope>+ [please|thanks]',
    '(nope|no) no+|no go',
  ],
  no: [
    '(<opening>|but|and|then|just|hi|hello|sorry|hm|hmm|um|god|hey|look|eh)* <nope> ...',
    "... <nope> [sorry|please|sir|ma'am]",
  ],
  noAndNot: [],
  agreement: [
    'yes|yeah|yep|yup|sure|go (ahead|on|right)|go for|fine|okay|ok|alright|good|please do|feel free',
    'of course|absolutely|by all means|agree|happy|welcome|you (can|may)|certainly|definitely|all right',
  ],
  hedges: [
    'maybe|perhaps|probably|guess|suppose|might|possibly|if|unless|only|but|whatever|depends|until',
    "as long as|provided|except|think|just|have to|must|anyway|for now|kind of|sort of|i don't care",
  ],
  keys: {
    digits: ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
    naming:
      "(number|option|choice|key|button|(i|i'll|i'm|i will) (press|pressing|pressed|choose|say|select)) [number|key|option]",
    told: '(press|choose|say|select) [number|key|option]',
    ambiguous: [],
  },
};
