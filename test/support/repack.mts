// node test/support/repack.mts FILE  packs a zip file anew, some 3 % smaller than `vsce` does, which has no setting for it.
import { spawnSync } from 'node:child_process';
import { chmodSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { path7za } from '7zip-bin';
import { say } from './progress.mts';
import { temporaryFolder } from './temporary.mts';

const file = path.resolve(process.argv[2] ?? '');
const before = statSync(file).size;
const temporary = temporaryFolder('repack');
try {
  // The package does not say that its program is one.
  if (process.platform !== 'win32') chmodSync(path7za, 0o755);
  const content = path.join(temporary.folder, 'content');
  const packed = path.join(temporary.folder, 'packed.zip');
  run('x', file, `-o${content}`);
  run('a', '-tzip', '-mx=9', '-mfb=258', '-mpass=15', packed, path.join(content, '*'));
  renameSync(packed, path.join(path.dirname(file), `.${path.basename(file)}`));
  renameSync(path.join(path.dirname(file), `.${path.basename(file)}`), file);
  say(`${path.basename(file)}: ${String(statSync(file).size)} bytes (${String(before)} before it was packed anew)`);
} finally {
  temporary.remove();
}

/** @throws Error with what the program says, where it fails */
function run(...args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync(path7za, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`7za ${args.join(' ')}: ${error?.message ?? stderr + stdout}`);
}
