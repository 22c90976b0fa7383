import { lack } from './rightsText.ts';
import { healthText } from './healthText.ts';
import { hookVersion } from './hookVersion.ts';
import type { MissingRight, Reason, SettingsScope } from './reason.ts';

export { memoryShare, mendOf } from './healthText.ts';

export type { MissingRight, Reason, Right, SettingsScope } from './reason.ts';

/** Whether it says no more than that there is no connection. */
export const meansNoConnection = ({ code }: Reason): boolean =>
  code === 'closed' || code === 'unreachable' || code === 'no-such-host' || code === 'timeout' || code === 'loading';

/** Fills `{0}`, `{1}` … of a sentence; VS Code's `l10n` has this shape, and so has {@link english}. */
export interface Translator {
  t(message: string, ...args: (string | number | boolean)[]): string;
}

/** The sentences as they stand, for programs that are not VS Code. */
export const english: Translator = {
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (whole, index) => String(args[Number(index)] ?? whole)),
};

/** One or two sentences: what happened, and what to do about it. */
export function reasonText(reason: Reason, l10n: Translator): string {
  switch (reason.code) {
    case 'closed':
      return l10n.t('The server closed the connection. Trying again.');
    case 'unreachable':
      return l10n.t('Nothing answers at {0}. Start Redis there, or connect to another address.', reason.where);
    case 'no-such-host':
      return l10n.t('There is no host named in {0}. Check the spelling of the address.', reason.where);
    case 'timeout':
      return l10n.t('{0} does not answer. Check the address, the network and any firewall.', reason.where);
    case 'wrong-password':
      return l10n.t('The server refused the user name or password. Connect again to enter another.');
    case 'password-needed':
      return l10n.t('The server asks for a password. Connect again to enter it.');
    case 'not-allowed':
      return l10n.t('The server does not allow this user to do that: {0}', reason.detail);
    case 'not-redis':
      return l10n.t('What answers at {0} is not a Redis server. Check the port.', reason.where);
    case 'missing-right':
      return `${lackText(reason, l10n)} ${aclLine(reason)}`;
    case 'tls-wanted':
      return l10n.t('{0} speaks TLS only. Connect with rediss:// instead of redis://.', reason.where);
    case 'tls-unwanted':
      return l10n.t(
        '{0} does not speak TLS. Connect with redis:// instead of rediss://, or check the port.',
        reason.where,
      );
    case 'certificate':
      return l10n.t(
        'The certificates do not fit: {0}. Check the settings signalbox.redis.tls (authority, certificate, key, server name).',
        reason.detail,
      );
    case 'old-server':
      return l10n.t(
        'This is {0}; Signalbox needs Redis 7.0 or Valkey 7.2. Much will work, but update the server.',
        reason.server,
      );
    case 'replica':
      return l10n.t(
        'This server is a read-only replica: it can be watched, but nothing can be published or claimed. Connect to its primary, {0}.',
        reason.primary,
      );
    case 'database':
      return l10n.t(
        'Database {0} keeps its own locks and queues, but shares its channels with all other databases. Give the fleet a namespace of its own (setting signalbox.namespace, in a terminal --namespace).',
        reason.number,
      );
    case 'no-database':
      return l10n.t(
        'There is no database {0} on this server. Take another number in the address, or allow more (databases in redis.conf).',
        reason.number,
      );
    case 'cluster':
      return l10n.t(
        'This is a cluster: claims, states and history need a namespace with a tag in braces, such as {0}, so that they are on one node (setting signalbox.namespace, in a terminal --namespace). Broadcasts are seen all the same.',
        '{shop}:',
      );
    case 'too-many':
      switch (reason.what) {
        case 'locks':
          return l10n.t('There are more than {0} locks in one namespace; the others are not shown.', reason.limit);
        case 'queues':
          return l10n.t('There are more than {0} queues in one namespace; the others are not shown.', reason.limit);
        case 'keys':
          return l10n.t(
            'There are more than {0} results, counters and the like in one namespace; the others are not shown.',
            reason.limit,
          );
      }
      break;
    case 'bad-pattern':
      return patternProblem(reason, l10n);
    case 'monitor-over':
      return monitorEnd(reason, l10n);
    case 'cut-off':
      return l10n.t(
        'The server cut our subscription, because messages came faster than they could be read (client-output-buffer-limit pubsub {0}). What was sent meanwhile is lost to this view; it goes on from the stored states. Send smaller or fewer messages, or raise the limit.',
        reason.limit,
      );
    case 'loading':
      return l10n.t('The server is loading its data and will be ready soon. Trying again.');
    case 'library-missing':
      return l10n.t(
        'The function library signalbox is not on this server and could not be put there ({0}). Run `signalbox setup` as a user who may, or have an administrator run it.',
        reason.detail,
      );
    case 'library-other':
      return l10n.t(
        'This server has version {0} of the function library, which this Signalbox cannot talk to. Update Signalbox.',
        reason.version,
      );
    case 'call-refused':
      return reason.detail;
    case 'out-of-memory':
      return l10n.t(
        'The server is out of memory and takes no new claims or states; releasing still works. Raise maxmemory or free some.',
      );
    case 'read-only':
      return l10n.t('This server is a replica and cannot be written to. Connect to its primary.');
    case 'history-diverged':
      return reason.ns === ''
        ? l10n.t(
            'The history on this server is another one than before, as after a failover or FLUSHALL: claims that were given last may have been given twice.',
          )
        : l10n.t(
            'The history of {0} on this server is another one than before, as after a failover or FLUSHALL: claims that were given last may have been given twice.',
            reason.ns,
          );
    case 'guard-silent':
      return reason.count === 1
        ? l10n.t(
            'A session of Claude Code acts here whose hook has not called: nothing keeps it from editing what another holds. Run Signalbox: Set Up Claude Code in its repository, or Signalbox: Check the Guard on Claude Code to see why it does not call.',
          )
        : l10n.t(
            '{0} sessions of Claude Code act here whose hooks have not called: nothing keeps them from editing what another holds. Run Signalbox: Set Up Claude Code in their repository, or Signalbox: Check the Guard on Claude Code to see why they do not call.',
            reason.count,
          );
    case 'guard-old':
      return l10n.t(
        'The hook of Claude Code is {0}, which is older than this Signalbox ({1}). It guards, but lacks what was mended since: run Signalbox: Set Up Claude Code again.',
        reason.by,
        hookVersion,
      );
    case 'runaway':
      return reason.what === 'agents'
        ? l10n.t(
            'There are {0} agents where there were {1} five minutes ago, and more come. Something may start agents in a loop. Signalbox: Pause Fleet makes all of them stand still, and the setting signalbox.agents.max says how many there may be.',
            reason.count,
            reason.before,
          )
        : l10n.t(
            'There are {0} claims where there were {1} five minutes ago, and more come. Something may claim in a loop. Signalbox: Pause Fleet makes all agents stand still, and the setting signalbox.agents.max says how many there may be.',
            reason.count,
            reason.before,
          );
    case 'memory-full':
    case 'memory-scattered':
    case 'evicts':
    case 'not-persistent':
    case 'idle-clients':
    case 'never-end':
      return healthText(reason, l10n);
    case 'bad-settings':
      return l10n.t('The connection settings cannot be used: {0}', settingsProblem(reason, l10n));
    case 'bad-patterns':
      return l10n.t(
        'In the setting signalbox.keys.patterns these count for nothing: {0}. It takes a role with a list of names, such as {1}, 100 in all.',
        reason.entries,
        '"queue": ["*:todo"]',
      );
    case 'password-in-settings':
      return exposedText(reason.scope, l10n);
    case 'not-started':
      return reason.what === 'server'
        ? l10n.t('The local Redis did not start: {0}', reason.detail)
        : l10n.t('The demo fleet did not start: {0}', reason.detail);
    case 'set-up':
      return settingsProblem(reason, l10n);
    case 'other':
      return l10n.t('The connection failed: {0}', reason.detail);
  }
}

