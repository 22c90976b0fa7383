import type { Turn } from './request.ts';

/** A tool that the scripted model wants called. */
export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How the model's server can fail to answer. */
export type Fault = 'rate-limited' | 'overloaded' | 'hang' | 'broken';

/** What the model does at its turn: it says something and calls tools, or its server fails. */
export type Answer = readonly (string | Call)[] | { readonly fault: Fault };

/**
 * What one conversation with the model answers, turn after turn. It is told what the client sent, so it can act on what
 * a tool said; what it returns is the last thing that it says.
 */
export type Script = (first: Turn) => AsyncGenerator<Answer, string, Turn>;

/** The words in a prompt that say which script answers it. */
export const marker = (name: string): string => `[script ${name}]`;

export const read = (file: string): Call => ({ name: 'Read', input: { file_path: file } });
export const write = (file: string, content: string): Call => ({ name: 'Write', input: { file_path: file, content } });
export const edit = (file: string, from: string, to: string): Call => ({
  name: 'Edit',
  input: { file_path: file, old_string: from, new_string: to },
});
export const bash = (command: string, more: Readonly<Record<string, unknown>> = {}): Call => ({
  name: 'Bash',
  input: { command, description: 'run a command', ...more },
});
/** A subagent that is answered by the script of that name. */
export const subagent = (script: string): Call => ({
  name: 'Agent',
  input: {
    description: script,
    prompt: `Do as you are told. ${marker(script)}`,
    subagent_type: 'general-purpose',
    run_in_background: false,
  },
});
export const fault = (kind: Fault): Answer => ({ fault: kind });
