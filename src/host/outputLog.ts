import * as vscode from 'vscode';
import type { Log } from '../protocol/log.ts';

/**
 * The "Signalbox" output channel, which there is once there is something in it or somebody wants to see it: making it takes
 * a file. What stands in an address before an `@` never gets there, whoever wrote it.
 */
export class OutputLog implements Log, vscode.Disposable {
  #made: vscode.LogOutputChannel | undefined;

  get #channel(): vscode.LogOutputChannel {
    return (this.#made ??= vscode.window.createOutputChannel('Signalbox', { log: true }));
  }

  debug(text: string): void {
    this.#channel.debug(redacted(text));
  }

  info(text: string): void {
    this.#channel.info(redacted(text));
  }

  warn(text: string): void {
    this.#channel.warn(redacted(text));
  }

  error(text: string): void {
    this.#channel.error(redacted(text));
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#made?.dispose();
  }
}

const redacted = (text: string): string => text.replace(/(\b[a-z]+:\/\/)[^\s/@]*@/gi, '$1');
