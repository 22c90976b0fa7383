import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HookPrograms, programs, type Program } from '../../support/hookPrograms.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

const captured = (repository: string): string[] =>
  readFileSync('test/fixtures/claude/events.jsonl', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.replaceAll('/home/dev/shop', repository));

/** What the library was asked: all but what differs between the two programs. */
interface Asked {
  name: string;
  host: string;
  root: string;
  rel: string;
  fields: string[];
  pid: string;
  branch: string;
}

/** Hears every command that the server is given. */
class Monitor {
  readonly commands: string[][] = [];
  readonly #end: () => void;

  private constructor(end: () => void) {
    this.#end = end;
  }

  static async start(rig: LibraryRig): Promise<Monitor> {
    const client = await rig.open();
    const monitor = await client.monitor();
    const made = new Monitor(() => monitor.disconnect());
    monitor.on('monitor', (_: string, args: string[]) => made.commands.push(args.map(unquoted)));
    return made;
  }

  /** All that was said so far, by a command of our own that comes after it. */
  async take(rig: LibraryRig): Promise<string[][]> {
    const mark = `mark-${String(Math.random())}`;
    await rig.client.echo(mark);
    await rig.until('the monitor is there', () => Promise.resolve(this.commands.some(([, word]) => word === mark)));
    return this.commands.splice(0).filter(([name]) => name?.toLowerCase() !== 'echo');
  }

  end(): void {
    this.#end();
  }
}

