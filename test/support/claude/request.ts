/** What a tool said, as the client passes it on to the model. */
export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
}

/** What a request of the client says, for a script that answers it. */
export interface Turn {
  /** What the tools of the turn before said, in the order of the calls. */
  readonly results: readonly ToolResult[];
  /** Everything that this request adds to the conversation, tools and reminders alike, as text. */
  readonly news: string;
}

export interface ModelRequest extends Turn {
  readonly model: string;
  readonly isStreamed: boolean;
  /** The script that the last prompt is marked with; none for what the client asks beside it, such as a title. */
  readonly script: string | undefined;
}

interface Block {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly content?: unknown;
  readonly is_error?: unknown;
}

interface Message {
  readonly role: string;
  readonly content: string | readonly Block[];
}

const blocksOf = ({ content }: Message): readonly Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

/** The text of a block, of a result with what is in it. */
function textOf({ type, text, content }: Block): string {
  if (type === 'text') return String(text);
  if (type !== 'tool_result') return '';
  return typeof content === 'string' ? content : ((content ?? []) as readonly Block[]).map(textOf).join('\n');
}

/** Reads the body of a request to the Messages API, which comes from the client and is taken as it is. */
export function readRequest(body: string): ModelRequest {
  const request = JSON.parse(body) as {
    readonly model: string;
    readonly stream?: boolean;
    readonly tools?: readonly unknown[];
    readonly messages: readonly Message[];
  };
  const { messages } = request;
  const news = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1).flatMap(blocksOf);
  const prompts = messages.flatMap((message) => (message.role === 'user' ? blocksOf(message) : []));
  const texts = prompts.filter(({ type }) => type === 'text').map(textOf);
  const marked = [...texts.join('\n').matchAll(/\[script ([\w-]+)\]/g)].at(-1);
  return {
    model: request.model,
    isStreamed: request.stream === true,
    // What is asked beside a conversation (a title, a summary) may quote its prompt, but offers no tools.
    script: (request.tools ?? []).length > 0 ? marked?.[1] : undefined,
    results: news
      .filter(({ type }) => type === 'tool_result')
      .map((block) => ({ text: textOf(block), isError: block.is_error === true })),
    news: news.map(textOf).join('\n'),
  };
}
