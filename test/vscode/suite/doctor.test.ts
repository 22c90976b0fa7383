import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DoctorReport } from '../../../src/setup/doctor/index.ts';

describe('the doctor in a real extension host', () => {
  let base: string;

  before(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-doctor-')));
    mkdirSync(path.join(base, 'shop', '.git'), { recursive: true });
  });
  after(() => rmSync(base, { recursive: true, force: true }));

  it('answers a caller who names a folder, and shows nothing', async () => {
    const folder = path.join(base, 'shop');
    const report = await vscode.commands.executeCommand<DoctorReport>('signalbox.runDoctor', { folder });
    assert.equal(report.v, 1);
    assert.equal(report.guard, 'none');
    const found = new Map(report.findings.map(({ id, level, text }) => [id, `${level}: ${text}`]));
    assert.equal(found.get('repository'), `ok: The repository is ${folder}.`);
    assert.match(found.get('entries') ?? '', /^wrong: /);
  });

  it('says of a folder in no repository that there is none', async () => {
    const report = await vscode.commands.executeCommand<DoctorReport>('signalbox.runDoctor', { folder: '/' });
    assert.deepEqual(
      report.findings.map(({ id, level }) => `${id} ${level}`),
      ['repository wrong'],
    );
  });
});
