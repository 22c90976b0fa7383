import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { oneAtATime } from './oneAtATime.mts';
import { cached, root } from './paths.mts';
import { during } from './progress.mts';

const require = createRequire(import.meta.url);

const installedPlaces = [
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The browser may reach nothing but this machine, and draws in the background as it does in front. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/** Unpacks the Chromium that comes as a package, with the libraries and fonts that a bare machine lacks. */
async function packagedChromium(): Promise<string> {
  const build = path.dirname(require.resolve('@sparticuz/chromium'));
  const manifest = path.join(build, '..', 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = cached(`chromium-${version}`);
  if (existsSync(folder)) return folder;
  return oneAtATime('chromium', async () => {
    if (existsSync(folder)) return folder;
    await during('Unpacking Chromium (once; 200 MB)', async () => {
      const partial = `${folder}.partial`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial);
      // The package unpacks into the folder for temporary files; a process of its own has that where we want it.
      const unpack = `
        import { inflate } from ${JSON.stringify(path.join(build, 'index.js'))};
        for (const name of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']) {
          await inflate(${JSON.stringify(path.join(build, '..', 'bin') + path.sep)} + name);
        }`;
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', unpack], {
        env: { ...process.env, TMPDIR: partial },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`Chromium could not be unpacked:\n${stderr}`);
      renameSync(partial, folder);
    });
    return folder;
  });
}

/**
 * A fontconfig file for machines with or without fonts: DejaVu from its npm package (it has the arrows, dots and box
 * characters that the workbench and our pages use), then whatever the system has.
 */
function fontsFile(chromiumFolder: string): string {
  const file = cached('fonts', 'fonts.conf');
  const dejaVu = path.join(root, 'node_modules', 'dejavu-fonts-ttf', 'ttf');
  const folders = [path.join(chromiumFolder, 'fonts'), dejaVu, '/usr/share/fonts', '/usr/local/share/fonts'];
  const prefer = (generic: string, families: string[]): string =>
    `<alias binding="strong"><family>${generic}</family><prefer>${families.map((f) => `<family>${f}</family>`).join('')}</prefer></alias>`;
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((folder) => `  <dir>${folder}</dir>`).join('\n')}
  <cachedir>${path.dirname(file)}</cachedir>
  <!-- Its hollow circles are drawn filled. -->
  <selectfont><rejectfont><glob>*DejaVuMathTeXGyre*</glob></rejectfont></selectfont>
  ${prefer('sans-serif', ['Open Sans', 'DejaVu Sans'])}
  ${prefer('system-ui', ['Open Sans', 'DejaVu Sans'])}
  ${prefer('serif', ['DejaVu Serif'])}
  ${prefer('monospace', ['DejaVu Sans Mono'])}
</fontconfig>
`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  return file;
}

interface Executable {
  readonly executablePath: string;
  readonly env?: Record<string, string>;
}

/** The browser: `CHROMIUM_PATH`, else an installed Chrome or Chromium, else the one that comes as a package. */
async function findChromium(): Promise<Executable> {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== 'package') return { executablePath: chosen };
  const installed = chosen === 'package' ? undefined : installedPlaces.find((file) => existsSync(file));
  if (installed !== undefined) return { executablePath: installed };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chrome or Chromium was found. Install one, or set CHROMIUM_PATH to its executable.');
  }
  const folder = await packagedChromium();
  const libraries = [path.join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fontsFile(folder) };
  return {
    executablePath: path.join(folder, 'chromium'),
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}

/** Starts a headless browser. It ends with this process. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ ...(await findChromium()), headless: true, args: flags });
}
