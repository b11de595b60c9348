/**
 * The closed list: every parameter of the carrier that is read, by any endpoint, and what for.
 * Names, places, forwarding and whatever the carrier adds next year are dropped and counted.
 */
const fields = {
  AccountSid: 'the account is ours',
  CallSid: 'which leg it is about',
  CallStatus: 'whether the leg goes on',
  From: 'who calls, or writes',
  To: 'which line',
  Direction: 'who placed the call',
  StirVerstat: 'whether the number may be forged',
  Digits: 'an answer by key',
  SpeechResult: 'an answer by word',
  Confidence: 'how sure the recogniser is',
  DialCallStatus: 'whether somebody was reached',
  AnsweredBy: 'a machine grants nothing',
  SequenceNumber: 'which of two reports is later',
  FriendlyName: 'which bridge',
  ConferenceSid: 'which bridge, at the carrier',
  StatusCallbackEvent: 'who came or left',
  MessageSid: 'which text message',
  Body: 'whether it is a stop',
  OptOutType: 'whether the carrier took it for a stop',
} as const;

export const readFields: ReadonlySet<string> = new Set(Object.keys(fields));