/** What is wrong with settings, without saying that it is these. */
export const settingsProblem = (
  { detail, fill = [] }: Extract<Reason, { code: 'bad-settings' | 'set-up' }>,
  l10n: Translator,
): string => l10n.t(detail, ...fill);

/** What an administrator types to give the right. */
export const aclLine = ({ user, rules }: MissingRight): string => `ACL SETUSER ${user} ${rules}`;

/** The sentence of a missing right, without the line that gives it. */
export const lackText = ({ what }: MissingRight, l10n: Translator): string =>
  l10n.t('{0} The rest goes on. To allow it:', lack(what, l10n));

function patternProblem({ why, limit }: Extract<Reason, { code: 'bad-pattern' }>, l10n: Translator): string {
  switch (why) {
    case 'empty':
      return l10n.t('An empty pattern matches no channel.');
    case 'long':
      return l10n.t('A channel pattern may be {0} bytes long at most.', limit);
    case 'unprintable':
      return l10n.t('A channel pattern may not hold line breaks or other control characters.');
    case 'many':
      return l10n.t('No more than {0} channel patterns can be listened to at once.', limit);
  }
}

function monitorEnd({ why, limit }: Extract<Reason, { code: 'monitor-over' }>, l10n: Translator): string {
  switch (why) {
    case 'time':
      return l10n.t('MONITOR was stopped after {0} seconds, since it slows the server down.', limit);
    case 'many':
      return l10n.t('MONITOR was stopped after {0} commands, since it slows the server down.', limit);
    case 'lost':
      return l10n.t('MONITOR ended, because its connection was closed.');
  }
}

function exposedText(scope: SettingsScope, l10n: Translator): string {
  switch (scope) {
    case 'user':
      return l10n.t(
        'The address in your user settings (signalbox.redis.url) holds a password, which whoever sees that file can read. Move it to the secret storage.',
      );
    case 'workspace':
      return l10n.t(
        "The address in this workspace's settings (signalbox.redis.url) holds a password, which whoever gets the repository can read. Move it to the secret storage.",
      );
    case 'folder':
      return l10n.t(
        "The address in a folder's settings (signalbox.redis.url) holds a password, which whoever gets the repository can read. Move it to the secret storage.",
      );
  }
}
