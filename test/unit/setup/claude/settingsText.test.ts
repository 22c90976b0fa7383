import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { UserError } from '../../../../src/redis/userError.ts';
import { eventNames, hookCommand, hookGroup, permission } from '../../../../src/setup/claude/entries.ts';
import { hasEntries, withEntries, withoutEntries } from '../../../../src/setup/claude/settingsText.ts';

interface Settings {
  hooks?: Record<string, { matcher?: string; hooks: { command: string }[] }[]>;
  permissions?: { allow?: string[] };
  [name: string]: unknown;
}

const command = hookCommand('linux');
const wanted = { command, permission: true };
const add = (text: string): ReturnType<typeof withEntries> => withEntries(text, wanted, 'settings.json');
const takeOut = (text: string, made = add('').made): string => withoutEntries(text, made, 'settings.json');
const read = (text: string): Settings => parse(text.replace(/^\uFEFF/, '')) as Settings;

/** What a person may have in such a file, among it our names. */
const foreign = (name: string): object => ({ hooks: [{ type: 'command', command: name }] });
const groups = fc.array(fc.constantFrom(foreign('lint.sh'), { matcher: 'Bash', ...foreign('log.sh') }), {
  maxLength: 3,
});
const settings = fc.record(
  {
    hooks: fc.dictionary(fc.constantFrom('Stop', 'PreToolUse', 'SessionEnd', 'PreCompact'), groups),
    permissions: fc.record(
      { allow: fc.array(fc.constantFrom('Bash(ls:*)', 'Read'), { maxLength: 2 }), deny: fc.constant(['Bash(rm:*)']) },
      { requiredKeys: [] },
    ),
    env: fc.dictionary(fc.constantFrom('A', 'B"\\', 'C'), fc.string()),
    model: fc.string(),
    extra: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
);

/** Prints a value with spaces, line ends and comments drawn at each place where they may stand. */
function print(value: unknown, draw: () => string): string {
  const list = (items: string[], [open, close]: string, trailing: string): string =>
    `${open}${items.map((item) => draw() + item + draw()).join(',')}${items.length > 0 ? trailing : ''}${draw()}${close}`;
  const trailing = draw().includes('/*') ? ',' : '';
  if (Array.isArray(value))
    return list(
      value.map((item) => print(item, draw)),
      '[]',
      trailing,
    );
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const properties = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}${draw()}:${draw()}${print(item, draw)}`,
  );
  return list(properties, '{}', trailing);
}

const texts = fc
  .tuple(
    settings,
    fc.oneof(
      fc.constantFrom(
        { gaps: [''], bom: '' },
        { gaps: [' '], bom: '' },
        { gaps: ['\n', '\n  ', ' '], bom: '' },
        { gaps: ['\r\n\t', '\r\n', ''], bom: '\uFEFF' },
        { gaps: ['', ' ', '\n', '\n    ', ' // a\n', '/* b */', '\n // c "hooks": {\n\n'], bom: '' },
      ),
    ),
    fc.infiniteStream(fc.nat()),
  )
  .map(([value, { gaps, bom }, numbers]) => {
    const text = print(value, () => gaps[(numbers.next().value as number) % gaps.length] ?? '');
    return { value: read(text), text: `${bom}${text}\n` };
  });
const pretty = fc
  .tuple(settings, fc.constantFrom(2, 4, '\t'), fc.constantFrom('\n', '\r\n'))
  .map(([value, unit, eol]) => `${JSON.stringify(value, null, unit)}\n`.replaceAll('\n', eol));

/** Whether all characters of a text are in another in their order, but for the space in what is empty. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part.replace(/\s/g, '')) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

describe('The hook’s entries in somebody’s settings file', () => {
  it('are one for each event, behind those of others, in any file', () => {
    fc.assert(
      fc.property(texts, ({ value, text }) => {
        const { hooks = {}, permissions, ...rest } = read(add(text).text);
        const { hooks: before = {}, permissions: permissionsBefore = {}, ...others } = value;
        assert.deepEqual(rest, others);
        for (const event of new Set([...eventNames, ...Object.keys(before)])) {
          const own = eventNames.includes(event) ? [hookGroup(event, command)] : [];
          assert.deepEqual(hooks[event], [...(before[event] ?? []), ...own], event);
        }
        assert.deepEqual(permissions, {
          ...permissionsBefore,
          allow: [...(permissionsBefore.allow ?? []), permission],
        });
        assert.ok(isWithin(text, add(text).text), 'what stood there is still there');
      }),
    );
  });

  it('are not written twice', () => {
    fc.assert(
      fc.property(texts, ({ text }) => {
        const once = add(text).text;
        const again = add(once);
        assert.equal(again.text, once);
        assert.deepEqual(again.made, { containers: [], permission: false });
      }),
    );
  });

  it('go again with what was made for them, and nothing else goes', () => {
    fc.assert(
      fc.property(texts, ({ value, text }) => {
        const { text: after, made } = add(text);
        const left = withoutEntries(after, made, 'settings.json');
        assert.deepEqual(read(left), value);
        assert.equal(hasEntries(after, 'x'), true);
        assert.equal(hasEntries(left, 'x'), false);
        for (const comment of ['// a', '/* b */', '// c "hooks": {']) {
          assert.equal(left.split(comment).length, text.split(comment).length, comment);
        }
      }),
    );
  });

  it('leave a file as it was, to the byte, where it is laid out as usual', () => {
    fc.assert(
      fc.property(pretty, (text) => {
        const { text: after, made } = add(text);
        const left = withoutEntries(after, made, 'settings.json');
        // An empty object that was opened for an entry stays open.
        assert.equal(left.replace(/([{[])\s+([}\]])/g, '$1$2'), text.replace(/([{[])\s+([}\]])/g, '$1$2'));
      }),
    );
  });

  it('take over the file’s indentation and line ends', () => {
    const { text } = add('\uFEFF{\r\n\t"a": 1\r\n}');
    assert.ok(text.startsWith('\uFEFF{\r\n\t"a": 1,\r\n\t"hooks": {\r\n\t\t"SessionStart": [\r\n\t\t\t{\r\n'));
    assert.ok(text.endsWith('\r\n\t}\r\n}') || text.endsWith('\r\n\t}\r\n\t}\r\n}'));
    assert.doesNotMatch(text, /[^\r]\n/);
    for (const empty of ['', ' \n', '\uFEFF']) assert.deepEqual(read(add(empty).text), read(add('{}').text));
  });

  it('replace those of an older set-up, and leave the other hooks of a shared entry', () => {
    const old = { type: 'command', command: 'sh "$HOME/.local/share/signalbox/hook.sh" --old' };
    const mine = { type: 'command', command: 'mine' };
    const text = JSON.stringify({ hooks: { Stop: [{ hooks: [mine, old] }], PreCompact: [{ hooks: [old] }] } });
    const { hooks = {} } = read(add(text).text);
    assert.deepEqual(hooks['Stop'], [{ hooks: [mine] }, hookGroup('Stop', command)]);
    assert.deepEqual(read(takeOut(text, { containers: [], permission: false })).hooks, {
      Stop: [{ hooks: [mine] }],
      PreCompact: [],
    });
  });

  it('take a permission out only where set-up put it in', () => {
    const text = JSON.stringify({ permissions: { allow: [permission] } });
    const { text: after, made } = add(text);
    assert.equal(made.permission, false);
    assert.deepEqual(read(withoutEntries(after, made, 'x')), read(text));
    const without = withEntries('{}', { command, permission: false }, 'x');
    assert.equal(read(without.text).permissions, undefined);
  });

  it('are not put into what is no settings file', () => {
    const refused = [
      'x',
      '[]',
      '"text"',
      '{"a":1',
      '{"a":1}}',
      '{"hooks":[]}',
      '{"hooks":null}',
      '{"hooks":{"Stop":{}}}',
      '{"hooks":{"Stop":"x"}}',
      '{"permissions":[]}',
      '{"permissions":{"allow":{}}}',
      '{"hooks":{},"hooks":{}}',
      `{"a":"${'x'.repeat(1024 * 1024)}"}`,
    ];
    for (const text of refused) {
      assert.throws(
        () => add(text),
        (error) => error instanceof UserError && error.message.includes('settings.json'),
      );
    }
  });
});

describe('The hook’s command', () => {
  it('names nothing of this machine, and is silent where there is no Signalbox', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const text = hookCommand(platform);
      assert.match(text, /^\[ ! -[rx] "\$HOME\/\.local\/share\/signalbox\/hook(\.cjs)?" \] \|\| exec /);
      assert.doesNotMatch(text, /redis|home\//);
    }
  });
});
