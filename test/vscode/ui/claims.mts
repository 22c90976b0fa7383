import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import { copiedStatus } from '../../support/copiedStatus.mts';
import { LibraryCli } from '../../support/libraryCli.mts';
import { makeShop } from '../../support/shop.mts';
import type { Ui } from '../../support/ui.mts';
import type { Theme } from '../../support/vscodeSettings.mts';
import type { TreeRow } from '../../support/workbench.mts';

const themes: readonly (readonly [name: string, theme: Theme])[] = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
];
const hour = 3_600_000;
const left = String.raw`\d+h( \d+m)? left`;

const labels = (rows: readonly TreeRow[]): string[] => rows.map((row) => row.label);
const lines = (rows: readonly TreeRow[]): string[] => rows.map((row) => `${row.label} | ${row.description}`);
const rowOf = (view: Locator, label: string): Locator => view.locator('.monaco-list-row', { hasText: label }).first();

/** Claims that the function library decides, asked for by redis-cli, as a person sees them in the installed VSIX. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  assert.ok(ui.redis.cli, 'redis-cli is there');
  const library = new LibraryCli(ui.redis.cli, server.port);
  ui.atEnd(() => library.end());
  const folder = ui.folder();
  makeShop(folder);
  const window = await ui.open({ target: { folder }, viewport: { width: 1280, height: 900 } });
  const { page } = window;
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(server.url);
  const [attention, agents, claims] = [
    await window.view('Needs Attention'),
    await window.view('Agents'),
    await window.view('Claims'),
  ];
  // An empty list of queues would take the room of claims.
  await page.locator('.pane-header', { hasText: 'Queues' }).click();
  await window.setTheme('Default Dark Modern');

  const has = async (view: Locator, ...wanted: RegExp[]): Promise<TreeRow[]> =>
    window.rowsWhen(view, (rows) => wanted.every((line) => lines(rows).some((each) => line.test(each))));
  /** Takes pictures: in the dark, and in the long run in the light and in high contrast. */
  const look = async (name: string): Promise<void> => {
    await page.mouse.move(900, 300);
    for (const [suffix, theme] of process.env['TEST_LONG'] ? themes.toReversed() : themes.slice(0, 1)) {
      await window.setTheme(theme);
      await window.picture(`claims-${name}-${suffix}`);
    }
  };
  /** Says hello and publishes a first state. */
  const begin = (agent: string, state: object, host = 'mini-1'): void => {
    const [epoch = ''] = library.call('hello', [], agent, '', host, '1');
    library.call('publish', [], agent, epoch, '', JSON.stringify({ ...state, ver: 1 }));
  };

  await ui.check('the library is on the server as soon as the window is connected', async () => {
    await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();
    const { library: version } = (await copiedStatus(window)).connection;
    assert.match(version ?? '', /^\d+\.\d+\.\d+$/);
    assert.deepEqual(library.run('FCALL_RO', 'signalbox_version', '0'), [version]);
    assert.match(
      await window.hover(window.statusItem),
      new RegExp(`function library ${version}\nNamespaces: \\(none\\)`),
    );
  });

  await ui.check('a claim says who, for how long, for what and where; its token only on request', async () => {
    begin('agent-1', { task: 'refactor auth', status: 'working' });
    begin('agent-2', { task: 'fix login', status: 'working' });
    begin('agent-3', { task: 'run tests', status: 'waiting' });
    const tokens = library.claim('agent-1', ['src/db/schema.ts', 'src/auth/'], 10 * hour, 'refactor auth');
    const rows = await has(
      claims,
      new RegExp(`^schema.ts \\| agent-1 · ${left} · refactor auth · src/db$`),
      new RegExp(`^auth/ \\| agent-1 · ${left} · refactor auth · src$`),
    );
    await has(agents, /^agent-1 \| working · refactor auth · 2 claims$/, /^agent-3 \| waiting · run tests$/);
    await window.statusItem.filter({ hasText: /3 agents, 2 claims, \d/ }).waitFor();
    assert.doesNotMatch(JSON.stringify(rows), /\d{16}/);
    const hover = await window.hover(rowOf(claims, 'schema.ts'));
    assert.match(hover, new RegExp(`fencing token ${tokens[0]}$`));
    assert.match(hover, /Claimed by: agent-1 · .* left\nSince: .*\nUntil: .*\nTask: refactor auth/);
    const told = (await copiedStatus(window)).claims;
    assert.deepEqual(
      told.map(({ resource, holder, level, token, task }) => [resource, holder, level, String(token), task]),
      [
        ['src/auth/', 'agent-1', 1, tokens[1], 'refactor auth'],
        ['src/db/schema.ts', 'agent-1', 1, tokens[0], 'refactor auth'],
      ],
    );
  });

  await ui.check('who waits in line stands in the row of the claim, and for what in its own', async () => {
    for (const agent of ['agent-2', 'agent-3']) {
      void library.stand(agent, 'src/db/schema.ts', 10 * hour, 'new column');
      await has(agents, new RegExp(`^${agent} \\| (working|waiting) · waits for schema.ts · `));
    }
    await has(claims, new RegExp(`^schema.ts \\| agent-1 · ${left} · 2 wait: agent-2, agent-3 · `));
    assert.match(await window.hover(rowOf(claims, 'schema.ts')), /Waiting for it: agent-2, agent-3/);
    assert.match(await window.hover(rowOf(agents, 'agent-2')), /Waits for: src\/db\/schema.ts · held by agent-1/);
    await window.picture('claims-hover-waiting');
    const [told] = (await copiedStatus(window)).claims.filter((claim) => claim.resource === 'src/db/schema.ts');
    assert.deepEqual(told?.waiters, ['agent-2', 'agent-3']);
  });

  await ui.check('a denial is counted, and rows that say the same are not drawn anew', async () => {
    const rows = async (): Promise<string[]> => (await window.rows(claims)).map((row) => row.ariaLabel);
    const before = await rows();
    const drawn = await window.drawnWhile(claims, async () => {
      const [word] = library.call('claim', ['src/auth/login.ts'], 'agent-3', String(hour), 'run tests');
      assert.equal(word, 'DENIED');
      library.claim('agent-1', ['src/db/schema.ts'], 20 * hour, 'refactor auth');
      await has(claims, /^schema.ts \| agent-1 · (20h|19h 59m) left/);
    });
    // VS Code itself also draws what stands below a row that changed; minutes may pass, and then a row says something else.
    assert.ok(drawn.some((row) => /^src\/db\/schema.ts, claimed by agent-1, (20h|19h 59m) left/.test(row)));
    assert.deepEqual(
      drawn.filter((row) => before.includes(row)),
      [],
    );
    assert.match(await window.hover(window.statusItem), /Claims denied 1, without a claim 0, recovered 0/);
    const { counts, attention: asked } = await copiedStatus(window);
    assert.deepEqual([counts.denied, asked], [1, []]);
  });

  await ui.check('a wait that would close a circle is told with whom, and what was wanted', async () => {
    library.claim('agent-2', ['src/api/'], 10 * hour, 'fix login');
    const [word, ...circle] = library.call('claim', ['src/api/server.ts'], 'agent-1', String(hour), 'x', 'wait-1');
    assert.deepEqual([word, circle], ['DEADLOCK', ['agent-1', 'agent-2']]);
    await has(attention, /^agent-1 \| <?\d+s · deadlock with agent-2$/);
    assert.match(
      await window.hover(rowOf(attention, 'agent-1')),
      /agent-1 would have waited for itself: agent-1 → agent-2 → agent-1\.\n[^]+\nWanted: src\/api\/server.ts\n\d+s ago, at /,
    );
    await window.picture('claims-hover-deadlock');
    assert.equal(await window.containerBadge('Signalbox'), '1');
  });

  await ui.check('a child stands below its parent with what it took over', async () => {
    begin('lead', { task: 'release 2.0', status: 'working' });
    // What stands below a row that was there before is to be seen as well.
    await has(agents, /^lead \| working · release 2.0$/);
    library.claim('lead', ['README.md', 'git:index'], 10 * hour, 'release 2.0');
    library.claim('lead/notes', ['README.md'], 10 * hour, 'write the notes');
    await has(claims, /^README.md \| lead\/notes · .* left · write the notes$/, /^git:index \| lead · /);
    const rows = await has(agents, /^lead \| working · release 2.0 · 1 claim$/, /^lead\/notes \| online · 1 file$/);
    assert.deepEqual([rows.find((row) => row.label === 'lead/notes')?.level], [2]);
  });

  await ui.check('what is handed over or broken is another’s, or nobody’s, at once', async () => {
    library.call(
      'transfer',
      ['src/auth/'],
      'lead',
      'agent-3',
      library.tokenOf('src/auth/'),
      String(10 * hour),
      'stuck',
    );
    await has(claims, new RegExp(`^auth/ \\| agent-3 · ${left} · run tests · src$`));
    await has(agents, /^agent-1 \| working · refactor auth · 1 file$/, /^agent-3 \| .* · run tests · 1 claim$/);
    library.call('transfer', ['git:index'], 'lead', '', library.tokenOf('git:index'), '0', 'not needed');
    await window.rowsWhen(claims, (rows) => !labels(rows).includes('git:index'));
  });

  await ui.check('who was told to pause says so, alone or with all others', async () => {
    library.call('control', [], 'lead', 'agent-2', 'pause', 'the build is red');
    await has(agents, /^agent-2 \| paused by lead · waits for schema.ts · fix login/);
    assert.match(await window.hover(rowOf(agents, 'agent-2')), /Paused by lead: the build is red/);
    await rowOf(agents, 'agent-2').locator('.codicon-debug-pause').waitFor();
    library.call('control', [], 'lead', '*', 'pause', 'lunch');
    await window.rowsWhen(agents, (rows) =>
      rows.every((row) => row.description.includes('paused by lead') || !/^(agent|lead)/.test(row.label)),
    );
    await window.picture('claims-paused-dark');
    for (const target of ['*', 'agent-2']) library.call('control', [], 'lead', target, 'resume', '');
    await window.rowsWhen(agents, (rows) => rows.every((row) => !row.description.includes('paused')));
  });

  await ui.check('two spellings of one file, and a plain lock in a claimed folder, need a person', async () => {
    library.claim('agent-2', ['Readme.md'], 10 * hour, 'fix login');
    library.run('SET', 'lock:src/auth/tokens.ts', 'agent-9', 'PX', String(10 * hour));
    await has(
      attention,
      /^Readme.md \| <?\d+s · also claimed as README.md by lead\/notes$/,
      /^tokens.ts \| <?\d+s · plain lock of agent-9 in a claimed folder · src\/auth$/,
    );
    assert.deepEqual(labels(await window.rows(attention)), ['Readme.md', 'agent-1', 'tokens.ts']);
    assert.match(await window.hover(rowOf(attention, 'Readme.md')), /differ only in upper and lower case.*\nFor \d+s/s);
    await has(claims, /^tokens.ts \| agent-9 · .* left · not in this workspace · src\/auth$/);
    assert.match(await window.hover(rowOf(claims, 'tokens.ts')), /A plain lock key/);
    await window.statusItem.filter({ hasText: /6 agents, 6 claims, 3 need you/ }).waitFor();
    const { counts, attention: asked } = await copiedStatus(window);
    assert.deepEqual(
      asked.map((item) => item.kind),
      ['conflict', 'deadlock', 'unguarded'],
    );
    assert.equal(counts.unclaimed, 1);
    await look('all');
  });

  await ui.check('files say in the explorer and in the editor whose they are', async () => {
    await window.openFile('schema.ts');
    await window.markWhen((mark) => /^agent-1 · refactor auth · \d+h( \d+m)? left · 2 waiting$/.test(mark));
    await window.command('View: Show Explorer');
    const explorer = page.locator('.explorer-folders-view');
    const badge = (rows: TreeRow[], label: string): string | undefined =>
      rows.find((row) => row.label === label)?.badge;
    await window.rowsWhen(explorer, (rows) => badge(rows, 'auth') === 'A3' && badge(rows, 'api') === 'A2');
    await window.rowsWhen(explorer, (rows) => badge(rows, 'schema.ts') === 'A1' && badge(rows, 'README.md') === 'LN');
    assert.match(await window.hover(rowOf(explorer, 'schema.ts')), /Claimed by agent-1, 19h \d+m left, 2 waiting/);
    await look('explorer');
    await window.command('View: Show Signalbox');
  });

  await ui.check('a lease that ends is told, and who waits first has it, within a second or two', async () => {
    library.run('PEXPIRE', 'lock:src/db/schema.ts', '0');
    await has(claims, new RegExp(`^schema.ts \\| agent-2 · ${left} · agent-3 waits · new column · src/db$`));
    await has(agents, /^agent-1 \| working · refactor auth$/, /^agent-3 \| .* · waits for schema.ts · /);
    await window.markWhen((mark) => /^agent-2 · new column · .* left · 1 waiting$/.test(mark));
  });

  await ui.check('what is released goes to the next in line', async () => {
    library.call('release', ['src/db/schema.ts'], 'agent-2', library.tokenOf('src/db/schema.ts'));
    await has(claims, new RegExp(`^schema.ts \\| agent-3 · ${left} · new column · src/db$`));
    await window.rowsWhen(agents, (rows) => rows.every((row) => !row.description.includes('waits for')));
    const [told] = (await copiedStatus(window)).claims.filter((claim) => claim.resource === 'src/db/schema.ts');
    assert.deepEqual([told?.holder, String(told?.token)], ['agent-3', library.tokenOf('src/db/schema.ts')]);
    assert.deepEqual(told?.waiters, []);
  });

  await ui.check('without a connection nobody looks as if at work', async () => {
    library.end();
    await server.stop();
    await has(agents, /^agent-1 \| seen <?\d+[sm] ago · refactor auth$/, /^lead\/notes \| seen /);
    await rowOf(agents, 'agent-1').locator('.codicon-circle-outline').waitFor();
    await look('away');
  });
}
