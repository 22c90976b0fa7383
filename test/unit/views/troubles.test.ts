import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { english, reasonText, type Reason } from '../../../src/protocol/reasons.ts';
import { AgentRows } from '../../../src/views/agentRows.ts';
import { AttentionRows } from '../../../src/views/attentionRows.ts';
import { connectionMessage } from '../../../src/views/connectionText.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const where = 'redis://127.0.0.1:6379';
/** One of each, so that the compiler finds one that nobody thought of. */
const reasons: { [C in Reason['code']]: Extract<Reason, { code: C }> } = {
  closed: { code: 'closed' },
  unreachable: { code: 'unreachable', where },
  'no-such-host': { code: 'no-such-host', where },
  timeout: { code: 'timeout', where },
  'wrong-password': { code: 'wrong-password' },
  'password-needed': { code: 'password-needed' },
  'not-allowed': { code: 'not-allowed', detail: 'no permissions to run the info command' },
  'missing-right': { code: 'missing-right', what: 'locks', user: 'bob', rules: '+getrange +pttl %R~lock:*' },
  'not-redis': { code: 'not-redis', where },
  'tls-wanted': { code: 'tls-wanted', where },
  'tls-unwanted': { code: 'tls-unwanted', where },
  certificate: { code: 'certificate', detail: 'self-signed certificate' },
  'old-server': { code: 'old-server', server: 'redis 6.2.9' },
  replica: { code: 'replica', primary: '10.0.0.1:6379' },
  database: { code: 'database', number: 3 },
  'no-database': { code: 'no-database', number: 99 },
  'too-many': { code: 'too-many', what: 'locks', limit: 5_000 },
  'cut-off': { code: 'cut-off', limit: '32mb at once, 8mb for 60 s' },
  'bad-patterns': { code: 'bad-patterns', entries: 'queue: 7, colour' },
  'bad-pattern': { code: 'bad-pattern', why: 'many', limit: 16 },
  'monitor-over': { code: 'monitor-over', why: 'time', limit: 10 },
  loading: { code: 'loading' },
  'library-missing': { code: 'library-missing', detail: 'no permissions to run the function command' },
  'library-other': { code: 'library-other', version: '2.0.0' },
  'call-refused': { code: 'call-refused', detail: "the agent's name is longer than 128 bytes" },
  'out-of-memory': { code: 'out-of-memory' },
  'read-only': { code: 'read-only' },
  cluster: { code: 'cluster' },
  'history-diverged': { code: 'history-diverged', ns: 'shop-3f2a:' },
  'guard-silent': { code: 'guard-silent', count: 2 },
  'guard-old': { code: 'guard-old', by: 'sh 1.0.0', count: 1 },
  runaway: { code: 'runaway', what: 'agents', before: 10, count: 64 },
  'memory-full': { code: 'memory-full', used: 95e6, max: 1e8, largest: ['a:results 12.5 MB'] },
  'memory-scattered': { code: 'memory-scattered', ratio: 2.1 },
  evicts: { code: 'evicts', policy: 'allkeys-lru' },
  'not-persistent': { code: 'not-persistent' },
  'idle-clients': { code: 'idle-clients', count: 2, names: ['agent-1', 'agent-2'], ids: ['7', '9'] },
  'never-end': { code: 'never-end', count: 3, examples: ['session:temp:data'] },
  'bad-settings': { code: 'bad-settings', detail: 'x' },
  'password-in-settings': { code: 'password-in-settings', scope: 'user' },
  'not-started': { code: 'not-started', what: 'server', detail: 'Out of memory' },
  'set-up': { code: 'set-up', detail: 'settings.json is no JSON object.' },
  other: { code: 'other', detail: 'x' },
};
const beside = [
  'missing-right',
  'old-server',
  'replica',
  'database',
  'cut-off',
  'too-many',
  'password-in-settings',
  'bad-patterns',
  'library-missing',
  'library-other',
  'call-refused',
  'out-of-memory',
  'read-only',
  'cluster',
  'history-diverged',
  'guard-silent',
  'guard-old',
  'runaway',
  'memory-full',
  'memory-scattered',
  'evicts',
  'not-persistent',
  'idle-clients',
  'never-end',
] as const;

