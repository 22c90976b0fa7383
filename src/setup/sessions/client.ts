/** Programs that run another, whose first word that is no flag is then what matters. */
const runners = /^(node|nodejs|bun|deno)$/;
/** What the client does beside holding a session. */
const chores = new Set(
  'agents auth auto-mode config doctor install mcp migrate-installer plugin plugins setup-token update upgrade'.split(
    ' ',
  ),
);
const questions = new Set(['--version', '-v', '--help', '-h']);

/** Whether the words of a process's command line are those of a Claude Code session. */
export function isClaudeSession(words: readonly string[]): boolean {
  const rest = afterClient(words);
  if (rest === null) return false;
  const first = rest[0];
  return first === undefined || !(chores.has(first) || questions.has(first));
}

/** What stands behind the client's own name; null where it is another program. */
function afterClient(words: readonly string[]): readonly string[] | null {
  const program = nameOf(words[0] ?? '');
  if (program === 'claude') return words.slice(1);
  if (!runners.test(program)) return null;
  const at = words.findIndex((word, i) => i > 0 && !word.startsWith('-'));
  const script = words[at] ?? '';
  const isClient =
    nameOf(script) === 'claude' || /[\\/]@anthropic-ai[\\/]claude-code[\\/][^\\/]+\.[cm]?js$/.test(script);
  return isClient ? words.slice(at + 1) : null;
}

const nameOf = (program: string): string => /([^\\/]*?)(\.exe)?$/.exec(program)?.[1] ?? '';
