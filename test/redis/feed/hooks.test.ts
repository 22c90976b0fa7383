import { strict as assert } from 'node:assert';
import { hostname } from 'node:os';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { systemClock } from '../../../src/protocol/clock.ts';
import { silentLog } from '../../../src/protocol/log.ts';
import type { WatchEvent } from '../../../src/protocol/status.ts';
import { Link } from '../../../src/redis/link.ts';
import { ownProcesses } from '../../../src/redis/processes.ts';
import { Rig } from '../../support/rig.ts';

const session = '5b2f4c1e-1111-4222-8333-444444444444';

/** A supervisor of a real server on which hooks call, by redis-cli as the hook itself does. */
class Hooks extends Rig {
  override readonly model = new FleetModel({ clock: systemClock, observerId: 'test', processes: ownProcesses });
  override readonly link = new Link(this.model, systemClock, silentLog, 'load');
  override readonly events: WatchEvent[] = [];

  async begin(): Promise<void> {
    this.model.onEvent((event) => this.events.push(event));
    await this.serve();
    await this.connect();
  }

  hook(fields: Record<string, unknown>, rel = '', pid = String(process.pid), missed = ''): string {
    const all = { session_id: session, ...fields };
    const lines = Object.entries(all).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
    const locks = rel === '' ? [] : [`lock:${rel}`];
    const keys = [String(1 + locks.length), 'agent:seq', ...locks];
    const args = [hostname(), '/w/shop', rel, lines.join('\n'), pid, 'main', 'sh 1.2.0', missed];
    return this.cli('FCALL', 'signalbox_hook', ...keys, ...args);
  }

  agent(id = session): ReturnType<FleetModel['agentById']> {
    return this.model.agentById('', id);
  }

  async is(liveness: string, id = session): Promise<void> {
    await this.until(`${id} is ${liveness}`, () => this.agent(id)?.liveness === liveness);
  }
}

describe('what the hook of Claude Code tells', function () {
  let rig: Hooks;

  beforeEach(async () => {
    rig = new Hooks();
    await rig.begin();
  });
  afterEach(() => rig.dispose());

  it('is a session with its name, and what it does or waits for', async () => {
    rig.hook({ hook_event_name: 'SessionStart', source: 'startup', session_title: 'login form' });
    await rig.is('idle');
    assert.deepEqual(
      [rig.agent()?.name, rig.agent()?.source, rig.agent()?.host, rig.agent()?.hook?.by, rig.agent()?.hook?.branch],
      ['login form', 'hook', hostname(), 'sh 1.2.0', 'main'],
    );
    rig.hook({ hook_event_name: 'UserPromptSubmit' });
    await rig.is('working');
    rig.hook({ hook_event_name: 'PreToolUse', tool_name: 'Edit' }, 'src/a.ts');
    await rig.until('it edits', () => rig.agent()?.hook?.tool === 'Edit' && rig.model.claims.length === 1);
    rig.hook({ hook_event_name: 'PermissionRequest', tool_name: 'Edit' }, 'src/a.ts');
    await rig.is('you');
    assert.deepEqual(
      rig.model.attention.map(({ kind, agent, detail }) => [kind, agent, detail]),
      [['waiting-on-you', session, 'Edit']],
    );
    rig.hook({ hook_event_name: 'PostToolUse', tool_name: 'Edit' }, 'src/a.ts');
    await rig.is('working');
    rig.hook({ hook_event_name: 'Stop', background_tasks: [1] });
    await rig.is('job');
    rig.hook({ hook_event_name: 'StopFailure' });
    await rig.is('limited');
    rig.hook({ hook_event_name: 'Stop', background_tasks: [] });
    await rig.is('idle');
    assert.equal(rig.model.claims.length, 0);
    rig.hook({ hook_event_name: 'SessionEnd', reason: 'prompt_input_exit' });
    await rig.until('it has left', () => rig.model.agents.length === 0);
    assert.ok(rig.events.every(({ kind, data }) => kind !== 'event' || (data as { name?: string }).name !== 'alive'));
  });

  it('is the same to whoever connects later', async () => {
    rig.hook({ hook_event_name: 'SessionStart', session_title: 'login form' });
    rig.hook({ hook_event_name: 'SubagentStart', agent_id: 'x1', agent_type: 'Explore' });
    rig.hook({ hook_event_name: 'PermissionRequest', tool_name: 'Bash' });
    await rig.is('you');
    const later = new FleetModel({ clock: systemClock, observerId: 'later' });
    const link = new Link(later, systemClock, silentLog);
    try {
      link.connect({ url: rig.server.url, namespaces: [''] });
      link.watch(true);
      await link.settled(10_000);
      const seen = (model: FleetModel): unknown[] =>
        model.agents.map(({ id, name, role, parent, liveness, source, hook }) => {
          const { by, branch, root, pid, phase, tool } = hook!;
          return [id, name, role, parent, liveness, source, by, branch, root, pid, phase, tool];
        });
      assert.deepEqual(seen(later), seen(rig.model));
      const since = [later, rig.model].map((model) => model.agentById('', session)!.hook!.since);
      assert.ok(Math.abs(since[0]! - since[1]!) < 1_000, String(since));
    } finally {
      link.dispose();
    }
  });

  it('makes an agent dead when its process has gone', async () => {
    const gone = '2147483646';
    rig.hook({ hook_event_name: 'UserPromptSubmit' }, '', gone);
    await rig.is('working');
    rig.model.tick();
    await rig.is('dead');
    assert.equal(rig.agent()?.hook?.presence, 'gone');
  });

  it('counts edits that were let through while Redis was away in one row', async () => {
    rig.hook(
      { hook_event_name: 'UserPromptSubmit' },
      '',
      String(process.pid),
      [`5\t${session}\tsrc/a.ts`, `9\t${session}\tsrc/b.ts`].join('\n'),
    );
    await rig.until('both are told', () => rig.model.counts.unclaimed === 2);
    assert.deepEqual(
      rig.model.attention.map(({ kind, resource, detail, count }) => [kind, resource, detail, count]),
      [['unguarded', 'src/b.ts', 'redis-down', 2]],
    );
  });
});

describe('what agents have to obey', () => {
  let rig: Hooks;

  beforeEach(async () => {
    rig = new Hooks();
    await rig.begin();
  });
  afterEach(() => rig.dispose());

  it('is written field by field, and taken out again', async () => {
    rig.cli('HSET', 'agent:config', 'history', '50');
    await rig.link.configure(
      '',
      new Map([
        ['claims.ttl', 90_000],
        ['claims.wait', 0],
        ['claims.keep', null],
      ]),
    );
    assert.equal(rig.cli('HGETALL', 'agent:config'), 'history\n50\nclaims.ttl\n90000\nclaims.wait\n0');
    await rig.link.configure('', new Map([['claims.ttl', null]]));
    assert.equal(rig.cli('HKEYS', 'agent:config'), 'history\nclaims.wait');
  });

  it('is refused in words where the user may not, and where there is no connection', async () => {
    rig.cli('SET', 'agent:config', 'of another type');
    await assert.rejects(rig.link.configure('', new Map([['claims.ttl', 1]])), { name: 'UserError' });
    rig.link.disconnect();
    await assert.rejects(rig.link.configure('', new Map([['claims.ttl', 1]])), { name: 'UserError' });
  });
});
