import type { Picture } from '../../model/picture.ts';
import type { FineClock } from '../../protocol/clock.ts';
import { Emitter, type Disposable, type Event } from '../../protocol/emitter.ts';
import type { Log } from '../../protocol/log.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import type { ToPage } from '../../protocol/panel/messages.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { Conversation, type Surface } from './conversation.ts';
import type { Doing } from './doing.ts';
import { Listening } from './listening.ts';
import { Monitoring, type Monitor, type MonitorCommand } from './monitoring.ts';
import { OlderLines, type History } from './older.ts';
import { OneQuestion } from './oneQuestion.ts';
import { Publishing } from './publishing.ts';
import type { Recording } from './recording.ts';
import { Requests } from './requests.ts';

/** What the panel asks of the connection. */
export interface PanelLink {
  /** What the server said, after the model took it. */
  readonly onMessage: Event<FeedMessage>;
  /** Says how many subscribers it reached. May fail. */
  publish(channel: string, payload: string): Promise<number>;
  /** Whether to measure once a second how long a broadcast takes. */
  probe(on: boolean): void;
  /** What to listen to beside the fleet's channels. */
  listen(patterns: readonly string[]): void;
  readonly monitor: Monitor;
  readonly past: History['past'];
}

/** What one panel is made of. */
export interface PanelNeeds {
  readonly surface: Surface;
  readonly recorder: Recording & { command(seen: MonitorCommand): void };
  readonly picture: Pick<Picture, 'connection' | 'onDidChange'>;
  readonly link: PanelLink;
  readonly doing: Doing;
  readonly clock: FineClock;
  readonly log: Log;
  readonly l10n: Translator;
  readonly failureText: (error: unknown) => string;
  /** What the page needs to speak the window's language. */
  readonly language: string;
  readonly words: Readonly<Record<string, string>>;
}

/** The panel while it is open, in sight or not: measures, listens to what its page wants, and speaks with the page. */
export class Panel implements Disposable {
  readonly #link: PanelLink;
  readonly #conversation: Conversation;
  readonly #owned: Disposable[];

  constructor({ surface, recorder, picture, link, doing, clock, log, l10n, failureText, language, words }: PanelNeeds) {
    this.#link = link;
    const asking = new OneQuestion((question) => doing.confirm(question), clock);
    const listening = new Listening((patterns) => link.listen(patterns), l10n);
    const monitoring = new Monitoring(
      (sink, ended) => link.monitor(sink, ended),
      (seen) => recorder.command(seen),
      asking,
      clock,
      l10n,
    );
    const history: History = {
      // Only the function library writes one.
      namespaces: () => (picture.connection.library === null ? [] : picture.connection.namespaces),
      past: (ns, before, count) => link.past(ns, before, count),
    };
    const older = new OlderLines(recorder, history, failureText);
    const publish = (channel: string, payload: string): Promise<number> => link.publish(channel, payload);
    const publishing = new Publishing(publish, asking, failureText, l10n);
    const told = new Emitter<ToPage>();
    const requests = new Requests(recorder.lines, older, publishing, listening, monitoring, doing, log);
    const news = {
      onDidChange: picture.onDidChange,
      onDidTell: told.event,
      standing: () => [listening.state, monitoring.state],
    };
    this.#conversation = new Conversation(surface, recorder, requests, news, clock, log, { language, words });
    this.#owned = [
      link.onMessage((message) => listening.apply(message)),
      recorder.onDidClear(() => older.reset()),
      listening.onDidChange((state) => told.fire(state)),
      monitoring.onDidChange((state) => told.fire(state)),
      this.#conversation,
      monitoring,
      listening,
    ];
    link.probe(true);
  }

  /** A second has ended. */
  tick(): void {
    this.#conversation.tick();
  }

  dispose(): void {
    for (const each of this.#owned.splice(0)) each.dispose();
    this.#link.probe(false);
  }
}
