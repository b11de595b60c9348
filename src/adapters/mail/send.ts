/**
 * Sends e-mail through a server of the business. Text alone, one recipient, no file and no address of
 * anybody else's is ever read. Elsewhere than on this machine the connection is encrypted, or nothing
 * is sent.
 */
import { createTransport } from 'nodemailer';
import type { SendMail } from '../../app/email-ports.ts';
import { ConsentryError } from '../../core/error.ts';

/** Somebody waits for the answer. */
const timeoutMs = 10_000;

export interface MailSettings {
  /** `smtp://` or `smtps://`, with a name and a password in it where the server wants them. */
  readonly url: string;
  /** Who writes: an address. */
  readonly from: string;
}

/** @param mayReach whether the register of recipients has the host */
export function mailSender(
  { url, from }: MailSettings,
  mayReach: (host: string) => boolean,
): SendMail {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const isHere = ['127.0.0.1', 'localhost', '::1'].includes(host);
  const user = decodeURIComponent(username);
  const transport = createTransport({
    ...{ host, port: port === '' ? (secure ? 465 : 587) : Number(port), secure },
    requireTLS: !secure && !isHere,
    ...(user !== '' && { auth: { user, pass: decodeURIComponent(password) } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return async ({ to, subject, text, id }) => {
    if (!mayReach(host)) {
      throw new ConsentryError('unavailable', 'no entry of the recipients names the mail server');
    }
    try {
      await transport.sendMail({
        ...{ from, to: { name: '', address: to }, subject, text },
        messageId: `<${id}@${from.split('@').at(-1)}>`,
        // RFC 3834: nobody's holiday note answers it.
        headers: { 'auto-submitted': 'auto-generated' },
      });
    } catch {
      // Without its cause: what the server says repeats the address.
      throw new ConsentryError('unavailable', 'the mail server did not take the message');
    }
  };
}
