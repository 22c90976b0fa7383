import type { Arguments, Written } from './arguments.ts';

const global = /^(-C|-c|--git-dir|--work-tree|--namespace)$/;

/** What a command of git names and would change in the working tree; all of it, where it takes away what others have not committed. */
export function writtenByGit(args: Arguments): Written[] {
  const { words, cwd } = args.command;
  let at = 0;
  let folder = cwd;
  for (; at < words.length; at++) {
    const text = words[at]!.texts[0] ?? '';
    if (!text.startsWith('-')) break;
    if (text === '-C') folder = args.folder(words[at + 1]) ?? folder;
    if (global.test(text)) at++;
  }
  const rest = args.of(words.slice(at + 1), folder);
  const paths = rest.paths.bind(rest);
  switch (words[at]?.texts[0] ?? '') {
    case 'checkout':
      // Of what may be a branch or a path only what is there is a path.
      return rest.has('bB', '--orphan') ? [] : [...rest.existing(rest.operands()), ...paths(rest.behindDashes())];
    case 'restore':
      return rest.has('S', '--staged') && !rest.has('W', '--worktree') ? [] : paths(rest.operands(/^(-s|--source)$/));
    case 'rm':
      return rest.has('n', '--cached', '--dry-run') ? [] : rest.existing(rest.operands());
    case 'mv':
      return rest.has('n', '--dry-run') ? [] : rest.moved();
    case 'clean': {
      const named = rest.operands(/^(-e|--exclude)$/);
      if (rest.has('n', '--dry-run') || !rest.has('f', '--force')) return [];
      return named.length > 0 ? paths(named) : rest.whole();
    }
    case 'reset':
      return rest.has('', '--hard') ? rest.whole() : [];
    case 'stash': {
      const [action, ...named] = rest.operands(/^(-m|--message)$/);
      const word = action?.texts[0] ?? 'push';
      if (word !== 'push' && word !== 'save') return [];
      return word === 'push' && named.length > 0 ? paths(named) : rest.whole();
    }
    default:
      return [];
  }
}
