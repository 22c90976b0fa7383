// Builds what is shipped (dist/) and, with --tests, the mocha bundles (dist-test/); with --small what goes into the package.
// The agent bundle has no `vscode` external: a stray value import of it breaks the build, which is the fence.
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');
const small = process.argv.includes('--small');

/** Node 20.9 is what the oldest supported VS Code runs its extension host on. */
const node = {
  bundle: true,
  platform: 'node',
  target: 'node20.9',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  logLevel: 'warning',
  legalComments: 'none',
  loader: { '.lua': 'text' },
  // What its package names first cannot be bundled.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js', 'redis-errors': 'redis-errors/lib/modern.js' },
};

/**
 * Extension and command line share one copy of the client library, one of the function library, one of what keeps a connection,
 * and one of set-up and doctor, which neither parses before it needs them.
 */
const sharedChunks = {
  name: 'shared-chunks',
  setup(build) {
    build.onResolve({ filter: /\/ioredis\.ts$/ }, () => ({ path: './ioredis.cjs', external: true }));
    build.onResolve({ filter: /\/source\.ts$/ }, () => ({ path: './library.cjs', external: true }));
    build.onResolve({ filter: /^\.\/live\.ts$/ }, () => ({ path: './live.cjs', external: true }));
    build.onResolve({ filter: /\/setup\/index\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './setup.cjs', external: true },
    );
  },
};

/**
 * One `require` of a bundle for all files that import from it; there would else be one for each, which is half of some bundles'
 * names. `names` are all that may be imported.
 */
function once(build, bundle, names) {
  build.onResolve({ filter: /.*/, namespace: `once-${bundle}` }, ({ path: name }) => ({ path: name, external: true }));
  build.onLoad({ filter: /.*/, namespace: `once-${bundle}` }, () => ({
    contents: `export { ${[...new Set(names)].join(', ')} } from './${bundle}.cjs';`,
  }));
  return (kind) =>
    kind === 'dynamic-import'
      ? { path: `./${bundle}.cjs`, external: true }
      : { path: bundle, namespace: `once-${bundle}`, sideEffects: false };
}

/** What a file exports, types left out. */
function exportsOf(file) {
  const text = readFileSync(file, 'utf8');
  const made = text.matchAll(/^export (?:async |abstract )*(?:const|let|function\*?|class) (\w+)/gm);
  const passedOn = text.matchAll(/^export \{([^}]+)\}/gm);
  const names = [...passedOn].flatMap(([, list]) => list.split(',').map((name) => name.trim()));
  return [...[...made].map(([, name]) => name), ...names.filter((name) => /^\w+$/.test(name))];
}

/** All but what is there from the start share one copy of the sentences about what is wrong. */
const sharedReasons = {
  name: 'shared-reasons',
  setup(build) {
    const reasons = once(build, 'reasons', exportsOf('src/protocol/reasons.ts'));
    build.onResolve({ filter: /\/reasons\.ts$/ }, ({ kind }) => (kind === 'entry-point' ? undefined : reasons(kind)));
  },
};

/** The same for what is listed in the shared.ts of these folders; within that bundle they are each other's own. */
const shared = (bundle, ...folders) => ({
  name: `shared-${bundle}`,
  setup(build) {
    const files = new Set(
      ['src/shared.ts', ...folders.map((folder) => `${folder}/shared.ts`)].map((file) => path.resolve(file)),
    );
    const lists = [...files];
    for (const folder of folders) {
      const listed = readFileSync(path.join(folder, 'shared.ts'), 'utf8').matchAll(/ from '(.+)'/g);
      for (const [, name] of listed) files.add(path.resolve(folder, name));
    }
    const theirs = [...files].filter((file) => !lists.includes(file));
    const there = once(build, bundle, theirs.flatMap(exportsOf));
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path: name, importer, resolveDir }) => {
      const wanted = path.resolve(resolveDir, name);
      if (kind === 'entry-point' || files.has(importer) || lists.includes(wanted) || !files.has(wanted))
        return undefined;
      return there(kind);
    });
  },
});
const sharedCore = shared('core', 'src/protocol', 'src/model');
const sharedSetup = shared('places', 'src/setup');
const sharedRedis = shared('redis', 'src/redis');
const allShared = [sharedReasons, sharedCore, sharedRedis, sharedSetup];

