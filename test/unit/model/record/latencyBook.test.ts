import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import type { FineClock } from '../../../../src/protocol/clock.ts';
import { LatencyBook } from '../../../../src/model/record/latencyBook.ts';
import type { Told } from '../../../../src/model/picture.ts';
import type { Change } from '../../../../src/protocol/changes.ts';
import { measure } from '../../../../src/protocol/panel/picture.ts';
import type { WatchEvent } from '../../../../src/protocol/status.ts';
import { changeOf } from '../libraryNews.ts';

const wall = Date.parse('2026-01-01T00:00:00Z');

/** A clock whose two hands are moved apart. */
class TwoHands implements FineClock {
  fineMs = 5_000;
  nowMs = wall;
  now = (): number => this.nowMs;
  fine = (): number => this.fineMs;
  after = () => ({ dispose: () => undefined });
}

const event: WatchEvent = {
  ns: '',
  seq: null,
  at: '',
  clock: 'observer',
  kind: 'state',
  agent: 'a',
  resource: null,
  token: null,
  channel: 'agent:state:sync',
  reason: null,
  data: null,
};

const wire = { text: '{}', role: null, request: null };
const told = (part: Partial<Told>): Told => ({
  event,
  wire,
  change: null,
  update: null,
  isLive: true,
  isRepeat: false,
  sent: null,
  ...part,
});
const byServer = (ms: number, more: Partial<Told> = {}): Told =>
  told({ event: { ...event, clock: 'server' }, sent: { ms, by: 'server', host: null }, ...more });
const byPublisher = (ms: number, host: string | null, more: Partial<Told> = {}): Told =>
  told({ sent: { ms, by: 'publisher', host }, ...more });

/** A book that knows the server's clock: it is a minute ahead of ours. */
function book(isOurs = false): { latency: LatencyBook; clock: TwoHands; server: number } {
  const clock = new TwoHands();
  const latency = new LatencyBook(clock, 'Here');
  const server = isOurs ? wall : wall + 60_000;
  latency.setClock({ kind: 'clock', skewMs: 59_000, fine: { offsetMs: server - 5_000, errorMs: 0.5, isOurs } });
  return { latency, clock, server };
}

const counts = ({ measure: { byServer: server, byPublisher: publisher, unmeasured, impossible } }: LatencyBook) => [
  server,
  publisher,
  unmeasured,
  impossible,
];

