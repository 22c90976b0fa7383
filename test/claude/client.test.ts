import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Fleet } from '../support/claude/fleet.ts';
import { bash, edit, read, subagent, write } from '../support/claude/script.ts';
import { limitMs, startFleet } from './world.ts';

/** Notes every event with the process that called, and answers as the file beside it for that event says. */
const recorder = `input=$(cat)
event=$(printf %s "$input" | sed 's/.*"hook_event_name":"\\([A-Za-z]*\\)".*/\\1/')
printf '%s %s %s\\n' "$event" "$PPID" "$CLAUDE_CODE_SESSION_ID" >> "$0.log"
[ ! -f "$0.$event" ] || . "$0.$event"`;

const events = [
  ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'PermissionRequest'],
  ...['SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd'],
];

/** What the hook is built on; where a new version of the client does otherwise, this says what. */
describe('the client and its hooks', function () {
  this.timeout(limitMs);
  let fleet: Fleet;
  let hook: string;

  /** Has this line of shell run at each event of that name. */
  const at = (event: string, line: string): void => writeFileSync(`${hook}.${event}`, line);
  const context = (event: string, text: string): void =>
    at(event, `echo '{"hookSpecificOutput":{"hookEventName":"${event}","additionalContext":"${text}"}}'`);
  const heard = (): string[][] =>
    readFileSync(`${hook}.log`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
  const eventsHeard = (): string[] => heard().map(([event = '']) => event);

  beforeEach(async () => {
    fleet = await startFleet({ 'a.md': 'one\ntwo\n' });
    hook = path.join(fleet.home, 'hook.sh');
    mkdirSync(path.join(fleet.folder, '.claude'), { recursive: true });
    mkdirSync(fleet.home, { recursive: true });
    writeFileSync(hook, recorder);
    const command = `[ ! -r '${hook}' ] || exec sh '${hook}'`;
    const entry = [{ hooks: [{ type: 'command', command, timeout: 60 }] }];
    const hooks = Object.fromEntries(events.map((event) => [event, entry]));
    writeFileSync(path.join(fleet.folder, '.claude', 'settings.json'), JSON.stringify({ hooks }));
  });
  afterEach(() => fleet.stop());

  it('calls it as a child of its own, with the session in the environment', async () => {
    const session = await fleet.run('reader', async function* () {
      yield [read(fleet.file('a.md'))];
      return 'done';
    });
    assert.deepEqual(eventsHeard(), [
      ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop', 'SessionEnd'],
    ]);
    for (const [event, parent, id] of heard()) {
      assert.deepEqual([parent, id], [String(session.pid), session.agent], event);
    }
  });

  it('has a subagent call it as the same process, between its own start and stop', async () => {
    fleet.model.add('child', async function* () {
      yield [write(fleet.file('b.md'), 'by the child')];
      return 'done';
    });
    await fleet.run('parent', async function* () {
      yield [subagent('child')];
      return 'done';
    });
    assert.equal(readFileSync(fleet.file('b.md'), 'utf8'), 'by the child');
    assert.deepEqual(eventsHeard().slice(2), [
      ...['PreToolUse', 'SubagentStart', 'PreToolUse', 'PostToolUse', 'SubagentStop', 'PostToolUse'],
      ...['Stop', 'SessionEnd'],
    ]);
    assert.equal(new Set(heard().map(([, parent]) => parent)).size, 1);
  });

  it('tells the model what the hook adds, and why it was denied', async () => {
    context('SessionStart', 'at the start');
    context('UserPromptSubmit', 'with the prompt');
    context('PostToolUse', 'after the tool');
    at(
      'PreToolUse',
      `case $input in *denied.md*) echo '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"not now"}}';; esac`,
    );
    await fleet.run('writer', async function* () {
      yield [read(fleet.file('a.md'))];
      yield [write(fleet.file('denied.md'), 'x')];
      return 'done';
    });
    const [first, second, third] = fleet.model.toldTo('writer');
    assert.match(first?.news ?? '', /at the start[^]*with the prompt/);
    assert.match(second?.news ?? '', /after the tool/);
    assert.deepEqual(third?.results, [{ text: 'PreToolUse:Write hook error: not now', isError: true }]);
    assert.ok(!existsSync(fleet.file('denied.md')));
    assert.deepEqual(eventsHeard().slice(-3), ['PreToolUse', 'Stop', 'SessionEnd']);
  });

  it('edits what the file has in it after the hook, not what was read before', async () => {
    at('PreToolUse', `case $input in *'"Edit"'*) echo 'by another' >> '${fleet.file('a.md')}';; esac`);
    await fleet.run('editor', async function* () {
      yield [read(fleet.file('a.md'))];
      yield [edit(fleet.file('a.md'), 'one', 'one and a half')];
      return 'done';
    });
    assert.equal(readFileSync(fleet.file('a.md'), 'utf8'), 'one and a half\ntwo\nby another\n');
  });

  it('tells nothing of a call that cannot succeed, nor of what became of one that a person rejects', async () => {
    const session = fleet.session({ mayCall: () => Promise.resolve(false) });
    fleet.model.add('asker', async function* () {
      yield [edit(fleet.file('a.md'), 'not there', 'x')];
      yield [bash('touch /nowhere/x')];
      return 'done';
    });
    await session.prompt('asker');
    await session.close();
    assert.deepEqual(eventsHeard().slice(2), ['PreToolUse', 'PermissionRequest', 'Stop', 'SessionEnd']);
  });

  it('puts what the hook exports at the start into the environment of its shell', async () => {
    at('SessionStart', `echo 'export PATH="/of/the/hook:$PATH"' >> "$CLAUDE_ENV_FILE"`);
    await fleet.run(
      'sheller',
      async function* () {
        yield [bash('env')];
        return 'done';
      },
      { args: ['--allowedTools', 'Bash'] },
    );
    const said = fleet.model.toldTo('sheller')[1]?.news ?? '';
    assert.match(said, /^PATH=\/of\/the\/hook:/m);
    assert.match(said, /^CLAUDE_CODE_SESSION_ID=/m);
  });
});