/** Certificates of one company's servers, which the client library brings along and nobody names here. */
const noProfiles = {
  name: 'no-profiles',
  setup(build) {
    build.onLoad({ filter: /TLSProfiles\.js$/ }, () => ({ contents: 'exports.default = {};' }));
  },
};

/**
 * What the client library would print of all that it sends, passwords among it, where somebody sets DEBUG for a program of their
 * own that has us in it.
 */
const noDebug = {
  name: 'no-debug',
  setup(build) {
    build.onResolve({ filter: /^debug$/ }, ({ path: name }) => ({ path: name, namespace: 'no-debug' }));
    build.onLoad({ filter: /.*/, namespace: 'no-debug' }, () => ({
      contents:
        'module.exports = () => Object.assign(() => {}, { enabled: false });\nmodule.exports.default = module.exports;',
    }));
  },
};

/**
 * What the client library has for following a cluster, since we ask one node, which we look for ourselves (route.ts); for
 * sentinels, whose addresses no setting of ours can have; for pipelines that make themselves, which nobody switches on; and for a
 * command that we never use: of that all answer that there is nothing of it to do. It also needs to know of each of the
 * server's commands no more than whether it may be sent while the server is loading, since we give it no key prefix.
 */
const leanClient = {
  name: 'lean-client',
  setup(build) {
    build.onLoad({ filter: /ioredis\/built\/(cluster|connectors\/SentinelConnector)\/index\.js$/ }, () => ({
      contents: 'exports.default = class {};',
    }));
    build.onLoad({ filter: /ioredis\/built\/autoPipelining\.js$/ }, () => ({
      contents: 'exports.shouldUseAutoPipelining = () => false;',
    }));
    build.onLoad({ filter: /cluster-key-slot\/lib\/index\.js$/ }, () => ({ contents: '' }));
    build.onLoad({ filter: /himport\/HimportCoordinator\.js$/ }, ({ path: file }) => {
      const names = [...readFileSync(file, 'utf8').matchAll(/^exports\.(\w+) = \w+;$/gm)].map(([, name]) => name);
      const answers = names.map((name) => `exports.${name} = `).join('');
      return { contents: `exports.hasHimportCoordinator = Symbol('none');\n${answers}(nothing) => undefined;` };
    });
    build.onLoad({ filter: /@ioredis\/commands\/built\/commands\.json$/ }, ({ path: file }) => {
      const commands = Object.entries(JSON.parse(readFileSync(file, 'utf8')));
      const lean = commands.map(([name, { flags }]) => [name, { flags: flags.filter((flag) => flag === 'loading') }]);
      return { contents: JSON.stringify(Object.fromEntries(lean)), loader: 'json' };
    });
  },
};

