import assert from 'node:assert/strict';
import fc from 'fast-check';
import { doctorText } from '../../../src/agent/doctorCommand.ts';
import { english } from '../../../src/protocol/reasons.ts';
import { configFinding } from '../../../src/setup/doctor/config.ts';
import { ok, reportOf, warning, wrong } from '../../../src/setup/doctor/finding.ts';
import { heardOf } from '../../../src/setup/doctor/heard.ts';
import { isOurs } from '../../../src/setup/doctor/hookEntries.ts';
import { hostileTexts } from '../../support/hostile.ts';

describe('What the doctor makes of what it found', () => {
  it('is on where nothing is wrong, and in part where some sessions or events go unguarded', () => {
    const guard = (...findings: Parameters<typeof reportOf>[0]): string => reportOf(findings).guard;
    assert.equal(guard(ok('repository', 'x')), 'on');
    assert.equal(guard(ok('repository', 'x'), warning('eviction', 'x', 'y')), 'on');
    for (const id of ['entries', 'worktrees', 'sessions'] as const)
      assert.equal(guard(warning(id, 'x', 'y')), 'partial');
    assert.equal(guard(warning('sessions', 'x', 'y'), wrong('redis', 'x', 'y')), 'none');
  });

  it('is a short list, in which nothing acts on a terminal', () => {
    const text = doctorText(reportOf([ok('repository', 'It is.'), wrong('redis', 'It is not.', 'Start it.')]));
    assert.deepEqual(text.split('\n'), [
      'ok       It is.',
      'wrong    It is not.',
      '         → Start it.',
      '',
      'The guard is off: sessions edit without claiming.',
    ]);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary' })), (hostile) => {
        const lines = doctorText(reportOf([warning('heard', hostile, hostile)])).split('\n');
        assert.equal(lines.length, 4);
        for (const line of lines) assert.doesNotMatch(line, /[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('takes for ours what runs a hook from a folder of ours, and nothing else', () => {
    for (const command of [
      '[ ! -x "$HOME/.local/share/signalbox/hook" ] || exec "$HOME/.local/share/signalbox/hook"',
      'sh /home/a/.local/share/signalbox/hook.sh',
      'node C:\\Users\\a\\.local\\share\\signalbox\\hook.cjs',
    ]) {
      assert.equal(isOurs(command), true, command);
    }
    for (const command of ['', 'signalbox status', 'signalbox/hooks/mine.sh', 'signalbox/hook.sh.bak', 'hook.sh']) {
      assert.equal(isOurs(command), false, command);
    }
  });

  it('reads what the library counted, whatever stands there', () => {
    const nothing = { at: null, by: '?', calls: 0, edits: 0, denied: 0, missed: 0 };
    for (const text of ['', '[]', '{', '{"calls":"x","edits":-1,"denied":1.5,"by":7,"at":"soon"}']) {
      assert.deepEqual(heardOf('h', text), { host: 'h', ...nothing }, text);
    }
    const text = '{"at":"1700000000000000","by":"sh 1.1.0","calls":"3","edits":2,"denied":1,"missed":0}';
    const known = { at: 1_700_000_000_000, by: 'sh 1.1.0', calls: 3, edits: 2, denied: 1, missed: 0 };
    assert.deepEqual(heardOf('h', text), { host: 'h', ...known });
    fc.assert(fc.property(fc.json(), (json) => void heardOf('h', json)));
  });

  it('takes settings that are no whole milliseconds, or more than there can be, for mistakes', () => {
    const level = (config: Record<string, string>): string => configFinding(config, english).level;
    assert.equal(level({}), 'ok');
    assert.equal(level({ 'claims.wait': '50000', history: '5' }), 'ok');
    for (const text of ['50001', '-1', '1.5', '', '20s']) assert.equal(level({ 'claims.wait': text }), 'warning', text);
  });
});
