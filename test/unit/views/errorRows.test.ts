import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { decodeEvent } from '../../../src/protocol/decode.ts';
import { english } from '../../../src/protocol/reasons.ts';
import { AttentionRows } from '../../../src/views/attentionRows.ts';
import { RunRows } from '../../../src/views/run/runRows.ts';
import { FakeClock } from '../../support/fakeClock.ts';

describe('rows of what went wrong', () => {
  const clock = new FakeClock();
  let model: FleetModel;
  beforeEach(() => (model = new FleetModel({ clock, observerId: 'test' })));

  const say = (text: string): void => {
    const decoded = decodeEvent(text);
    assert.ok(decoded.ok);
    model.apply({ kind: 'event', ns: '', event: decoded.value, text });
  };
  const fleet = () => ({ picture: model, clock, l10n: english, files: { find: () => undefined } });

  it('offer a key only where one is behind them: what was only published has none', () => {
    const rows = new RunRows(fleet());
    const contexts = (parent: string | null = null): (string | undefined)[] =>
      rows.children(parent).flatMap((id) => [rows.row(id)?.contextValue, ...contexts(id)]);
    say('error:invalid_syntax');
    assert.deepEqual(contexts(), ['run.errors.event', 'run.errorsOf.event', 'run.error.event']);
    model.acknowledge(['errors']);
    assert.deepEqual(contexts(), ['run.errors.event.seen', 'run.errorsOf.event.seen', 'run.error.event.seen']);
    const key = {
      name: 'errors:list',
      role: 'errors',
      isGeneric: false,
      type: 'list',
      ttlMs: null,
      bytes: null,
    } as const;
    const listed = { ...key, size: 1, text: null, entries: [['0', 'Agent 2: no disk']] as const };
    model.apply({ kind: 'keys', ns: '', keys: [listed], complete: true });
    assert.ok(contexts().includes('run.errors.seen') || contexts().includes('run.errors'));
    rows.dispose();
  });

  it('advise nothing that their menus have not, where nobody is named', () => {
    const rows = new AttentionRows(fleet());
    say('replan:the API has changed');
    const [id] = rows.children(null);
    assert.doesNotMatch(rows.tooltip(id!)!, /Terminal|Message Agent/);
    rows.dispose();
  });
});
