import assert from 'node:assert/strict';
import fc from 'fast-check';
import { historyKey, limits, stateChannel, stateHash } from '../../../src/protocol/names.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

const long = process.env['TEST_LONG'] !== undefined;
const refusal = /ERR signalbox: /;

/** Texts that must be kept to the letter. */
const exact: readonly string[] = [
  '{"ver":1,"empty":[],"none":{},"nested":[[],{},[{}]]}',
  '{"ver":1,"big":12345678901234567890,"small":1e-320,"exp":1E+2,"float":0.1,"minus":-0,"zero":0.0}',
  '{"ver":1,"text":"äöü ß 漢字 🚦 \\u00e4 \\ud83d\\udea6 \\" \\\\ \\/ \\b\\f\\n\\r\\t"}',
  ' {\n\t"ver" : 1 ,\r\n "spaces" : [ 1 , 2 ] } ',
  '{"ver":1,"null":null,"true":true,"false":false}',
  '{"task":"first","task":"second","ver":1}',
  '{"__proto__":{"a":1},"constructor":null,"ver":1}',
  '{"":"","\\u0000":"nul","ver":1}',
  '{"ver":1,"%s":"%d%%","$1":"%1"}',
  '{"ver":1,"state":{"ver":9},"agent_id":"b","epoch":"9","seq":0}',
];

/** What some JSON parser would take, and ours would not. */
const notJson: readonly string[] = [
  '',
  ' ',
  '{',
  '{"ver":1',
  '{"ver":1}}',
  '{"ver":1} {"ver":1}',
  '{"ver":1}x',
  '{"ver":1,}',
  '{"ver":1,"a":[1,]}',
  '{"ver":1,"a":[,1]}',
  '{"ver":1 "a":2}',
  '{"ver":1,"a" 2}',
  '{"ver":1,a:2}',
  "{'ver':1}",
  '{"ver":1.}',
  '{"ver":1,"a":1.}',
  '{"ver":1,"a":.5}',
  '{"ver":1,"a":-.5}',
  '{"ver":1,"a":[-.5]}',
  '{"ver":1,"a":+1}',
  '{"ver":1,"a":01}',
  '{"ver":1,"a":-}',
  '{"ver":1,"a":-01}',
  '{"ver":1,"a":1e}',
  '{"ver":1,"a":1e+}',
  '{"ver":1,"a":1.e5}',
  '{"ver":1,"a":0x10}',
  '{"ver":1,"a":0x1p4}',
  '{"ver":1,"a":NaN}',
  '{"ver":1,"a":nan}',
  '{"ver":1,"a":-nan}',
  '{"ver":1,"a":Infinity}',
  '{"ver":1,"a":-inf}',
  '{"ver":1,"a":inf}',
  '{"ver":1,"a":True}',
  '{"ver":1,"a":nul}',
  '{"ver":1,"a":nulll}',
  '{"ver":1,"a":"\u0001"}',
  '{"ver":1,"a":"\u001f"}',
  '{"ver":1,"a":"line\nline"}',
  '{"ver":1,"a":"tab\t"}',
  '{"ver":1,"a":"nul\u0000"}',
  '{"ver":1,"\n":1}',
  '{"ver":1,"a":"\\x41"}',
  '{"ver":1,"a":"\\u12"}',
  '{"ver":1,"a":"\\u00g0"}',
  '{"ver":1,"a":"\\\'"}',
  '{"ver":1,"a":"open}',
  '{"ver":1}\u0000',
  '\u0000{"ver":1}',
  '{"ver":1,\u0000"a":1}',
  '\ufeff{"ver":1}',
  '{"ver":1,\u00a0"a":1}',
  '{"ver":1,\u000b"a":1}',
  '{"ver":1,\u000c"a":1}',
  '{"ver":1}/* */',
  '{"ver":1,"a":[}',
  '{"ver":1,"a":]}',
  '{"ver":1,"a":[1}]',
];

const noObject: readonly string[] = ['[]', '[{"ver":1}]', '"text"', '7', 'null', 'true'];

const badVersions: readonly string[] = [
  '1.5',
  '-1',
  '9007199254740992',
  '9007199254740993',
  '1e16',
  '1e400',
  'true',
  '{}',
  '[1]',
  '""',
  '"1.5"',
  '"x"',
];

/** JSON with one character changed, left out or put in, which may or may not still be JSON. */
const nearlyJson = fc
  .tuple(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(...'{}[],:"\\.-+eE019 \n\t\u0000\u0001\u007fntfu/\'xä'),
    fc.nat(),
    fc.nat(2),
  )
  .map(([value, char, at, how]) => {
    const text = JSON.stringify({ ver: 1, value });
    const i = at % text.length;
    return text.slice(0, i) + (how === 0 ? '' : char) + text.slice(how === 2 ? i : i + 1);
  });

