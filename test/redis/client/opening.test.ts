import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { AgentClient } from '../../../src/agent/client/index.ts';
import { Lifeline } from '../../../src/agent/client/lifeline.ts';
import { systemClock, type Clock } from '../../../src/protocol/clock.ts';
import type { Disposable } from '../../../src/protocol/emitter.ts';
import { openClient } from '../../../src/redis/client.ts';
import { Connection, openForBlocking } from '../../../src/redis/connection.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import type { ConnectionSettings } from '../../../src/redis/settings.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { listen, silentServer, type OddServer } from '../../support/oddServers.mts';
import { openAt, startServer } from '../agent/server.ts';

type Opening = (settings: ConnectionSettings, clock: Clock) => Promise<unknown>;

/** Every way to open a connection; each has to say why it cannot. */
const ways: Record<string, Opening> = {
  'a connection for calls': (settings, clock) => Connection.open(settings, clock),
  'a connection for listening': (settings, clock) => Connection.openForListening(settings, clock),
  'a connection for blocking': openForBlocking,
  'a client': openClient,
  'a lifeline': (settings, clock) => Lifeline.open(settings, clock),
  'a lifeline for listening': (settings, clock) => Lifeline.openForListening(settings, clock),
  'an agent’s client': ({ namespaces: [namespace = ''], ...settings }, clock) =>
    AgentClient.connect({ agent: 'a', namespace, clock, ...settings }),
};

/** A clock that tells by an event named after the ms when somebody begins to wait. */
class WatchedClock extends FakeClock {
  readonly waits = new EventEmitter();

  override after(ms: number, call: () => void): Disposable {
    const timer = super.after(ms, call);
    this.waits.emit(String(ms));
    return timer;
  }
}

const tlsFile = (name: string): Buffer => readFileSync(path.join(process.cwd(), 'test/fixtures/tls', name));

/** Speaks TLS, and no word beneath it. */
const tlsServer = (): Promise<OddServer> =>
  listen((socket) => {
    const secure = new TLSSocket(socket, { isServer: true, cert: tlsFile('server.pem'), key: tlsFile('server.key') });
    secure.on('error', () => undefined);
  });

/** Is content with every command, answers PING, and is silent to a TLS greeting as a plain server is. */
const pingServer = (answer: () => string, onSocket?: () => void): Promise<OddServer> =>
  listen((socket: Socket) => {
    onSocket?.();
    socket.on('data', (data) => {
      for (const [command] of data.toString().matchAll(/^(?:\*\d\r\n\$\d\r\n\w+|PING)/gm)) {
        socket.write(`${/ping$/i.test(command) ? answer() : '+OK'}\r\n`);
      }
    });
  });

const loading = '-LOADING Redis is loading the dataset in memory';

describe('What cannot be opened', () => {
  let guarded: LocalServer;
  const odds: OddServer[] = [];
  before(async () => {
    guarded = await startServer({ args: ['--requirepass', 'secret'] });
    const admin = await openAt(guarded, 'secret');
    await admin.call('ACL', 'SETUSER', 'bob', 'on', '>secret', '~*', '&*', '+@all', '-select');
    admin.disconnect();
  });
  afterEach(() => {
    for (const odd of odds.splice(0)) odd.close();
  });
  after(() => guarded.stop());

  const odd = async (server: Promise<OddServer>): Promise<OddServer> => {
    odds.push(await server);
    return server;
  };

  for (const [name, open] of Object.entries(ways)) {
    describe(`as ${name}`, () => {
      const fails = async (settings: Partial<ConnectionSettings> & { url: string }, clock: Clock = systemClock) => {
        const error: unknown = await open({ namespaces: [''], ...settings }, clock).then(
          () => assert.fail('it opened'),
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof UserError, String(error));
        assert.doesNotMatch(`${error.message} ${JSON.stringify(error.reason)}`, /secret|guess/);
        return error.reason.code;
      };

      /** Once it is so far, lets the time pass that opening may take; not a moment earlier is it given up. */
      const failsInTime = async (url: string, clock: FakeClock, soFar: Promise<unknown>): Promise<string> => {
        let isOver = false;
        const code = fails({ url }, clock).finally(() => (isOver = true));
        await soFar;
        clock.advance(4_999);
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(isOver, false);
        clock.advance(1);
        return code;
      };

      it('says that the password is wrong, or wanted', async () => {
        const { url } = guarded;
        assert.equal(await fails({ url, password: 'guess' }), 'wrong-password');
        assert.equal(await fails({ url, username: 'nobody', password: 'guess' }), 'wrong-password');
        assert.equal(await fails({ url }), 'password-needed');
      });

      it('says that nothing listens, or that there is no such host', async () => {
        const gone = await silentServer();
        gone.close();
        assert.equal(await fails({ url: gone.url, password: 'secret' }), 'unreachable');
        assert.equal(await fails({ url: 'redis://no-such-host.invalid', password: 'secret' }), 'no-such-host');
      });

      it('says that there is no such database, or that this user may not change to it', async () => {
        const url = `${guarded.url}/99`;
        assert.equal(await fails({ url, password: 'secret' }), 'no-database');
        assert.equal(await fails({ url: `${guarded.url}/1`, username: 'bob', password: 'secret' }), 'not-allowed');
      });

      it('tells redis:// and rediss:// apart', async () => {
        const { url } = await odd(tlsServer());
        assert.equal(await fails({ url }), 'tls-wanted');
        assert.equal(await fails({ url: url.replace('redis:', 'rediss:') }), 'certificate');
        let meet!: () => void;
        const met = new Promise<void>((resolve) => (meet = resolve));
        const plain = await odd(pingServer(() => '+PONG', meet));
        assert.equal(await failsInTime(plain.url.replace('redis:', 'rediss:'), new FakeClock(), met), 'tls-unwanted');
      });

      it('says that a server is silent, or still loading, when the time is up', async () => {
        for (const user of ['', ':secret@']) {
          let meet!: () => void;
          const met = new Promise<void>((resolve) => (meet = resolve));
          const silent = await odd(listen(() => meet()));
          assert.equal(await failsInTime(silent.url.replace('//', `//${user}`), new FakeClock(), met), 'timeout');
        }
        const clock = new WatchedClock();
        const { url } = await odd(pingServer(() => loading));
        assert.equal(await failsInTime(url, clock, once(clock.waits, '100')), 'loading');
      });
    });
  }

  it('is asked again while it loads', async () => {
    let answer = loading;
    const { url } = await odd(pingServer(() => answer));
    const clock = new WatchedClock();
    const opening = Lifeline.openForListening({ url, namespaces: [''] }, clock);
    for (const next of [loading, '+PONG']) {
      await once(clock.waits, '100');
      answer = next;
      clock.advance(100);
    }
    const lifeline = await opening;
    assert.ok(lifeline.isUp);
    lifeline.dispose();
  });
});
