import assert from 'node:assert/strict';
import { historyKey } from '../../../src/protocol/names.ts';
import { english, reasonText } from '../../../src/protocol/reasons.ts';
import { pastLimits, type Past } from '../../../src/redis/past.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { Ear } from '../../support/ear.ts';
import { Rig } from '../../support/rig.ts';

const ns = 'shop:';

describe('the past', () => {
  let rig: Rig;
  let ear: Ear;

  beforeEach(async () => {
    rig = new Rig();
    ear = new Ear();
    await rig.serve();
  });
  afterEach(async () => {
    ear.link.dispose();
    await rig.dispose();
  });

  const connect = async (...rules: string[]): Promise<void> => {
    rig.cli('ACL', 'SETUSER', 'amy', 'on', '>secret', '~*', '&*', '+@all', ...rules);
    const { lives } = ear;
    ear.link.connect({ url: rig.server.url, username: 'amy', password: 'secret', namespaces: [ns] });
    await ear.until('it is live', () => ear.lives > lives);
  };
  const call = (name: string, ...rest: string[]): string =>
    rig.cli('FCALL', `signalbox_${name}`, '1', `${ns}agent:seq`, ...rest);
  const notes = (count: number): void =>
    void rig.cliInput(
      Array.from({ length: count }, (_, i) => `FCALL signalbox_event 1 ${ns}agent:seq a note "" ${i + 1}\n`).join(''),
    );
  const numbers = ({ messages }: Past): (number | null | undefined)[] =>
    messages.map((message) => ('seq' in message ? message.seq : undefined));
  const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, i) => from + i);

  it('is read backwards, oldest first in each piece, and its beginning is known', async () => {
    await connect();
    notes(500);
    const last = await ear.link.past(ns, null, 200);
    assert.deepEqual(numbers(last), upTo(500, 301));
    const middle = await ear.link.past(ns, 301, 250);
    assert.deepEqual(numbers(middle), upTo(300, 51));
    const first = await ear.link.past(ns, middle.next, 50);
    assert.deepEqual(numbers(first), upTo(50));
    assert.equal(first.next, null);
    assert.deepEqual(await ear.link.past(ns, 1, 10), { messages: [], next: null });
    assert.deepEqual(await ear.link.past(ns, 0, 10), { messages: [], next: null });
  });

  it('gives what was told as it was told', async () => {
    await connect();
    call('publish', 'a', '0', '', '{"task":"fileX","status":"working","ver":1}');
    call('event', 'a', 'note', 'src/a.ts', 'look');
    rig.cli('XADD', `${ns}${historyKey}`, '2-5', 'kind', 'note', 'data', 'no JSON');
    await ear.until('both were told', () => ear.of('change').length === 1 && ear.of('accepted').length === 1);
    const { messages } = await ear.link.past(ns, null, 10);
    assert.deepEqual(
      messages.slice(0, 2),
      [ear.of('accepted')[0], ear.of('change')[0]].map((message) => ({ ...message, recovered: true })),
    );
    const [, , odd] = messages;
    assert.equal(odd?.kind === 'malformed' && odd.wire?.text, 'no JSON');
  });

  it('goes on where it ended among what has no number', async () => {
    await connect();
    rig.cli('FCALL', 'signalbox_claim', '2', `${ns}agent:seq`, `${ns}lock:x`, 'a', '60000');
    for (let i = 0; i < 5; i++) {
      rig.cli('FCALL', 'signalbox_claim', '2', `${ns}agent:seq`, `${ns}lock:x`, `b${i}`, '60000');
    }
    const found: (string | undefined)[] = [];
    let next: string | null = null;
    do {
      const piece: Past = await ear.link.past(ns, next, 2);
      found.unshift(...piece.messages.map((message) => (message.kind === 'change' ? message.change.agent : undefined)));
      next = piece.next;
    } while (next !== null);
    assert.deepEqual(found, ['a', 'b0', 'b1', 'b2', 'b3', 'b4']);
  });

  it('comes in bounded pieces, however large its entries are', async () => {
    await connect();
    const entry = `redis.call('XADD', KEYS[1], i .. '-0', 'kind', 'x', 'at', '1', 'data', string.rep('x', 60000))`;
    rig.cli('EVAL', `for i = 1, 1200 do ${entry} end`, '1', `${ns}${historyKey}`);
    const piece = await ear.link.past(ns, null, 5_000);
    const texts = piece.messages.map((message) => (message.kind === 'malformed' ? message.wire!.text.length : 0));
    const size = texts.reduce((sum, length) => sum + length, 0);
    assert.ok(size > pastLimits.text * 0.9 && size <= pastLimits.text);
    const before = await ear.link.past(ns, piece.next, 10);
    assert.equal(before.messages.length, 10);
    rig.cli('DEL', `${ns}${historyKey}`);
    rig.cli('EVAL', `for i = 1, 1200 do ${entry.replace('60000', '10')} end`, '1', `${ns}${historyKey}`);
    assert.equal((await ear.link.past(ns, null, 5_000)).messages.length, pastLimits.entries);
  });

  it('is refused in words', async () => {
    const refused = async (): Promise<string> => {
      const failure: unknown = await ear.link.past(ns, null, 10).then(
        () => assert.fail('it was read'),
        (error: unknown) => error,
      );
      assert.ok(failure instanceof UserError);
      return reasonText(failure.reason, english);
    };
    await refused();
    await connect('-xrevrange');
    assert.match(await refused(), /ACL SETUSER amy \+xrevrange %R~shop:agent:history/);
    await connect();
    rig.cli('SET', `${ns}${historyKey}`, 'x');
    assert.match(await refused(), /WRONGTYPE/);
    await assert.rejects(ear.link.past('other:', null, 10), UserError);
  });

  it('is nothing where there is no history', async () => {
    await connect();
    assert.deepEqual(await ear.link.past(ns, null, 10), { messages: [], next: null });
  });
});
