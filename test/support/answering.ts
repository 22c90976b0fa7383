export interface Question {
  readonly id: number;
  readonly what: string;
  readonly input: unknown;
}

export type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

/** Answers what a `LoadProcess` is asked, by the function of that name, until whoever asks is gone. */
export function answer(functions: Record<string, (input: never) => unknown>): void {
  process.on('message', (question: Question) => void answerOne(functions, question));
  process.on('disconnect', () => process.exit());
}

async function answerOne(functions: Record<string, (input: never) => unknown>, question: Question): Promise<void> {
  const { id, what, input } = question;
  try {
    const value = await functions[what]?.(input as never);
    process.send?.({ id, value } satisfies Answer);
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
