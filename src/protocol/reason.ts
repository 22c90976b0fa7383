/**
 * Why something does not work, as data: a code and what fills its sentence. The sentence is made where it is shown,
 * so that a window in another language can say it in its own.
 */
export type Reason =
  | { code: 'closed' }
  | { code: 'unreachable'; where: string }
  | { code: 'no-such-host'; where: string }
  | { code: 'timeout'; where: string }
  | { code: 'wrong-password' }
  | { code: 'password-needed' }
  | { code: 'not-allowed'; detail: string }
  /** One right that an ACL user lacks, and the rules that give it. */
  | { code: 'missing-right'; what: Right; user: string; rules: string }
  | { code: 'not-redis'; where: string }
  | { code: 'tls-wanted'; where: string }
  | { code: 'tls-unwanted'; where: string }
  | { code: 'certificate'; detail: string }
  | { code: 'old-server'; server: string }
  | { code: 'replica'; primary: string }
  | { code: 'database'; number: number }
  /** The address names a database that the server does not have. */
  | { code: 'no-database'; number: number }
  /** No namespace of ours has its keys on one node of the cluster. */
  | { code: 'cluster' }
  | { code: 'cut-off'; limit: string }
  /** There are more than are looked at. */
  | { code: 'too-many'; what: 'locks' | 'queues' | 'keys'; limit: number }
  | { code: 'loading' }
  /** A pattern of channels that somebody wants to listen to cannot be used, or there are too many. */
  | { code: 'bad-pattern'; why: 'empty' | 'long' | 'unprintable' | 'many'; limit: number }
  /** MONITOR has ended: after so many seconds or commands, or with its connection. */
  | { code: 'monitor-over'; why: 'time' | 'many' | 'lost'; limit: number }
  /** The function library is not on the server and could not be put there. */
  | { code: 'library-missing'; detail: string }
  /** The function library on the server is one that we do not know how to talk to. */
  | { code: 'library-other'; version: string }
  /** The function library says what is wrong with a call. */
  | { code: 'call-refused'; detail: string }
  | { code: 'out-of-memory' }
  | { code: 'read-only' }
  /** The history of a namespace is not the one that was followed. */
  | { code: 'history-diverged'; ns: string }
  /** So many sessions of Claude Code act here of which no hook tells. */
  | { code: 'guard-silent'; count: number }
  /** The hook of so many sessions is older than this Signalbox; `by` is what one of them calls itself. */
  | { code: 'guard-old'; by: string; count: number }
  /** They grow without end: so many where there were so many five minutes ago. */
  | { code: 'runaway'; what: 'agents' | 'claims'; before: number; count: number }
  /** The server uses nearly all memory that it may; `largest` are keys of ours with what each takes. */
  | { code: 'memory-full'; used: number; max: number; largest: readonly string[] }
  /** It takes so many times the memory that it uses. */
  | { code: 'memory-scattered'; ratio: number }
  /** It makes room by deleting keys. */
  | { code: 'evicts'; policy: string }
  /** Nothing that it holds outlives it. */
  | { code: 'not-persistent' }
  /** So many connections that have a name did nothing for over an hour; the first of their names and ids. */
  | { code: 'idle-clients'; count: number; names: readonly string[]; ids: readonly string[] }
  /** So many keys look temporary and have no expiry; the first of them, whole. */
  | { code: 'never-end'; count: number; examples: readonly string[] }
  /** `detail` is a text of ours with places for `fill`, to be translated where it is shown. */
  | { code: 'bad-settings'; detail: string; fill?: readonly string[] }
  /** What somebody set for the names of keys is in part no such thing. */
  | { code: 'bad-patterns'; entries: string }
  /** The address in a settings file holds a password. */
  | { code: 'password-in-settings'; scope: SettingsScope }
  /** A server or a fleet of our own; `detail` is the last that it wrote. */
  | { code: 'not-started'; what: 'server' | 'demo'; detail: string }
  /** Claude Code or a file for it could not be set up; `detail` and `fill` as of `bad-settings`. */
  | { code: 'set-up'; detail: string; fill?: readonly string[] }
  | { code: 'other'; detail: string };

export type MissingRight = Extract<Reason, { code: 'missing-right' }>;

/** What we ask of a server, each of which an ACL may forbid. */
export type Right =
  | ('updates' | 'events' | 'library' | 'stored' | 'keys' | 'locks' | 'queues' | 'values')
  /** Asked for only when somebody wants to see more, or does something with keys. */
  | ('channels' | 'history' | 'monitor' | 'keyDeeds');

/** Whose settings file it is. */
export type SettingsScope = 'user' | 'workspace' | 'folder';