describe('states at level 1', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start();
  });
  beforeEach(() => void rig.fresh());
  after(() => rig.dispose());

  const publish = (text: string, ver: string | number = '', epoch: string | number = 0): Promise<string[]> =>
    rig.call('publish', [], 'a', epoch, ver, text);
  const stored = (): Promise<string | null> => rig.client.hget(rig.key(stateHash), 'a');
  const nested = (levels: number): string => `{"ver":1,"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  it('keep their exact text: on the channel, in the hash and in the history (invariant 3)', async () => {
    const heard: string[] = [];
    const listener = await rig.open();
    listener.on('message', (_, text) => heard.push(text));
    for (const text of exact) {
      await listener.subscribe(rig.fresh() + stateChannel);
      const [word, seq] = await publish(text);
      assert.deepEqual([word, seq], ['OK', '1'], text);
      await rig.until('it is heard', () => Promise.resolve(heard.length > 0));
      const [entry] = await rig.history();
      const expected = `{"agent_id":"a","epoch":"0","seq":1,"at":"${entry!.at}","state":${text}}`;
      assert.deepEqual([heard.pop(), await stored(), entry!.data], [expected, expected, expected]);
      assert.equal(entry!.kind, 'state');
      assert.deepEqual(JSON.parse(expected), JSON.parse(expected), 'it is JSON');
      assert.equal((await publish(text))[0], 'SAME');
      assert.equal((await publish(`${text} `))[0], 'DIVERGENT');
    }
  });

  it('are refused if JSON.parse would refuse them, and then change nothing (invariant 7)', async () => {
    await publish('{"ver":0}');
    for (const text of [...notJson, ...noObject]) {
      await rig
        .refuses(() => publish(text), refusal)
        .catch((error: unknown) => {
          throw new Error(`${JSON.stringify(text)} was taken`, { cause: error });
        });
    }
  });

  it('are taken exactly if JSON.parse takes them (invariant 4)', async () => {
    const parses = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const property = fc.asyncProperty(nearlyJson, async (text) => {
      rig.fresh();
      const ours = parses(text) && (JSON.parse(text) as { ver?: unknown }).ver === 1;
      const reply = await publish(text, 1).catch((error: unknown) => {
        assert.match(String(error), refusal);
        return ['refused'];
      });
      // Whether the library agrees is all that counts; a half surrogate has no UTF-8 and may be refused.
      if (ours && !/\\u[dD][89a-fA-F]/.test(text)) assert.equal(reply[0], 'OK', text);
      if (!ours) assert.equal(reply[0], 'refused', JSON.stringify(text));
      if (reply[0] === 'OK') JSON.parse((await stored())!);
    });
    await fc.assert(property, { numRuns: long ? 20_000 : 400 });
  });

  it('with bytes that are no UTF-8 do not spoil what others read (invariant 4)', async () => {
    for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]]) {
      const text = Buffer.concat([Buffer.from('{"ver":1,"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
      const reply = rig.client.call('FCALL', 'signalbox_publish', 1, rig.key('agent:seq'), 'a', '0', '', text);
      const taken = await (reply as Promise<string[]>).catch((error: unknown) => {
        assert.match(String(error), refusal);
        return null;
      });
      if (taken) JSON.parse((await stored())!);
    }
  });

  it('have at most 64 KiB and 32 levels (invariant 6)', async () => {
    const sized = (bytes: number): string => {
      const text = '{"ver":1,"a":""}';
      return text.replace('""', `"${'x'.repeat(bytes - text.length)}"`);
    };
    await rig.refuses(() => publish(sized(limits.state + 1)), refusal);
    assert.equal((await publish(sized(limits.state)))[0], 'OK');
    rig.fresh();
    for (const levels of [limits.depth + 1, limits.depth + 500, 30_000]) {
      await rig.refuses(() => publish(nested(levels)), refusal);
    }
    const objects = `{"ver":1,"a":${'{"a":'.repeat(limits.depth)}1${'}'.repeat(limits.depth)}}`;
    await rig.refuses(() => publish(objects), refusal);
    assert.equal((await publish(nested(limits.depth)))[0], 'OK');
    rig.fresh();
    assert.equal(
      (await publish(`{"ver":1,"a":"${'[{'.repeat(50)}\\"${'[{'.repeat(50)}"}`))[0],
      'OK',
      'brackets in texts',
    );
  });

  it('have a whole number up to 2^53 - 1 as version, the same as the argument (invariant 7)', async () => {
    for (const ver of badVersions) await rig.refuses(() => publish(`{"ver":${ver}}`), refusal);
    for (const ver of ['2', '-1', '1.0', 'x', ' 1', '1 ', '0x1', '1e0', '9007199254740992', '9'.repeat(400)]) {
      await rig.refuses(() => publish('{"ver":1}', ver), refusal);
    }
    for (const epoch of ['-1', '1.5', 'x', ' ', '0x0', '1e3', '9007199254740992', '9'.repeat(400)]) {
      await rig.refuses(() => publish('{"ver":1}', 1, epoch), refusal);
    }
    assert.equal((await publish('{"ver":9007199254740991}', '9007199254740991'))[0], 'OK');
    assert.deepEqual(await publish('{"ver":9007199254740990}'), ['STALE', '0', '9007199254740991']);
  });

  it('replace the one before as a whole, and are what a restarted agent finds', async () => {
    await publish('{"ver":1,"task":"x","status":"working"}');
    await publish('{"ver":2}');
    const { epoch, seq, state } = await rig.calls.hello('a');
    assert.equal(state, '{"ver":2}');
    assert.ok(epoch > 0 && seq === 3);
    assert.equal(await rig.client.xlen(rig.key(historyKey)), 3);
  });
});
