import { FleetModel } from '../../../../src/model/fleetModel.ts';
import { Recorder, type RecorderOptions } from '../../../../src/model/record/recorder.ts';
import type { Change } from '../../../../src/protocol/changes.ts';
import { decodeEvent, decodeStampedState, wireOf } from '../../../../src/protocol/decode.ts';
import type { FeedMessage } from '../../../../src/protocol/messages.ts';
import { english } from '../../../../src/protocol/reasons.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { changeOf, type Brief } from '../libraryNews.ts';

type How = { ns?: string; at?: number; recovered?: boolean; seq?: number | null; text?: string };

/** A model and its recorder, told what a feed tells. The server's clock is a minute ahead. */
export class RecordRig {
  readonly clock = new FakeClock();
  readonly model: FleetModel;
  readonly recorder: Recorder;
  readonly skewMs = 60_000;
  seq = 0;

  constructor(options: Partial<RecorderOptions> = {}, namespaces: readonly string[] = ['']) {
    this.model = new FleetModel({ clock: this.clock, observerId: 'test' });
    this.model.apply({ kind: 'opened', url: 'redis://h:1', namespaces });
    this.model.apply({ kind: 'library', version: '1.0.0' });
    this.model.apply({ kind: 'connection', state: 'live', reason: null });
    this.recorder = new Recorder(this.model, this.clock, { l10n: english, hostname: 'here', ...options });
    this.feed({
      kind: 'clock',
      skewMs: this.skewMs,
      fine: { offsetMs: this.skewMs, errorMs: 0.5, isOurs: false },
    });
  }

  feed(message: FeedMessage): void {
    this.model.apply(message);
    this.recorder.apply(message);
  }

  /** Lets whole seconds pass, each with its tick. */
  pass(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      this.clock.advance(1_000);
      this.model.tick();
      this.recorder.tick();
    }
  }

  /** A change of the library that was under way for some ms. */
  change(brief: Brief, age = 1, how: How = {}): void {
    this.feed(this.entry(brief, age, how));
  }

  entry(brief: Brief, age = 1, how: How = {}): FeedMessage {
    const { ns = '', at = this.clock.now() + this.skewMs - age, recovered = false, text = 'the text' } = how;
    const change: Change = changeOf(brief);
    const isNumbered = brief.kind !== 'denied' && brief.kind !== 'deadlock';
    const seq = how.seq === undefined ? (isNumbered ? ++this.seq : null) : how.seq;
    return { kind: 'change', ns, change, seq, atUs: at * 1_000, recovered, wire: wireOf(text) };
  }

  /** A state as the library sends it on. */
  accept(agent: string, state: object, age = 1, how: How = {}): void {
    const { ns = '', at = this.clock.now() + this.skewMs - age, recovered = false } = how;
    const decoded = decodeStampedState(how.text ?? JSON.stringify({ agent_id: agent, epoch: 1, state }));
    if (!decoded.ok) throw new Error(decoded.reason);
    const { message, wire } = decoded.value;
    this.feed({ kind: 'accepted', ns, message, seq: ++this.seq, atUs: at * 1_000, recovered, wire });
  }

  /** A plain agent's state. */
  publish(agent: string, state: object, envelope: object = {}, ns = ''): void {
    const decoded = decodeStampedState(JSON.stringify({ agent_id: agent, ...envelope, state }));
    if (!decoded.ok) throw new Error(decoded.reason);
    const { message, wire } = decoded.value;
    this.feed({ kind: 'state', ns, message, held: false, wire });
  }

  /** A plain agent's event. */
  event(text: string): void {
    const decoded = decodeEvent(text);
    if (!decoded.ok) throw new Error(decoded.reason);
    this.feed({ kind: 'event', ns: '', event: decoded.value, text, wire: wireOf(text) });
  }

  lines() {
    return this.recorder.lines.before(Number.MAX_SAFE_INTEGER, 1_000_000);
  }
}
