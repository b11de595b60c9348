/** What a website says of call tracking, beside the number that is shown there. */
import type { Notice, NoticeSection } from './notice.ts';
import type { NoticeFacts } from './privacy-notice.ts';

export function trackingNotice(facts: NoticeFacts): Notice {
  return {
    title: 'About the telephone number on this page',
    locale: 'en',
    sections: [facts.isTracking ? tracked(facts) : untracked(facts)],
    reviewedOn: facts.settings.reviewedOn,
  };
}

const title = 'Call tracking';

const untracked = ({ controller }: NoticeFacts): NoticeSection => ({
  title,
  paragraphs: [`${controller} does not keep which advertisement a call came from.`],
  points: [],
});

function tracked({ controller, form }: NoticeFacts): NoticeSection {
  const asked = form.purposes.find(({ purpose }) => purpose === 'call-tracking');
  const words =
    asked?.words ?? 'We keep which advertisement or campaign a call with you came from.';
  return {
    title,
    paragraphs: [
      `${controller}: ${words} The number on this page may be one that is shown only here. Nothing of the kind is kept unless you allow it.`,
      'Say no at any time, without a reason and without an account: at /privacy/choices, by key 2 or the star key in a call that asks for it, or by telling us. Nothing more of the kind is kept then, and what was kept of earlier calls of yours is deleted.',
      'Everything else that is done with your data: /privacy/notice.',
    ],
    points: [],
  };
}
