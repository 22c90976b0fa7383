import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmIn } from '../npmIn.mts';
import { oneAtATime } from '../oneAtATime.mts';
import { cached, filesIn } from '../paths.mts';
import { during, say } from '../progress.mts';

const name = '@anthropic-ai/claude-code';
/** The version that the scripted model was written for: what it asks and sends changes from one to the next. */
export const clientVersion = '2.1.329';

/** Its program, if this version is installed here. It comes as a package of its own for each platform. */
export function installedClient(): string | undefined {
  const folder = path.dirname(cached('claude-code', 'package.json'));
  try {
    const manifest = readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8');
    if ((JSON.parse(manifest) as { version: string }).version !== clientVersion) return undefined;
  } catch {
    return undefined;
  }
  const program = process.platform === 'win32' ? 'claude.exe' : 'claude';
  return filesIn(path.join('.cache', 'claude-code', 'node_modules', '@anthropic-ai'), program).find((file) =>
    path.basename(path.dirname(file)).startsWith('claude-code-'),
  );
}

/** Installs it beside what else is made once and kept, unless it is there. Nothing else on the machine changes. */
export async function ensureClient(): Promise<string> {
  await oneAtATime('claude', async () => {
    if (installedClient() !== undefined) return;
    await during(`Installing ${name} ${clientVersion} into .cache (once; about 120 MB to download)`, install);
  });
  const client = installedClient();
  if (client === undefined) throw new Error(`${name} ${clientVersion} has no program for this platform.`);
  say(`Claude Code: ${clientVersion}, ${client}`);
  return client;
}

async function install(): Promise<void> {
  const manifest = cached('claude-code', 'package.json');
  writeFileSync(manifest, JSON.stringify({ private: true, dependencies: { [name]: clientVersion } }));
  await npmIn(path.dirname(manifest), 'install', '--include=optional');
}
