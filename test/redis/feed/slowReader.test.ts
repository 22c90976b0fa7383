import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Rig } from '../../support/rig.ts';

describe('a subscription that the server cuts', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = new Rig();
    await rig.serve();
    await rig.connect();
  });
  afterEach(() => rig.dispose());

  it('because we read too slowly is recognised, said, and recovered from', async () => {
    // Messages of 5 MB, while this process waits for each redis-cli and reads nothing, until the server has had enough:
    // how many that takes depends on what the kernel buffers beside the server's limit of 32 MB.
    const big = 'x'.repeat(5 * 1024 * 1024);
    const publish = ['-p', String(rig.server.port), '-x', 'PUBLISH', 'agent:state:sync'];
    const receivers = (): string => execFileSync('redis-cli', publish, { input: big, encoding: 'utf8' }).trim();
    let sent = 0;
    while (receivers() !== '0') assert.ok(++sent < 40, 'the server never cut the subscription');
    await rig.until('the cut is told', () => rig.events.some((event) => event.kind === 'gap'));
    await rig.until('it is live', () => rig.model.connection.state === 'live');
    const gap = rig.events.find((event) => event.kind === 'gap')!;
    assert.match(gap.reason!, /client-output-buffer-limit pubsub 32mb/);
    assert.ok(rig.model.attention.some((item) => item.kind === 'health'));
    rig.cli('PUBLISH', 'agent:state:sync', '{"agent_id":"good","state":{"ver":1}}');
    await rig.until('the next good message is shown', () => rig.model.agents.length === 1);
  });

  it('for another reason is a gap, but no accusation', async () => {
    rig.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await rig.until('the gap is told', () => rig.events.some((event) => event.kind === 'gap'));
    assert.doesNotMatch(rig.events.find((event) => event.kind === 'gap')!.reason!, /limit/);
    assert.ok(!rig.model.attention.some((item) => item.kind === 'health'));
  });
});