describe('latencies', () => {
  it("are from the server's stamp by its clock, whatever is done to ours", () => {
    const { latency, clock, server } = book();
    clock.nowMs -= 86_400_000;
    clock.fineMs += 250;
    assert.equal(latency.of(byServer(server)), 250);
    assert.equal(latency.of(byServer(server + 249.5)), 0.5);
    assert.deepEqual(counts(latency), [2, 0, 0, 0]);
  });

  it('are the middle of what is possible where the clock tells no more, and impossible below that or beyond an hour', () => {
    const { latency, server } = book();
    assert.deepEqual(
      [-0.5, -0.25, 0, 0.25, 0.5].map((ms) => latency.of(byServer(server - ms))),
      [0, 0.125, 0.25, 0.375, 0.5],
    );
    assert.equal(latency.of(byServer(server + 0.75)), null);
    assert.equal(latency.of(byServer(server - 3_600_000)), 3_600_000);
    assert.equal(latency.of(byServer(server - 3_600_001)), null);
    assert.deepEqual(counts(latency), [6, 0, 0, 2]);
  });

  it("are from a publisher's stamp only where its clock is ours", () => {
    const away = book();
    for (const host of [null, 'there']) assert.equal(away.latency.of(byPublisher(wall - 7, host)), null);
    assert.equal(away.latency.of(byPublisher(wall - 7, 'here')), 7);
    assert.deepEqual(counts(away.latency), [0, 1, 2, 0]);
    assert.equal(away.latency.of(told({})), null);
    const { unmeasured, unstamped, otherClock } = away.latency.measure;
    assert.deepEqual([unmeasured, unstamped, otherClock], [3, 1, 2]);
    const here = book(true);
    assert.equal(here.latency.of(byPublisher(wall - 7, null)), 7);
    assert.equal(here.latency.of(byPublisher(wall - 7, 'there')), null);
    assert.equal(here.latency.of(byPublisher(wall + 1, null)), 0.25);
    assert.equal(here.latency.of(byPublisher(wall + 60, null)), null);
    assert.deepEqual(counts(here.latency), [0, 2, 1, 1]);
  });

  it('are not of what was held back, sent again or read later', () => {
    const { latency } = book(true);
    assert.equal(latency.of(byPublisher(wall - 7, null, { isLive: false })), null);
    assert.equal(latency.of(byPublisher(wall - 7, null, { isRepeat: true })), null);
    assert.equal(latency.of(byPublisher(wall - 7, null, { event: { ...event, kind: 'stale' } })), null);
    assert.deepEqual(counts(latency), [0, 0, 3, 0]);
    // These are no broadcasts.
    assert.equal(latency.of(byServer(wall - 7, { isLive: false })), null);
    assert.equal(latency.of(told({ wire: null, isLive: false })), null);
    assert.deepEqual(counts(latency), [0, 0, 3, 0]);
  });

  it("need the server's clock", () => {
    const clock = new TwoHands();
    const latency = new LatencyBook(clock, 'here');
    assert.equal(latency.of(byServer(wall)), null);
    latency.setClock({ kind: 'clock', skewMs: 9_000 });
    assert.equal(latency.of(byServer(wall)), null);
    assert.deepEqual([latency.skewMs, latency.measure.clock, counts(latency)], [9_000, 'none', [0, 0, 2, 0]]);
    const { latency: again } = book();
    // Another connection: at first it is only known roughly, and what was known finely may be of another server.
    again.setClock({ kind: 'clock', skewMs: 9_000 });
    assert.deepEqual([again.of(byServer(wall)), again.skewMs, again.measure.clock], [null, 9_000, 'none']);
    const { latency: known } = book();
    assert.deepEqual([known.skewMs, known.measure.clock, known.measure.offsetMs], [60_000, 'estimated', 60_000]);
    known.clear();
    assert.deepEqual([known.skewMs, known.measure.clock, known.of(byServer(wall))], [0, 'none', null]);
  });

  it('of waits are from joining the line to having the claim, by the server alone', () => {
    const { latency } = book();
    const at = (ms: number, change: Change): number | null => latency.waited(byServer(wall + ms, { change }));
    const wait = changeOf({ kind: 'wait', waitId: 'w' });
    const claim = changeOf({ kind: 'claim', waitId: 'w' });
    assert.equal(at(0, wait), null);
    assert.equal(at(500, wait), null);
    assert.equal(at(2_000, claim), 2_000);
    assert.equal(at(2_500, claim), null);
    at(3_000, wait);
    at(3_500, changeOf({ kind: 'unwait', waitId: 'w' }));
    assert.equal(at(4_000, claim), null);
    at(5_000, wait);
    latency.waited(told({ event: { ...event, kind: 'gap' } }));
    assert.equal(at(6_000, claim), null);
    assert.equal(at(7_000, changeOf({ kind: 'claim', waitId: null })), null);
  });

  it('remember so many waits and no more, the newest', () => {
    const { latency } = book();
    for (let i = 0; i < 10_000; i++) {
      latency.waited(byServer(wall, { change: changeOf({ kind: 'wait', waitId: `${i}` }) }));
    }
    const ended = (i: number) =>
      latency.waited(byServer(wall + 1, { change: changeOf({ kind: 'claim', waitId: `${i}` }) }));
    assert.deepEqual([ended(10_000 - 4_097), ended(10_000 - 4_096), ended(9_999)], [null, 1, 1]);
  });

  it('say how the probe goes, and that it is off once it is silent', () => {
    const { latency, clock } = book();
    assert.equal(latency.measure.probe, 'off');
    latency.probed('ping');
    clock.fineMs += 5_000;
    assert.equal(latency.measure.probe, 'ping');
    clock.fineMs += 1;
    assert.equal(latency.measure.probe, 'off');
  });

  it('are a duration or nothing, and told as the page takes it, whatever clocks and stamps say', () => {
    const odd = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 8.64e15, -8.64e15));
    const any = fc.record({
      fine: odd,
      now: odd,
      offset: odd,
      error: odd,
      ms: odd,
      by: fc.boolean(),
      ours: fc.boolean(),
    });
    fc.assert(
      fc.property(any, ({ fine, now, offset, error, ms, by, ours }) => {
        const { latency, clock } = book();
        latency.setClock({ kind: 'clock', skewMs: offset, fine: { offsetMs: offset, errorMs: error, isOurs: ours } });
        [clock.fineMs, clock.nowMs] = [fine, now];
        const got = latency.of(by ? byServer(ms) : byPublisher(ms, null));
        assert.ok(got === null || (got >= 0 && got <= 3_600_000), `${got}`);
        assert.equal(
          counts(latency).reduce((sum, each) => sum! + each!, 0),
          1,
        );
        assert.ok(v.is(measure, latency.measure), JSON.stringify(latency.measure));
      }),
    );
  });
});
