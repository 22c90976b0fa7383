import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hookVersion } from '../../../src/protocol/hookVersion.ts';
import type { DoctorReport, Finding } from '../../../src/setup/doctor/index.ts';
import { eventNames } from '../../../src/setup/claude/entries.ts';
import { runCli } from '../agent/cliProcess.ts';

/** A repository and a home of their own, in which the doctor is asked. */
export class DoctorScene {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-doctor-')));
  readonly home = path.join(this.folder, 'home');
  readonly repository = path.join(this.folder, 'shop');
  readonly programs = path.join(this.home, '.local', 'share', 'signalbox');

  constructor() {
    mkdirSync(this.home);
    mkdirSync(this.repository);
    this.git('init');
    this.write(path.join(this.repository, 'a.txt'), '');
    this.git('add', '.');
    this.git('commit', '-m', 'first');
  }

  git(...args: string[]): void {
    const as = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    execFileSync('git', [...as, ...args], { cwd: this.repository, stdio: 'ignore' });
  }

  write(file: string, content: string | object, mode = 0o600): void {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    chmodSync(file, mode);
  }

  /** Entries as set-up makes them, in a settings file of a working tree. */
  writeEntries(
    tree = this.repository,
    events: readonly string[] = eventNames,
    programs = '$HOME/.local/share/signalbox',
  ): void {
    const command = `[ ! -x "${programs}/hook" ] || exec "${programs}/hook"`;
    const entry = [{ hooks: [{ type: 'command', command, timeout: 60 }] }];
    const hooks = Object.fromEntries(events.map((event) => [event, entry]));
    this.write(path.join(tree, '.claude', 'settings.local.json'), { hooks });
  }

  /** Programs as set-up installs them. */
  install(ownVersion: string = hookVersion): void {
    const script = readFileSync('src/agent/hook/hook.sh', 'utf8');
    this.write(path.join(this.programs, 'hook'), `#!/bin/bash -p\n${script}`, 0o755);
    // It is there for what only Node can do, of which nothing comes up here: were it run, there would be no answer.
    this.write(path.join(this.programs, 'hook.cjs'), '');
    this.write(path.join(this.programs, 'hook.conf'), `version='${ownVersion}'\nnode='${process.execPath}'\n`);
  }

  writeConnections(connections: readonly object[], mode = 0o600): void {
    this.write(path.join(this.home, '.config', 'signalbox', 'connections.json'), { v: 1, connections }, mode);
  }

  /** Asks the doctor, and has what it found by what it is about. */
  async ask(cwd = this.repository, env: NodeJS.ProcessEnv = {}, ...flags: string[]): Promise<Examined> {
    const { code, stdout, stderr } = await runCli([...flags, 'doctor', '--json'], {
      cwd,
      env: { HOME: this.home, CLAUDE_CONFIG_DIR: '', ...env },
    });
    if (stdout === '') throw new Error(stderr);
    const report = JSON.parse(stdout) as DoctorReport;
    const of = (id: Finding['id']): Finding | undefined => report.findings.find((finding) => finding.id === id);
    return { code, report, of };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export interface Examined {
  code: number | null;
  report: DoctorReport;
  of(id: Finding['id']): Finding | undefined;
}
