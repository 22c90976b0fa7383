import assert from 'node:assert/strict';
import { Alerts } from '../../../src/commands/standing/alerts.ts';
import type { AttentionItem } from '../../../src/model/picture.ts';

const item = (id: string, since: number, kind: AttentionItem['kind'] = 'waiting-on-you'): AttentionItem => ({
  id,
  kind,
  ns: '',
  agent: 'a',
  resource: null,
  since,
  detail: null,
});
const ids = (items: readonly AttentionItem[]): string[] => items.map(({ id }) => id);

describe('notifications', () => {
  it('are for who has waited for a person for ten seconds, once, and all at once', () => {
    const alerts = new Alerts();
    const items = [item('x', 0), item('y', 5_000), item('e', 0, 'error')];
    assert.deepEqual(ids(alerts.due(items, 'blocked', false, 9_999)), []);
    assert.deepEqual(ids(alerts.due(items, 'blocked', false, 15_000)), ['x', 'y']);
    assert.deepEqual(ids(alerts.due(items, 'blocked', false, 90_000)), []);
    assert.deepEqual(ids(alerts.due([item('z', 90_000)], 'blocked', false, 100_000)), ['z']);
  });

  it('are not for what the person sees, also not later', () => {
    const alerts = new Alerts();
    assert.deepEqual(ids(alerts.due([item('x', 0)], 'blocked', true, 100)), []);
    assert.deepEqual(ids(alerts.due([item('x', 0)], 'blocked', false, 60_000)), []);
  });

  it('are for everything or for nothing where that is wanted', () => {
    const alerts = new Alerts();
    const items = [item('x', 0), item('e', 0, 'error')];
    assert.deepEqual(ids(alerts.due(items, 'off', false, 60_000)), []);
    assert.deepEqual(ids(alerts.due(items, 'nonsense', false, 60_000)), []);
    assert.deepEqual(ids(alerts.due(items, 'all', false, 60_000)), ['x', 'e']);
  });

  it('forget what is over', () => {
    const alerts = new Alerts();
    alerts.due([item('x', 0)], 'blocked', false, 60_000);
    alerts.due([], 'blocked', false, 61_000);
    assert.deepEqual(ids(alerts.due([item('x', 0)], 'blocked', false, 80_000)), ['x']);
  });
});
