import { type PromptWords, phrase } from './words.ts';

/** A participle with what may stand between it and its auxiliary: “kann … aufgezeichnet werden”. */
const recorded = '(?:aufgezeichnet|aufgenommen|mitgeschnitten|mitgehört|transkribiert|ausgewertet)';

export const german: PromptWords = {
  charactersPerMinute: 920,
  forbidden: {
    'may-be': phrase(
      `(?:kann|können|könnte|könnten|darf|dürfen)(?: [^\\s.!?]+){0,6} ${recorded} werden`,
      `(?:möglicherweise|eventuell|gegebenenfalls|unter Umständen|vielleicht)(?: [^\\s.!?]+){0,6} ${recorded}`,
      'zeichnen wir (?:möglicherweise|eventuell|gegebenenfalls)',
    ),
    staying: phrase(
      '(?:bleiben Sie|Sie bleiben|bleiben) (?:bitte )?(?:in der|an der|am) (?:Leitung|Apparat|Telefon)',
      '(?:in der|an der) Leitung bleiben',
      'am Apparat bleiben',
      'wenn Sie (?:fortfahren|weitersprechen|bleiben|nichts tun|nicht auflegen)',
      '(?:durch|mit) (?:das |Ihr |dem |Ihrem )?(?:Fortfahren|Fortsetzen|Weitersprechen|Verbleiben)',
      'legen Sie nicht auf',
    ),
    negative: phrase(
      'etwas dagegen',
      'einwände',
      'es sei denn',
      'außer Sie',
      'stört es Sie',
      'widersprechen Sie',
    ),
    vague: phrase(
      '(?:zu |für )?(?:Qualitäts|Schulungs|Trainings|Geschäfts)(?:-|zwecken?|gründen?)(?:\\p{L}*)',
      '(?:verschieden|ander|sonstig|intern|divers|geschäftlich|gewiss)e[nr]? (?:Zwecken?|Gründen?)',
    ),
  },
  negation: phrase('nicht', 'kein\\p{L}*', 'nie', 'niemals', 'ohne'),
  deeds: {
    recording: phrase(
      'zeichne\\p{L}*(?: [^\\s.!?]+)* auf',
      'aufzeichn\\p{L}*',
      'aufgezeichnet',
      'Aufzeichnung',
      'n[ie]\\p{L}+(?: [^\\s.!?]+)* auf',
      'aufnehmen',
      'aufgenommen',
      'Aufnahme',
      'mitschneiden',
    ),
    transcription: phrase(
      'transkri\\p{L}+',
      '(?:in|als) Text',
      'schriftlich',
      'schreib\\p{L}*(?: [^\\s.!?]+)* (?:auf|mit)',
    ),
    analysis: phrase(
      'analys\\p{L}+',
      'auswert\\p{L}+',
      'ausgewertet',
      'wertet(?: [^\\s.!?]+)* aus',
      'Auswertung',
    ),
    training: phrase(
      'schul\\p{L}+',
      'Schulung\\p{L}*',
      'trainier\\p{L}+',
      'Training',
      'Ausbildung',
      'auszubilden',
    ),
    'marketing-calls': phrase(
      'anruf\\p{L}*',
      'anzurufen',
      'ruf\\p{L}+(?: [^\\s.!?]+)* an',
      'telefon\\p{L}*',
    ),
    'marketing-texts': phrase('nachrichten?', 'SMS', 'Textnachricht\\p{L}*'),
    survey: phrase('Antwort(?:en)?', 'Umfrage'),
    'answer-recognition': phrase('Computer', '\\p{L}*erkenn\\p{L}+'),
  },
  own: phrase('Ihre[nr]? (?:eigenen? )?Stimme', 'Ihr(?:en|es)? (?:eigene[nrs]? )?Teil'),
  whatFor: phrase(
    'um(?: [^\\s.!?]+)* (?:zu|\\p{L}+zu\\p{L}+)',
    'zur',
    'zum',
    'für',
    'damit',
    'zu diesem Zweck',
  ),
  star: phrase('Sterntaste', 'Stern', 'Sternchen'),
  anyTime: phrase('jederzeit', 'zu jeder Zeit', 'wann immer'),
  withdraw: phrase('wider(?:ruf\\p{L}*|rufen)', 'zurücknehmen', 'zurückziehen'),
  person: phrase(
    'Menschen?',
    'Person',
    'jemand\\p{L}*',
    'Mitarbeit\\p{L}+',
    'Kolleg\\p{L}+',
    'Team',
    'uns',
  ),
  computer: phrase('Computer', 'Automat', 'Maschine', 'automatisches System'),
};
