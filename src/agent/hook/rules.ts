import type { BashResources } from '../../protocol/bashResources.ts';
import type { SimpleCommand } from './simpleCommands.ts';

/** The resources whose rules one of these commands matches. */
export function matchedBy(commands: readonly SimpleCommand[], rules: BashResources): string[] {
  const said = commands.map((command) => ({
    name: command.name,
    words: command.words.map(({ texts }) => (texts.length === 1 ? texts[0]! : '')),
  }));
  const found: string[] = [];
  for (const [resource, patterns] of rules) {
    const [but, wanted] = [
      patterns.filter((each) => each.startsWith('!')),
      patterns.filter((each) => !each.startsWith('!')),
    ];
    const isMeant = said.some(
      (command) =>
        wanted.some((pattern) => matches(command, pattern)) &&
        !but.some((pattern) => matches(command, pattern.slice(1))),
    );
    if (isMeant) found.push(resource);
  }
  return found;
}

/** Options of those programs that have rules of their own, whose value stands behind them. */
const valued = /^(-C|-c|--git-dir|--work-tree|--namespace|--prefix|--cwd|--dir|--filter|--directory|--manifest-path)$/;

/**
 * Whether a command begins with the words of a rule. What are no options come in this order, with any options between them; an
 * option has to be there, wherever; `$` says that nothing more comes.
 */
function matches({ name, words }: { name: string; words: readonly string[] }, pattern: string): boolean {
  const [program, ...rest] = pattern.trim().split(/\s+/);
  if (program !== name) return false;
  const operands: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (!words[i]!.startsWith('-')) operands.push(words[i]!);
    else if (valued.test(words[i]!)) i++;
  }
  let at = 0;
  for (const word of rest) {
    if (word === '$') {
      if (at < operands.length) return false;
    } else if (word.startsWith('-')) {
      if (!words.includes(word)) return false;
    } else if (operands[at++] !== word) return false;
  }
  return true;
}
