/**
 * Registry files in XML. Nobody publishes their exact form, so elements are told by what they hold:
 * `val` of three digits is an area code, of seven digits a number in it, of ten a whole one; an
 * attribute that says add or delete says so for the number.
 */
import { SaxesParser } from 'saxes';
import type { RegistryReader } from '../../core/suppression/registry-text.ts';

const removes = /^(d|del|delete|deleted)$/i;
const three = /^[2-9]\d\d$/;
const seven = /^[2-9]\d{6}$/;
const ten = /^[2-9]\d{2}[2-9]\d{6}$/;

export function readXml(reader: RegistryReader) {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let area = '';
  parser.on('opentag', ({ attributes }) => {
    const values = Object.values(attributes).map(String);
    const code = values.find((value) => three.test(value));
    if (code !== undefined) area = code;
    const whole = values.find((value) => ten.test(value));
    const local = values.find((value) => seven.test(value));
    const digits = whole ?? (local === undefined || area === '' ? null : `${area}${local}`);
    if (digits !== null)
      reader.put(
        `+1${digits}`,
        values.some((value) => removes.test(value)),
      );
  });
  parser.on('error', (error) => {
    throw error;
  });
  return {
    take: (piece: Uint8Array) => void parser.write(decoder.decode(piece, { stream: true })),
    end: () => void parser.write(decoder.decode()).close(),
  };
}
