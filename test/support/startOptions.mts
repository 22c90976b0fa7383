import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly asked: 'web' | 'desktop' | undefined;
  /** 0 for any free port. */
  readonly port: number;
  /** A Redis of the user's own; then there is no demo. */
  readonly redisUrl: string | undefined;
  /** How many agents the demo fleet has; 0 for none. */
  readonly agents: number;
  /** The folder to open in place of the sample one. */
  readonly folder: string | undefined;
  readonly help: boolean;
}

export const usage = `npm start -- [FLAG]…   opens VS Code with Signalbox in it, and a demo fleet to look at

  --web            the served VS Code, in your browser
  --desktop        the VS Code that is installed (\`code\` on PATH)
  --port N         where the served VS Code listens; any free port by default
  --agents N       how many agents the demo fleet has (9)
  --no-demo        a Redis of its own, but no fleet
  --redis-url URL  watch the fleet at this Redis in place of a demo
  --folder DIR     open this folder in place of the sample one
  --help           this text
`;

function count(flag: string, value: string, most: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > most) {
    throw new Error(`${flag} takes a whole number up to ${String(most)}; got "${value}".`);
  }
  return number;
}

/** Reads the command line; throws an error with a message for a person. */
export function readStartOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      web: { type: 'boolean', default: false },
      desktop: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      agents: { type: 'string', default: '9' },
      'no-demo': { type: 'boolean', default: false },
      'redis-url': { type: 'string' },
      folder: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.web && values.desktop) throw new Error('--web and --desktop exclude each other.');
  const redisUrl = values['redis-url'];
  if (redisUrl !== undefined && !/^(rediss?|unix):\/\//.test(redisUrl)) {
    throw new Error('--redis-url takes an address such as redis://127.0.0.1:6379 or rediss://HOST:6380.');
  }
  return {
    asked: values.web ? 'web' : values.desktop ? 'desktop' : undefined,
    port: count('--port', values.port, 65_535),
    redisUrl,
    agents: values['no-demo'] ? 0 : count('--agents', values.agents, 200),
    folder: values.folder,
    help: values.help,
  };
}
