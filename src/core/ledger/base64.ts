import { hold } from './fault.ts';

/** Standard base64 with padding, of which only the one canonical spelling is accepted. */
export function fromBase64(text: string, where: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  hold(bytes.toString('base64') === text, where, 'is not canonical base64');
  return bytes;
}
