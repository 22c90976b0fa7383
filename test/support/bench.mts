// npm run bench [-- NAME ARGS…]  measures test/bench/NAME.mts and says whether its bounds hold; without NAME it lists them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Bench, holds, table } from './figures.mts';
import { root } from './paths.mts';
import { during, say } from './progress.mts';
import { endWithStarter } from './starter.mts';
import { exitOnSignals } from './temporary.mts';

const folder = path.join(root, 'test', 'bench');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mts'))
  .map((file) => path.basename(file, '.mts'))
  .toSorted();

async function load(name: string): Promise<Bench> {
  const module = (await import(path.join(folder, `${name}.mts`))) as { bench: Bench };
  return module.bench;
}

async function list(): Promise<number> {
  for (const name of names) console.log(`${name.padEnd(12)} ${(await load(name)).about}`);
  return 0;
}

async function measure(name: string, args: readonly string[]): Promise<number> {
  const bench = await load(name);
  say(`${name}: ${bench.about}`);
  await during('Build', async () => {
    const { status } = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
    if (status !== 0) throw new Error('The build failed.');
  });
  const figures = await bench.run(args);
  console.log(`\n${table(figures)}\n`);
  const held = holds(figures);
  console.log(`${name} ${held ? 'holds' : 'does not hold'}`);
  return held ? 0 : 1;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) return list();
  if (names.includes(name)) return measure(name, args);
  console.error(`There is no bench ${name}. Benches: ${names.join(', ')}.`);
  return 2;
}

exitOnSignals();
endWithStarter();
process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error);
    return 1;
  }),
);
