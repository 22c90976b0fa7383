import { between, pick, type Random, seededRandom } from '../../src/agent/fleet/random.ts';
import { decodeChange } from '../../src/protocol/changes.ts';
import { decodeEvent, decodeState, wireOf } from '../../src/protocol/decode.ts';
import { hostileTexts } from './hostile.ts';
import { PanelHost } from './panelHost.mts';
import { listsSeen } from './queueSeen.ts';

/** What agents do in front of a panel: told to the model as the feed tells it, at the time of the host's clock. */
export class PanelScene {
  readonly host = new PanelHost();
  readonly random: Random;
  #seq = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A server with the function library, whose clock is ours. */
  connect(namespaces: readonly string[] = ['']): this {
    const { host } = this;
    host.apply({ kind: 'opened', url: 'redis://127.0.0.1:6379', namespaces });
    host.apply({ kind: 'server', facts: { server: 'redis 7.0.15', notifications: true } });
    host.apply({ kind: 'library', version: '1.0.0' });
    const fine = { offsetMs: host.clock.now() - host.clock.fine(), errorMs: 0.08, isOurs: true };
    host.apply({ kind: 'clock', skewMs: 0, fine });
    host.apply({ kind: 'rtt', ms: 0.4 });
    host.apply({ kind: 'connection', state: 'live', reason: null });
    return this;
  }

  /** A plain agent's broadcast, which took so long. */
  publish(agent: string, state: object, ms: number, beside: object = {}): void {
    const text = JSON.stringify({ agent_id: agent, host: 'here', ts: this.host.clock.now() - ms, ...beside, state });
    const decoded = decodeState(text);
    if (!decoded.ok) this.host.apply(malformed('agent:state:sync', decoded.reason, text));
    else {
      const wire = wireOf(text, JSON.parse(text) as Record<string, unknown>);
      this.host.apply({ kind: 'state', ns: '', message: decoded.value, held: false, wire });
    }
  }

  /** Something on the event channel. */
  event(text: string): void {
    const decoded = decodeEvent(text);
    if (!decoded.ok) this.host.apply(malformed('agent:events', decoded.reason, text));
    else this.host.apply({ kind: 'event', ns: '', event: decoded.value, text, wire: wireOf(text) });
  }

  /** Something that the function library tells, which took so long. */
  change(what: object, ms = 1, recovered = false): void {
    const text = JSON.stringify(what);
    const decoded = decodeChange(text);
    if (!decoded.ok) throw new Error(decoded.reason);
    const { kind } = decoded.value;
    const seq = kind === 'denied' || kind === 'deadlock' ? null : ++this.#seq;
    const atUs = Math.round((this.host.clock.now() - ms) * 1_000);
    const wire = wireOf(text, JSON.parse(text) as Record<string, unknown>);
    this.host.apply({ kind: 'change', ns: '', change: decoded.value, seq, atUs, recovered, wire });
  }

  lists(lengths: Readonly<Record<string, number>>): void {
    this.host.apply({ kind: 'queues', ns: '', queues: listsSeen(lengths), complete: true });
    this.host.apply({ kind: 'swept', ns: '' });
  }

  probe(ms: number): void {
    this.host.apply({ kind: 'probe', ms, way: 'broadcast' });
  }
}

const malformed = (channel: string, reason: string, text: string) =>
  ({ kind: 'malformed', ns: '', channel, reason, sample: text.slice(0, 200), wire: wireOf(text) }) as const;

const files = ['src/router.ts', 'src/cart/total.ts', 'src/cart/index.ts', 'docs/', 'test/cart.test.ts', 'schema.sql'];
const roles = ['backend', 'frontend', 'tests', 'docs'];

/** Durations as networks have them: most alike, a few far longer. */
const spread = (random: Random, middle: number): number =>
  middle * Math.exp(0.7 * (random() + random() + random() + random() - 2) * 1.7);

