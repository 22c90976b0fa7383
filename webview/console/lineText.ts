import { displayText } from '../../src/protocol/displayText.ts';

const plain = /^[\x20-\x7e]*$/;

/** What others wrote, on one line and with nothing in it that hides or reorders. */
export function oneLine(text: string, max: number): string {
  // Nearly all lines need nothing done, and looking is cheaper than doing it.
  return text.length <= max && plain.test(text) ? text : displayText(text, max);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Time of day where the reader is, to the millisecond. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** A channel's name without the namespace, where nobody has to tell namespaces apart. */
export function shortChannel(channel: string, ns: string, isOnly: boolean): string {
  return isOnly && ns !== '' && channel.startsWith(ns) ? channel.slice(ns.length) : channel;
}
