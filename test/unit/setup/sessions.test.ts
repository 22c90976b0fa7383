import assert from 'node:assert/strict';
import { isClaudeSession } from '../../../src/setup/sessions/client.ts';
import { guardedText, pidsHeard } from '../../../src/setup/sessions/guarded.ts';
import { candidatesIn, foldersIn } from '../../../src/setup/sessions/processes.ts';
import { english } from '../../../src/protocol/reasons.ts';

const session = (line: string): boolean => isClaudeSession(line.split(' '));

describe('A process in which a session of Claude Code runs', () => {
  it('is the client by its own name, or as a script of another program', () => {
    for (const line of [
      'claude',
      'claude --permission-mode acceptEdits',
      'claude -p write_it',
      '/usr/local/bin/claude --resume',
      'C:\\tools\\claude.exe',
      'node /home/a/.npm/bin/claude',
      'node --max-old-space-size=4096 /x/node_modules/@anthropic-ai/claude-code/cli.js -p x',
      '/opt/bun /x/@anthropic-ai/claude-code/cli-wrapper.cjs',
    ]) {
      assert.equal(session(line), true, line);
    }
  });

  it('is no other program, and not what the client does beside', () => {
    for (const line of [
      '',
      'node',
      'node claude.js',
      'vim claude',
      'grep claude',
      'claude-monitor',
      'bash -c claude',
      'claude mcp serve',
      'claude doctor',
      'claude --version',
      'node /x/@anthropic-ai/claude-code/cli.js update',
      'node /x/@anthropic-ai/claude-code/vendor/tool/index.js',
    ]) {
      assert.equal(session(line), false, line);
    }
  });

  it('is found among the lines of ps, without the launcher of another', () => {
    const lines = '  10     1 node /x/bin/claude\n  11    10 /x/claude -p a\n 12 1 vim a\n\nbroken\n';
    assert.deepEqual(candidatesIn(lines), [
      { pid: 10, parent: 1 },
      { pid: 11, parent: 10 },
    ]);
    assert.deepEqual(foldersIn('p11\nfcwd\nn/home/a b\np12\np13\nn/x\n'), [
      { pid: 11, folder: '/home/a b' },
      { pid: 13, folder: '/x' },
    ]);
  });
});

describe('Which sessions are guarded', () => {
  it('is told by the processes of this host that called, whatever else stands there', () => {
    const agents = [
      '{"host":"here","pid":"7"}',
      '{"host":"here","pid":8,"parent":"a"}',
      '{"host":"there","pid":"9"}',
      '{"host":"here"}',
      '{"host":"here","pid":"x"}',
      'broken',
      '[]',
    ];
    assert.deepEqual([...pidsHeard(agents, 'here')], [7, 8]);
  });

  const at = (pid: number): { pid: number; folder: string } => ({ pid, folder: `/w/${pid}` });

  it('is said with the process and folder of those that have not called', () => {
    const text = (guarded: number[], silent: number[]): string =>
      guardedText({ guarded: guarded.map(at), silent: silent.map(at) }, english);
    assert.equal(text([1], [2, 3]), 'Guarding 1 of 3 sessions; these 2 have not called yet: 2 (/w/2), 3 (/w/3).');
    assert.equal(text([1], [2]), 'Guarding 1 of 2 sessions; this one has not called yet: 2 (/w/2).');
    assert.equal(text([1], []), 'Guarding the one session that runs here.');
    assert.equal(text([1, 2], []), 'Guarding all 2 sessions.');
    assert.equal(text([], []), 'No session of Claude Code runs in this repository on this machine.');
    assert.match(text([], [1, 2, 3, 4, 5, 6, 7]), /^Guarding 0 of 7 .* 5 \(\/w\/5\) and 2 more\.$/);
    assert.match(guardedText(null, english), /cannot be told/);
  });

  it('cannot act on a terminal by the name of a folder', () => {
    const silent = [{ pid: 1, folder: '/w/\u001b[2J' }];
    assert.doesNotMatch(guardedText({ guarded: [], silent }, english), /\p{C}/u);
  });
});
