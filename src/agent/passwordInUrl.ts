/** What a password in a flag is answered with. */
export const passwordInFlag =
  'A password in a flag can be read by everyone on this machine and stays in the shell’s history. ' +
  'Put the whole address with it into the environment variable SIGNALBOX_REDIS_URL, and leave --url out.';

/** True if the address carries a password, however badly the rest of it is written. */
export function carriesPassword(url: string): boolean {
  return /:\/\/[^@]*:[^@]*@/.test(url) || /[?&]password=/i.test(url);
}

/** The text with whatever could be a password in an address replaced, for messages that quote what was typed. */
export function hidePassword(text: string): string {
  return text.replace(/:\/\/.*@/gs, '://…@').replace(/([?&]password=)[^\s'&]*/gi, '$1…');
}
