import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Desk } from '../../../src/agent/acting/command.ts';
import { removeClaude, setUpClaude } from '../../../src/agent/acting/setupClaude.ts';
import { Emitter } from '../../../src/protocol/emitter.ts';
import { systemClock } from '../../../src/protocol/clock.ts';

describe('Whoever sits at the terminal', () => {
  let base: string;
  let shop: string;
  const before = process.env['HOME'];
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'signalbox-asked-'));
    shop = path.join(base, 'shop');
    for (const each of ['shop', 'home', 'dist']) mkdirSync(path.join(base, each));
    execFileSync('git', ['init', '--quiet'], { cwd: shop });
    process.env['HOME'] = path.join(base, 'home');
  });
  afterEach(() => {
    process.env['HOME'] = before;
    rmSync(base, { recursive: true });
  });

  const asked = { shared: false, permission: true, yes: false, json: false };
  /** A desk at which these answers are given, one after the other. */
  function desk(...answers: boolean[]): { desk: Desk; explained: string[]; questions: string[] } {
    const explained: string[] = [];
    const questions: string[] = [];
    const output = {
      print: () => {},
      explain: (line: string) => void explained.push(line),
      printed: () => Promise.resolve(true),
      onClosed: new Emitter<void>().event,
    };
    const ask = (question: string): Promise<boolean> => {
      questions.push(question);
      return Promise.resolve(answers.shift() ?? false);
    };
    const desk: Desk = {
      output,
      clock: systemClock,
      env: { ...process.env, SIGNALBOX_REDIS_URL: 'redis://127.0.0.1:1' },
      folder: shop,
      agent: null,
      isAgentTyped: false,
      isUrlTyped: false,
      typed: { url: null, namespace: null },
      dist: path.join(base, 'dist'),
      ask,
      fleet: () => assert.fail('is not asked for'),
    };
    return { desk, explained, questions };
  }
  const settings = (): { hooks?: object; permissions?: object } =>
    JSON.parse(readFileSync(path.join(shop, '.claude/settings.local.json'), 'utf8')) as object;

  it('sees all that will be written before anything is, and can leave it', async () => {
    const { desk: it, explained, questions } = desk(false);
    assert.equal(await setUpClaude(asked, it), 1);
    assert.deepEqual(questions, ['Write this?']);
    assert.match(
      explained.join('\n'),
      /shop-[0-9a-f]{4}:.*\.git\/config[^]*connections\.json[^]*settings\.local\.json/,
    );
    assert.deepEqual(readdirSync(process.env['HOME'] ?? ''), []);
    assert.equal(existsSync(path.join(shop, '.claude')), false);
    assert.throws(() =>
      execFileSync('git', ['config', '--get', 'signalbox.namespace'], { cwd: shop, stdio: 'ignore' }),
    );
  });

  it('is asked for the permission apart from the rest', async () => {
    const first = desk(true, false);
    assert.equal(await setUpClaude(asked, first.desk), 0);
    assert.match(first.questions[1] ?? '', /Bash\(signalbox wait:\*\)/);
    assert.ok(settings().hooks);
    assert.equal(settings().permissions, undefined);
    assert.equal(await setUpClaude(asked, desk(true, true).desk), 0);
    assert.deepEqual(settings().permissions, { allow: ['Bash(signalbox wait:*)'] });
  });

  it('is not asked for a permission that is not wanted', async () => {
    const without = desk(true);
    assert.equal(await setUpClaude({ ...asked, permission: false }, without.desk), 0);
    assert.deepEqual(without.questions, ['Write this?']);
    assert.equal(settings().permissions, undefined);
  });

  it('is asked nothing where all is written already', async () => {
    await setUpClaude({ ...asked, yes: true }, desk().desk);
    const again = desk();
    assert.equal(await setUpClaude(asked, again.desk), 0);
    assert.deepEqual(again.questions, []);
    const moved = desk(true);
    moved.desk.env['SIGNALBOX_REDIS_URL'] = 'redis://127.0.0.1:2';
    assert.equal(await setUpClaude({ ...asked, permission: false }, moved.desk), 0);
    assert.deepEqual(moved.questions, ['Write this?']);
  });

  it('is told of a file that Claude Code does not read', async () => {
    const file = path.join(shop, '.claude/settings.local.json');
    mkdirSync(path.dirname(file));
    const explainedOf = async (text: string): Promise<string> => {
      writeFileSync(file, text);
      const { desk: it, explained } = desk(false);
      await setUpClaude(asked, it);
      return explained.join('\n');
    };
    assert.match(await explainedOf('{\n  // mine\n  "a": 1\n}\n'), /reads nothing of .*settings\.local\.json/);
    assert.doesNotMatch(await explainedOf('{\n  "a": "// mine"\n}\n'), /reads nothing/);
  });

  it('is asked before it goes again', async () => {
    await setUpClaude({ ...asked, yes: true }, desk().desk);
    const refusing = desk(false);
    assert.equal(await removeClaude(asked, refusing.desk), 1);
    assert.deepEqual(refusing.questions, ['Remove this?']);
    assert.ok(settings().hooks);
    assert.equal(await removeClaude(asked, desk(true).desk), 0);
    assert.equal(existsSync(path.join(shop, '.claude')), false);
  });
});