/** Nine agents at work for six minutes: conflicts of every kind, an outage of speed in the middle, queues. */
function busy(): PanelScene {
  const scene = new PanelScene(7).connect();
  const { host, random } = scene;
  const agents = Array.from({ length: 9 }, (_, i) => `agent-${String(i + 1)}`);
  const vers = new Map(agents.map((agent) => [agent, 0]));
  let token = 0;
  let waiting = 14;
  for (let second = 0; second < 360; second++) {
    const isSlow = second >= 170 && second < 200;
    const middle = isSlow ? 180 : 2.4;
    for (const [index, agent] of agents.entries()) {
      if (random() > 0.35) continue;
      const ver = (vers.get(agent) ?? 0) + 1;
      vers.set(agent, ver);
      const task = `task-${String(1 + ((index + Math.floor(second / 60)) % 12))}`;
      const beside = { role: roles[index % roles.length], request: `req-${String(1 + (index % 5))}` };
      const status = index === 8 && second > 300 ? 'waiting' : 'working';
      const told = { ver, task, status, step: pick(random, ['reading', 'editing', 'testing']), progress: second };
      scene.publish(agent, told, spread(random, middle), beside);
    }
    if (second % 7 === 3) {
      const resource = pick(random, files);
      const agent = pick(random, agents);
      scene.change({ kind: 'claim', agent, resource, token: ++token, ttl: 60_000 }, spread(random, middle / 2));
      if (second % 3 === 0) scene.change({ kind: 'release', agent, resource, token }, spread(random, middle / 2));
    }
    if (second % 19 === 5) {
      const [agent, waits] = [pick(random, agents), pick(random, agents)];
      const waitId = `wait-${String(second)}`;
      const resource = 'src/cart/total.ts';
      const wait = {
        kind: 'wait',
        agent: waits,
        resources: [resource],
        wait: waitId,
        holder: agent,
        blocking: resource,
      };
      scene.change({ ...wait, position: 1 });
      host.pass();
      scene.change({ kind: 'claim', agent: waits, resource, token: ++token, ttl: 60_000, wait: waitId });
    }
    if (second % 11 === 4) {
      const blocking = pick(random, files.slice(0, 3));
      const holder = pick(random, agents);
      scene.change({
        kind: 'denied',
        agent: pick(random, agents),
        resource: blocking,
        token,
        holder,
        blocking,
        reason: 'lease',
      });
    }
    if (second % 23 === 9) {
      scene.change({
        kind: 'unclaimed',
        agent: pick(random, agents),
        resource: pick(random, files),
        detail: 'no claim',
      });
    }
    if (second % 31 === 12) scene.publish('agent-2', { ver: 1, task: 'task-1', status: 'working' }, 3);
    if (second % 61 === 20) {
      const ver = vers.get('agent-4') ?? 0;
      if (ver > 0) scene.publish('agent-4', { ver, task: 'another', status: 'working' }, 3);
    }
    if (second % 90 === 30) scene.publish('agent-5', { ver: -1 }, 1);
    if (second % 97 === 40) scene.event('error:the tests of the cart fail: expected 3, was 4');
    if (second % 120 === 60) scene.change({ kind: 'note', agent: 'agent-3', detail: 'half way' }, 900, true);
    if (second === 150) {
      const tasks = [{ id: 'deploy', status: 'running', needs: ['review'] }];
      const ver = (vers.get('agent-6') ?? 0) + 1;
      vers.set('agent-6', ver);
      scene.publish('agent-6', { ver, status: 'working', tasks: [{ id: 'review', status: 'pending' }, ...tasks] }, 2);
    }
    if (second % 2 === 0) {
      waiting = Math.max(0, waiting + Math.round(between(random, -3, isSlow ? 5 : 2.9)));
      scene.lists({ 'agent:tasks': waiting, 'shop:queue': Math.floor(waiting / 3) });
    }
    scene.probe(spread(random, isSlow ? 40 : 0.7));
    host.pass();
  }
  return scene;
}

/** Connected for two minutes, and nobody says anything. */
function quiet(): PanelScene {
  const scene = new PanelScene(8).connect();
  for (let second = 0; second < 120; second++) {
    scene.probe(spread(scene.random, 0.7));
    scene.host.pass();
  }
  return scene;
}

/** Nothing is configured. */
function empty(): PanelScene {
  const scene = new PanelScene(1);
  scene.host.pass();
  return scene;
}

/** The server does not want us. */
function refused(): PanelScene {
  const scene = new PanelScene(1);
  const { host } = scene;
  host.apply({ kind: 'opened', url: 'redis://127.0.0.1:6379', namespaces: ['', 'shop'] });
  host.apply({ kind: 'connection', state: 'refused', reason: { code: 'wrong-password' } });
  host.pass(5);
  return scene;
}

/** An hour of many messages. */
function flood(): PanelScene {
  const scene = new PanelScene(9).connect();
  const { host, random } = scene;
  for (let second = 0; second < 3_600; second++) {
    const middle = 2 + 1.5 * Math.sin(second / 300);
    for (let i = 0; i < 8; i++) {
      const agent = `agent-${String(1 + Math.floor(random() * 30))}`;
      const told = { ver: second * 8 + i + 1, task: `task-${String(second % 40)}`, status: 'working' };
      scene.publish(agent, told, spread(random, middle));
    }
    if (second % 10 === 0) scene.lists({ 'agent:tasks': 200 + Math.round(100 * Math.sin(second / 200)) });
    scene.probe(spread(random, 0.7));
    host.pass();
  }
  return scene;
}

/** Everything that agents may name is named to do harm. */
function hostile(): PanelScene {
  const scene = new PanelScene(10).connect(['', '<b>ns</b>\u202e']);
  const { host, random } = scene;
  const texts = hostileTexts.filter((text) => text.length < 200);
  let token = 0;
  for (let second = 0; second < 40; second++) {
    const bad = texts[second % texts.length]!;
    const other = texts[(second + 7) % texts.length]!;
    const long = `${bad}${'W'.repeat(500)}`;
    const state = { ver: second + 1, task: other, status: second % 2 ? 'working' : bad, note: `${bad}${other}` };
    scene.publish(`${bad}-${String(second % 3)}`, state, 2, { role: bad, request: other, name: long });
    scene.event(`error:${bad} ${other}`);
    scene.event(JSON.stringify({ kind: bad, agent: other, role: bad, request: bad, detail: long }));
    scene.publish(bad, { ver: bad }, 1);
    const resource = `${other}/${bad}`;
    scene.change({ kind: 'claim', agent: long.slice(0, 400), resource, token: ++token, ttl: 60_000, task: bad });
    scene.change({ kind: 'denied', agent: bad, resource, token, holder: other, blocking: resource, reason: bad });
    scene.change({ kind: 'unclaimed', agent: bad, resource, detail: long });
    host.apply({ kind: 'heard', channel: bad, text: `${other}\n${bad}` });
    scene.lists({ [`${bad}:queue`]: 3, [`${long}:queue`]: 1 });
    scene.probe(spread(random, 0.7));
    host.pass();
  }
  return scene;
}

/** What there is to see, by its name. Each is played by the extension's own model and recorder, the same every time. */
export const panelScenes = { busy, quiet, empty, refused, flood, hostile } as const;
export type SceneName = keyof typeof panelScenes;