function world(): { model: FleetModel; agents: AgentRows; attention: AttentionRows } {
  const clock = new FakeClock();
  const model = new FleetModel({ clock, observerId: 'test' });
  const fleet = { picture: model, clock, l10n: english, files: { find: () => [] } };
  model.apply({ kind: 'opened', url: where, namespaces: [''] });
  return { model, agents: new AgentRows(fleet), attention: new AttentionRows(fleet) };
}

describe('what is wrong with a connection', () => {
  it('has a sentence of its own each, none of which is another’s', () => {
    const sentences = Object.values(reasons).map((reason) => reasonText(reason, english));
    assert.equal(new Set(sentences).size, sentences.length);
    for (const sentence of sentences) assert.match(sentence, /^.{20,}$/);
  });

  it('is told once: above the agents when there is no connection', () => {
    for (const reason of Object.values(reasons)) {
      if ((beside as readonly string[]).includes(reason.code)) continue;
      const { model, agents, attention } = world();
      model.apply({ kind: 'connection', state: 'refused', reason });
      assert.equal(connectionMessage(model.connection, english), reasonText(reason, english));
      assert.deepEqual(attention.children(null), []);
      const ways = agents.children(null);
      assert.ok(ways.length >= 2 && ways.at(-1) === 'help:showLog', reason.code);
      for (const way of ways) assert.ok(agents.row(way)?.click, way);
    }
  });

  it('is told once: in a row of its own beside a connection that works', () => {
    for (const code of beside) {
      const { model, attention } = world();
      const reason = reasons[code];
      model.apply({ kind: 'connection', state: 'live', reason: null });
      model.apply({ kind: 'trouble', what: code, reason });
      const [id] = attention.children(null);
      assert.ok(id);
      const row = attention.row(id);
      assert.ok(row);
      assert.ok(row.label.length + row.description.length <= 60, `${row.label} ${row.description}`);
      assert.ok(row.spoken.endsWith(reasonText(reason, english)));
      const above = connectionMessage(model.connection, english);
      if (code === 'missing-right') assert.match(above ?? '', /Needs Attention/);
      else assert.equal(above, undefined);
      assert.ok((attention.tooltip(id) ?? '').length > 40);
    }
  });

  it('gives the line that mends a missing right as something to copy', () => {
    const { model, attention } = world();
    model.apply({ kind: 'connection', state: 'live', reason: null });
    model.apply({ kind: 'trouble', what: 'locks', reason: reasons['missing-right'] });
    const [id = ''] = attention.children(null);
    assert.equal(attention.row(id)?.contextValue, 'attention.health.right');
    assert.ok(attention.tooltip(id)?.endsWith('```sh\nACL SETUSER bob +getrange +pttl %R~lock:*\n```'));
  });

  it('gives the command that mends a server as something to copy', () => {
    const { model, attention } = world();
    model.apply({ kind: 'connection', state: 'live', reason: null });
    model.apply({ kind: 'trouble', what: 'x', reason: reasons['idle-clients'] });
    const [id = ''] = attention.children(null);
    assert.equal(attention.row(id)?.contextValue, 'attention.health.mend');
    assert.ok(attention.tooltip(id)?.endsWith('```sh\nCLIENT KILL ID 7\nCLIENT KILL ID 9\n```'));
  });

  it('begins its ways out with the one that mends it', () => {
    const first = (reason: Reason): string | undefined => {
      const { model, agents } = world();
      model.apply({ kind: 'connection', state: 'refused', reason });
      return agents.children(null)[0];
    };
    assert.equal(first(reasons['wrong-password']), 'help:enterPassword');
    assert.equal(first(reasons.certificate), 'help:openSettings');
    assert.equal(first(reasons['tls-wanted']), 'help:useTls');
    assert.equal(first(reasons['tls-unwanted']), 'help:useNoTls');
    assert.equal(first(reasons.unreachable), 'help:startLocalRedis');
    assert.equal(first({ code: 'unreachable', where: 'redis://db.example:6379' }), 'help:connect');
    assert.equal(first({ code: 'unreachable', where: 'redis://127.0.0.1.example' }), 'help:connect');
  });
});
