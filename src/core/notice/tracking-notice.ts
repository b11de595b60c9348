/** What a website says of call tracking, beside the number that is shown there. */
import type { Notice } from './notice.ts';
import type { NoticeFacts } from './privacy-notice.ts';

export function trackingNotice({ controller, form, settings }: NoticeFacts): Notice {
  const words = form.purposes.find(({ purpose }) => purpose === 'call-tracking')?.words;
  return {
    title: 'About the telephone number on this page',
    locale: 'en',
    sections: [
      {
        title: 'Call tracking',
        paragraphs: [
          words === undefined
            ? `${controller} does not keep which advertisement a call came from.`
            : `${controller}: ${words} The number on this page may be one of its own for this advertisement.`,
          'You can refuse it at any time at /privacy/choices, without an account, or by telling us. From then on nothing of the kind is kept about you, and what calls of yours were counted under is not used any more.',
        ],
        points: [],
      },
    ],
    reviewedOn: settings.reviewedOn,
  };
}