/** What is written about the library stands in its sources; the server has no need of it. */
const bareLua = {
  name: 'bare-lua',
  setup(build) {
    build.onLoad({ filter: /\.lua$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8')
        .replaceAll(/^ *--.*\n/gm, '')
        .replaceAll(/ -- [^'"\n]*$/gm, '')
        .replaceAll(/^ +/gm, '')
        .replaceAll(/^\n+/gm, ''),
      loader: 'text',
    }));
  },
};

/**
 * Most windows never run a command of ours, and many have nothing configured. So what the panel, commands and a connection
 * need is loaded when there is need. Each of these has its own copy of what it shares with the others, hence no state of
 * a module may be shared.
 */
const lazyChunks = {
  name: 'lazy-chunks',
  setup(build) {
    build.onResolve({ filter: /^\.\/main\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './main.cjs', external: true },
    );
    build.onResolve({ filter: /\/panel\/index\.ts$/ }, () => ({ path: './panel.cjs', external: true }));
    build.onResolve({ filter: /\/commands\/index\.ts$/ }, () => ({ path: './commands.cjs', external: true }));
  },
};

/**
 * The toolkit copies the theme's variables by script and resolves what its controls look like by a container of services.
 * The page needs neither, which are a tenth of it; `webview/toolkit` has what stands in for them.
 */
const leanToolkit = {
  name: 'lean-toolkit',
  setup(build) {
    const standIn = (name) => () => ({ path: path.resolve('webview/toolkit', name) });
    build.onResolve({ filter: /\/design-tokens\.js$/ }, standIn('tokens.ts'));
    build.onResolve({ filter: /\/di(\/di)?\.js$/ }, standIn('container.ts'));
    // A table of all keys by their old numbers, which nobody uses but no bundler may leave out.
    build.onLoad({ filter: /fast-web-utilities\/dist\/key-codes\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      return { contents: text.slice(text.indexOf('export const keyCode')) };
    });
  },
};

/** We draw lines and axes with it, and use nothing of what it offers beside the class itself, which a bundler cannot know. */
const leanPlot = {
  name: 'lean-plot',
  setup(build) {
    build.onLoad({ filter: /uPlot\.esm\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const [begin, end] = [text.indexOf('\nuPlot.assign = '), text.lastIndexOf('\nexport ')];
      if (begin < 0 || end < begin) throw new Error('uPlot no longer ends with what it offers.');
      return { contents: text.slice(0, begin) + text.slice(end) };
    });
  },
};

/**
 * One `require('vscode')` for the whole bundle. For each file that says `import * as vscode` there would otherwise be one
 * more, with a copy of all its names, which together took longer than the rest of the activation.
 */
const oneVscode = {
  name: 'one-vscode',
  setup(build) {
    const types = readFileSync('node_modules/@types/vscode/index.d.ts', 'utf8');
    const names = [...types.matchAll(/^\texport (?:namespace|class|enum|const|let) (\w+)/gm)].map(([, name]) => name);
    const sources = globSync('src/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const used = [...new Set(names)].filter((name) => watch || new RegExp(`\\b${name}\\b`).test(sources));
    build.onResolve({ filter: /^vscode$/ }, ({ namespace, path }) =>
      namespace === 'one-vscode' ? { path, external: true } : { path, namespace: 'one-vscode' },
    );
    build.onLoad({ filter: /.*/, namespace: 'one-vscode' }, () => ({
      contents: `export const { ${used.join(', ')} } = require('vscode');`,
    }));
  },
};

/** A slower minifier finds some 4 % more. Programs that use us as a package, for which `agent.cjs` is, know its names by their form. */
async function minifyAgain(file) {
  if (file.endsWith('agent.cjs')) return;
  const { minify } = await import('terser');
  const [, first = '', text] = /^(#!.*\n)?([^]*)$/.exec(readFileSync(file, 'utf8'));
  // What is loaded into a page shares its outermost names with it.
  const { code } = await minify(text, {
    ecma: 2022,
    toplevel: file.endsWith('.cjs'),
    compress: { ecma: 2022, passes: 3 },
  });
  // It is never run: who loads the file by `import()` reads the names in it, and a minifier takes it out for that.
  const [names = ''] = /\b0&&\(module\.exports=\{[^}]*\}\)/.exec(text) ?? [];
  writeFileSync(file, first + code + names);
}

/**
 * The README as somebody reads it who has the extension and no clone: without the sections about a clone, and without the
 * fine print on figures. Links to what is not there are their text.
 */
function writePackageReadme() {
  const elsewhere = /^##+ (Try it|Install it|What its figures mean|Work on it)\n/;
  const sections = readFileSync('README.md', 'utf8').split(/^(?=##+ )/m);
  const text = sections.filter((section) => !elsewhere.test(section)).join('');
  const headings = new Set([...text.matchAll(/^##+ (.+)$/gm)].map(([, heading]) => anchorOf(heading)));
  writeFileSync(
    'dist/README.md',
    text.replaceAll(/\[([^\]]+)\]\((?!https:)([^)]+)\)/g, (link, words, target) =>
      headings.has(target) ? link : words,
    ),
  );
}
const anchorOf = (heading) =>
  `#${heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')}`;

const shipped = [
  {
    ...node,
    entryPoints: {
      ioredis: 'src/redis/ioredis.ts',
      library: 'src/redis/library/source.ts',
      reasons: 'src/protocol/reasons.ts',
    },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch,
    plugins: [bareLua, noProfiles, noDebug, leanClient],
  },
  {
    ...node,
    // All that is read before anything is needed.
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch,
    // A name that TypeScript knows and the plugin does not would be undefined.
    logOverride: { 'import-is-undefined': 'error' },
    plugins: [lazyChunks, oneVscode],
  },
  {
    ...node,
    entryPoints: { main: 'src/main.ts' },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch,
    logOverride: { 'import-is-undefined': 'error' },
    plugins: [sharedChunks, lazyChunks, ...allShared, oneVscode],
  },
  {
    ...node,
    entryPoints: {
      commands: 'src/commands/index.ts',
      live: 'src/redis/live.ts',
      panel: 'src/views/panel/index.ts',
    },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch,
    logOverride: { 'import-is-undefined': 'error' },
    plugins: [bareLua, sharedChunks, ...allShared, oneVscode],
  },
  {
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    logLevel: 'warning',
    legalComments: 'none',
    entryPoints: { panel: 'webview/main.ts' },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch && 'inline',
    plugins: [leanToolkit, leanPlot],
  },
  {
    ...node,
    entryPoints: { signalbox: 'src/agent/cli.ts' },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch,
    plugins: [sharedChunks, ...allShared],
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...node,
    // Started for each event where the script cannot serve, so it holds nothing that it does not need at once.
    entryPoints: { hook: 'src/agent/hook/main.ts' },
    outdir: 'dist',
    minify: !watch,
    sourcemap: false,
    plugins: [sharedReasons],
  },
  {
    ...node,
    entryPoints: {
      setup: 'src/setup/index.ts',
      redis: 'src/redis/shared.ts',
      core: 'src/shared.ts',
      places: 'src/setup/shared.ts',
    },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch,
    plugins: [sharedChunks, ...allShared],
  },
  {
    ...node,
    entryPoints: { agent: 'src/agent/client/index.ts' },
    outdir: 'dist',
    minify: !watch,
    sourcemap: watch,
    plugins: [sharedChunks, ...allShared],
  },
];

const specs = [
  {
    ...node,
    entryPoints: globSync([
      'test/unit/**/*.test.ts',
      'test/redis/**/*.test.ts',
      'test/redis/**/*Holder.ts',
      'test/claude/**/*.test.ts',
      'test/vscode/index.ts',
      'test/vscode/suite/**/*.test.ts',
    ]),
    outdir: 'dist-test',
    outbase: 'test',
    external: ['vscode', 'mocha', 'esbuild', 'bullmq'],
    sourcemap: 'inline',
  },
];

rmSync(tests ? 'dist-test' : 'dist', { recursive: true, force: true });
if (!tests) {
  mkdirSync('dist');
  copyFileSync('src/agent/client/agent.d.ts', 'dist/agent.d.cts');
  // Read anew for each call of each agent: what is written about it stands in its source.
  const script = readFileSync('src/agent/hook/hook.sh', 'utf8')
    .replaceAll(/^ *#.*\n/gm, '')
    .replaceAll(/\n{2,}/g, '\n');
  writeFileSync(
    'dist/hook.sh',
    `# The hook of Claude Code for Signalbox. Its source says how it works and why: src/agent/hook/hook.sh\n${script}`,
  );
}
const configs = (tests ? specs : shipped).filter((c) =>
  Array.isArray(c.entryPoints) ? c.entryPoints.length > 0 : Object.values(c.entryPoints).every((f) => existsSync(f)),
);
if (watch) {
  console.log('build');
  for (const config of configs) await (await esbuild.context(config)).watch();
  console.log('watching');
} else {
  await Promise.all(configs.map((config) => esbuild.build(config)));
  if (small) {
    for (const file of globSync('dist/*.{cjs,js}')) await minifyAgain(file);
    writePackageReadme();
  }
  if (!tests) chmodSync('dist/signalbox.cjs', 0o755);
}
