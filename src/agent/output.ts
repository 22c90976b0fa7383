import { exitCodes } from './exitCodes.ts';
import { Emitter, type Event } from '../protocol/emitter.ts';

/** Where a command prints. Tests give their own. */
export interface Output {
  /** One line for whoever reads the results. */
  print(line: string): void;
  /** One line for the person at the terminal. */
  explain(line: string): void;
  /** Resolves when what was printed so far is out of our hands; false if nobody reads it any more. */
  printed(): Promise<boolean>;
  /** Fires once when nobody reads the results any more; printing then does nothing. */
  readonly onClosed: Event<void>;
}

/** The process's own streams. A reader that goes away (`| head -1`) is an end, not an error. */
export function processOutput(): Output {
  const onClosed = new Emitter<void>();
  let isClosed = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Anything but a reader that went away, such as a full disk, means that the results are lost.
    if (error.code !== 'EPIPE') {
      process.stderr.write(`signalbox: ${error.message}\n`);
      process.exit(exitCodes.failed);
    }
    if (isClosed) return;
    isClosed = true;
    onClosed.fire();
  });
  // Where nobody reads the explanations either, there is nobody to tell.
  process.stderr.on('error', () => {});
  return {
    print: (line) => {
      if (!isClosed) process.stdout.write(`${line}\n`);
    },
    explain: (line) => void process.stderr.write(`${line}\n`),
    printed: () =>
      new Promise((resolve) => {
        if (isClosed) resolve(false);
        else process.stdout.write('', (error) => resolve(!error && !isClosed));
      }),
    onClosed: onClosed.event,
  };
}