/** What the server shows of a word, as the bytes that it was, one a character. */
const unquoted = (shown: string): string =>
  shown.replace(/\\(x([0-9a-f]{2})|.)/g, (_, sign: string, hex?: string) =>
    hex === undefined
      ? ({ n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' }[sign] ?? sign)
      : String.fromCharCode(parseInt(hex, 16)),
  );

describe('the hook’s two programs', function () {
  // Each of many inputs starts two programs.
  this.timeout(180_000);

  let rig: LibraryRig;
  let hooks: HookPrograms;
  let monitor: Monitor;
  before(async () => {
    rig = await LibraryRig.start();
    monitor = await Monitor.start(rig);
  });
  beforeEach(() => {
    rig.ns = 'shop-3f2a:';
    hooks = new HookPrograms(rig.ns, rig.server.url);
  });
  afterEach(async () => {
    hooks.dispose();
    await rig.client.flushall();
    await monitor.take(rig);
  });
  after(async () => {
    monitor.end();
    await rig.dispose();
  });

  /** Runs a hook on an empty server with `prepare` done, and gives what it printed and asked. */
  async function outcome(
    program: Program,
    input: string | Buffer,
    env: Readonly<Record<string, string>>,
  ): Promise<{ printed: string; asked: Asked[] }> {
    await rig.client.flushall();
    await monitor.take(rig);
    const printed = await hooks.run(program, input, env);
    const asked = (await monitor.take(rig))
      .filter(([name, called]) => name?.toUpperCase() === 'FCALL' && called?.startsWith('signalbox_hook'))
      .map(([, name = '', , , host = '', root = '', rel = '', fields = '', pid = '', branch = '']) => ({
        ...{ name, host, root, rel, pid, branch },
        fields: fields.split('\n').toSorted(),
      }));
    return { printed, asked };
  }

  /** Both are to say and to ask the same; gives what that is. */
  async function same(
    input: string | Buffer,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ printed: string; asked: Asked[] }> {
    const bySh = await outcome('sh', input, env);
    const byNode = await outcome('node', input, env);
    assert.deepEqual(bySh, byNode, `for ${input.toString('utf8').slice(0, 300)}`);
    return bySh;
  }

  const relOf = async (input: string, env?: Readonly<Record<string, string>>): Promise<string | undefined> =>
    (await same(input, env)).asked[0]?.rel;

  it('say and ask the same for every event as Claude Code sends it', async () => {
    for (const input of captured(hooks.repository)) {
      const { asked, printed } = await same(input);
      assert.equal(printed, '');
      assert.equal(asked.length, 1);
      assert.deepEqual([asked[0]!.root, asked[0]!.pid, asked[0]!.branch], [hooks.repository, '4242', 'main']);
      const { hook_event_name: event, tool_name: tool } = JSON.parse(input) as Record<string, string>;
      assert.equal(asked[0]!.rel, tool === 'Write' ? 'c.txt' : '', event);
    }
  });

  it('let nothing leave the machine but what is listed', async () => {
    const listed = new Set([
      ...[
        'session_id',
        'cwd',
        'hook_event_name',
        'tool_name',
        'agent_id',
        'agent_type',
        'prompt_id',
        'permission_mode',
        'source',
        'reason',
      ],
      ...['notification_type', 'duration_ms', 'background_tasks', 'file_path', 'notebook_path'],
    ]);
    const marked = (value: unknown, inside: boolean): unknown => {
      if (typeof value === 'string') return `marker ${value.slice(0, 20)}`;
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map((each) => marked(each, true));
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [
          key,
          listed.has(key) && (!inside || key.endsWith('_path')) ? each : marked(each, true),
        ]),
      );
    };
    // What bears a listed name deeper inside is another thing.
    const nested = {
      source: 'marker',
      session_id: 'marker',
      reason: 'marker',
      agent_id: 'marker',
      session_title: 'marker',
    };
    for (const program of programs) {
      for (const line of captured(hooks.repository)) {
        const event = JSON.parse(line) as Record<string, unknown>;
        const input = JSON.stringify({
          ...(marked(event, false) as object),
          ...{ stray: 'marker', nested, list: [nested], error: 'marker', message: 'marker' },
          ...('tool_input' in event
            ? { tool_input: { ...(marked(event['tool_input'], true) as object), ...nested } }
            : {}),
        });
        await hooks.run(program, input);
      }
    }
    const said = JSON.stringify(await monitor.take(rig));
    assert.match(said, /623ffffe/);
    assert.doesNotMatch(said, /marker/);
    for (const key of await rig.client.keys('*')) {
      assert.doesNotMatch(await rig.client.dumpBuffer(key).then((dump) => String(dump)), /marker/);
    }
  });

  it('send the title that people know a session by, with its start only', async () => {
    const more = { source: 'startup', session_title: 'Fix "the" login \\ ü' };
    const { asked } = await same(hooks.input('SessionStart', more));
    assert.ok(
      asked[0]!.fields.includes(
        `"session_title":${Buffer.from(JSON.stringify(more.session_title)).toString('latin1')}`,
      ),
      String(asked[0]!.fields),
    );
    const { asked: other } = await same(hooks.input('UserPromptSubmit', { prompt: 'x', ...more }));
    assert.doesNotMatch(String(other[0]!.fields), /title|source/);
  });

  it('find the file wherever it is', async () => {
    mkdirSync(path.join(hooks.repository, 'src'));
    writeFileSync(path.join(hooks.repository, 'src', 'real.ts'), '');
    symlinkSync('real.ts', path.join(hooks.repository, 'src', 'link.ts'));
    symlinkSync('src', path.join(hooks.repository, 'lib'));
    symlinkSync('/etc', path.join(hooks.repository, 'outside'));
    symlinkSync('nowhere.ts', path.join(hooks.repository, 'dangling.ts'));
    symlinkSync('round.ts', path.join(hooks.repository, 'round.ts'));
    symlinkSync(hooks.repository, path.join(hooks.folder, 'alias'));
    const cases: [file: string, rel: string][] = [
      ['src/real.ts', 'src/real.ts'],
      ['src/new/deep/a.ts', 'src/new/deep/a.ts'],
      ['src/link.ts', 'src/real.ts'],
      ['lib/real.ts', 'src/real.ts'],
      ['lib/new.ts', 'src/new.ts'],
      ['dangling.ts', 'nowhere.ts'],
      ['round.ts', ''],
      ['outside/passwd', ''],
      ['../elsewhere.ts', ''],
      ['.git/config', ''],
      ['src/../src/./real.ts', 'src/real.ts'],
      ['src/real.ts/below', ''],
      ['with space.ts', 'with space.ts'],
      ["it's.ts", "it's.ts"],
      ['quo"te.ts', 'quo"te.ts'],
      ['back\\slash.ts', 'back\\slash.ts'],
      ['new\nline.ts', 'new\nline.ts'],
      ['grüße/日本.ts', 'grüße/日本.ts'],
      ['$(touch x).ts', '$(touch x).ts'],
      ['*.ts', '*.ts'],
      ['port:3000', 'port:3000'],
    ];
    for (const [file, rel] of cases) {
      const tool_input = { file_path: `${hooks.repository}/${file}`, content: '' };
      const found = await relOf(hooks.input('PreToolUse', { tool_name: 'Write', tool_input }));
      assert.equal(found, Buffer.from(rel).toString('latin1'), file);
    }
    const byAlias = hooks.input('PreToolUse', {
      tool_name: 'NotebookEdit',
      tool_input: { notebook_path: `${hooks.folder}/alias/n.ipynb` },
    });
    assert.equal(await relOf(byAlias), 'n.ipynb');
  });

  it('know worktrees, submodules and repositories that recorded nothing', async () => {
    const tree = path.join(hooks.repository, '.claude', 'worktrees', 'fix');
    hooks.git('worktree', 'add', '-q', '-b', 'fix', tree);
    const write = (file: string, cwd: string): string =>
      JSON.stringify({
        session_id: 's1',
        cwd,
        hook_event_name: 'PreToolUse',
        tool_name: 'Write',
        tool_input: { file_path: file },
      });
    const inTree = await same(write(path.join(tree, 'a.ts'), hooks.repository));
    assert.deepEqual([inTree.asked[0]!.rel, inTree.asked[0]!.root, inTree.asked[0]!.branch], ['a.ts', tree, 'fix']);
    const inner = path.join(hooks.repository, 'vendor', 'inner');
    mkdirSync(inner, { recursive: true });
    hooks.git('init', '-q', inner);
    assert.equal(
      await relOf(write(path.join(inner, 'b.ts'), inner)),
      'vendor/inner/b.ts',
      'belongs to the one around it',
    );
    const other = path.join(hooks.folder, 'other');
    hooks.git('init', '-q', other);
    assert.equal(await relOf(write(path.join(other, 'c.ts'), hooks.repository)), '', 'is nobody’s');
    assert.equal(await relOf(write(path.join(other, 'c.ts'), other)), 'c.ts', 'is the session’s own');
  });

  it('say the same of what is broken, cut off or large, and read all of it', async () => {
    const whole = hooks.edit('PreToolUse', 'a.ts');
    const large = hooks.edit('PreToolUse', 'a.ts', { more: 'x"\\'.repeat(1_700_000) });
    const late = hooks.input('PreToolUse', {
      tool_name: 'Edit',
      tool_input: { old_string: 'x"y\\'.repeat(20_000), file_path: `${hooks.repository}/late.ts` },
    });
    assert.equal(await relOf(large), 'a.ts');
    assert.equal(await relOf(late), 'late.ts');
    for (const input of [
      '',
      '{',
      'null',
      '[]',
      '"',
      '""',
      '{"session_id":',
      'not JSON',
      whole.slice(0, -30),
      whole.slice(0, whole.indexOf('tool_input')),
      '\u0000\u0001',
      '{}'.repeat(9_000),
      '"'.repeat(40_000),
    ]) {
      await same(input);
    }
    for (const field of ['session_id', 'cwd', 'hook_event_name', 'tool_name', 'tool_input']) {
      const { [field]: _, ...rest } = JSON.parse(whole) as Record<string, unknown>;
      await same(JSON.stringify(rest));
      await same(JSON.stringify({ ...rest, [field]: null }));
      await same(JSON.stringify({ ...rest, [field]: { session_id: 'x' } }));
    }
    await same(JSON.stringify(JSON.parse(whole), null, 2));
    await same(Buffer.from(whole).fill(0xff, 200, 210));
  });

  it('see at a stop whether something runs on, also behind a long text', async () => {
    for (const [said, tasks, expected] of [
      ['done', [], '[]'],
      ['done', [{ id: 'b' }], '[1]'],
      ['"background_tasks": []', [{ id: 'b' }], '[1]'],
      ['x"'.repeat(20_000), [], '[]'],
      ['x"'.repeat(20_000), [{ id: 'b' }], '[1]'],
    ] as const) {
      const { asked } = await same(hooks.input('Stop', { last_assistant_message: said, background_tasks: tasks }));
      assert.ok(
        asked[0]!.fields.includes(`"background_tasks":${expected}`),
        `${said.slice(0, 30)}: ${String(asked[0]!.fields)}`,
      );
      assert.equal(asked[0]!.name, 'signalbox_hook_end');
    }
  });

  it('print what the library says of an edit that is refused, byte for byte', async () => {
    const answers: string[] = [];
    for (const program of programs) {
      await rig.client.flushall();
      await rig.client.hset(rig.key('agent:config'), 'claims.wait', '0');
      await rig.client.set(rig.lock('it\'s "ü".ts'), 'somebody');
      answers.push(await hooks.run(program, hooks.edit('PreToolUse', 'it\'s "ü".ts')));
    }
    assert.equal(answers[0], answers[1]);
    assert.match(
      answers[0]!,
      /^\{"hookSpecificOutput":\{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"Signalbox: it's \\"ü\\".ts is claimed by somebody, without an end\..*"\}\}\n$/,
    );
  });

  it('wait until the file is free', async () => {
    for (const program of programs) {
      await rig.client.flushall();
      await hooks.run(program, hooks.edit('PreToolUse', 'a.ts'));
      const other = hooks.run(program, hooks.edit('PreToolUse', 'a.ts', { session_id: 's2' }));
      await rig.until('it waits', async () => (await rig.client.zcard(rig.side('queue'))) === 1);
      await hooks.run(program, hooks.input('Stop', { background_tasks: [] }));
      assert.equal(await other, '');
      assert.equal((await rig.lease('a.ts'))?.holder, 's2');
    }
  });

  it('take address and namespace from the environment, else from the files', async () => {
    const file = hooks.edit('PreToolUse', 'a.ts');
    const keys = async (env: Readonly<Record<string, string>>): Promise<string> => {
      await same(file, env);
      return (await rig.client.keys('*lock:a.ts')).join(' ');
    };
    assert.equal(await keys({ SIGNALBOX_NAMESPACE: 'x:' }), 'x:lock:a.ts');
    assert.equal(await keys({ SIGNALBOX_NAMESPACE: '' }), 'lock:a.ts');
    assert.equal(await keys({ SIGNALBOX_NAMESPACE: 'auto' }), 'shop-3f2a:lock:a.ts');
    hooks.connect([
      { namespace: 'first:', url: rig.server.url },
      { namespace: 'shop-3f2a:', url: 'redis://127.0.0.1:1' },
    ]);
    assert.equal(await keys({ SIGNALBOX_REDIS_URL: rig.server.url }), 'shop-3f2a:lock:a.ts');
    assert.equal(await keys({}), '', 'goes to the entry of the namespace, where nobody is');
    hooks.git('config', '--unset', 'signalbox.namespace');
    assert.equal(await keys({}), 'first:lock:a.ts', 'with nothing recorded the first entry counts');
    assert.equal(
      await keys({ SIGNALBOX_REDIS_URL: `${rig.server.url}/1`, SIGNALBOX_NAMESPACE: 'x:' }),
      '',
      'another database',
    );
  });

  it('log in with the user and password of the file, which nobody sees', async () => {
    await rig.client.call('ACL', 'SETUSER', 'guard', 'on', '>se"cret$(x)', '~*', '&*', '+@all');
    await rig.client.call('ACL', 'SETUSER', 'default', 'off');
    const url = rig.server.url;
    hooks.connect([{ namespace: 'shop-3f2a:', url, username: 'guard', password: 'secret word' }]);
    await rig.client.call('ACL', 'SETUSER', 'guard', 'resetpass', '>secret word');
    for (const program of programs) {
      await rig.client.flushall();
      await hooks.run(program, hooks.edit('PreToolUse', 'a.ts'));
      assert.equal((await rig.lease('a.ts'))?.holder, 's1', program);
    }
    await rig.client.call('ACL', 'SETUSER', 'default', 'on', 'nopass');
  });

  it('offer the command line to the session’s own shell', async () => {
    for (const program of programs) {
      const file = path.join(hooks.folder, `env-${program}`);
      await hooks.run(program, hooks.input('SessionStart', { source: 'startup' }), { CLAUDE_ENV_FILE: file });
      assert.match(readFileSync(file, 'utf8'), /^export PATH="\$PATH:\/.*\/\.local\/share\/signalbox\/bin"\n$/);
    }
  });

  it('have Node do what the script cannot, with the same answer', async () => {
    writeFileSync(path.join(hooks.repository, 'real.ts'), '');
    symlinkSync('real.ts', path.join(hooks.repository, 'link.ts'));
    await hooks.run('sh', hooks.edit('PreToolUse', 'link.ts'));
    assert.equal((await rig.lease('real.ts'))?.holder, 's1');
    const record = JSON.parse((await rig.client.hget(rig.side('agents'), 's1'))!) as Record<string, string>;
    assert.match(record['by']!, /^node /);
    assert.equal(record['pid'], '4242');
    await rig.client.call('FUNCTION', 'FLUSH');
    await hooks.run('sh', hooks.edit('PreToolUse', 'b.ts'));
    assert.equal((await rig.lease('b.ts'))?.holder, 's1', 'it has loaded the library');
    renameSync(path.join(hooks.repository, 'real.ts'), path.join(hooks.repository, 'c.ts'));
  });
});
