import type { ServerResponse } from 'node:http';
import type { Call, Fault } from './script.ts';

let made = 0;
const id = (kind: string): string => `${kind}_${String(process.pid)}_${String(++made)}`;

/** Answers a request to the Messages API, as one text or as a stream of events. */
export function answer(
  response: ServerResponse,
  { model, isStreamed }: { readonly model: string; readonly isStreamed: boolean },
  parts: readonly (string | Call)[],
): void {
  const blocks = parts.map((part) =>
    typeof part === 'string' ? { type: 'text', text: part } : { type: 'tool_use', id: id('toolu'), ...part },
  );
  const stopped = { stop_reason: blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn' };
  const usage = { input_tokens: 10, output_tokens: 5 };
  const message = { id: id('msg'), type: 'message', role: 'assistant', model, stop_sequence: null, usage };
  if (!isStreamed) {
    sendJson(response, 200, { ...message, ...stopped, content: blocks });
    return;
  }
  const send = openStream(response);
  send('message_start', { message: { ...message, stop_reason: null, content: [] } });
  blocks.forEach((block, index) => {
    const isText = 'text' in block;
    const begun = isText ? { ...block, text: '' } : { ...block, input: {} };
    send('content_block_start', { index, content_block: begun });
    const delta = isText
      ? { type: 'text_delta', text: block.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
    send('content_block_delta', { index, delta });
    send('content_block_stop', { index });
  });
  send('message_delta', { delta: { ...stopped, stop_sequence: null }, usage });
  send('message_stop', {});
  response.end();
}

/** Fails as a server does that is out of capacity, silent or broken. */
export function fail(response: ServerResponse, fault: Fault): void {
  const error = (type: string): object => ({ type: 'error', error: { type, message: type.replaceAll('_', ' ') } });
  switch (fault) {
    case 'rate-limited':
      sendJson(response, 429, error('rate_limit_error'));
      return;
    case 'overloaded':
      sendJson(response, 529, error('overloaded_error'));
      return;
    case 'broken':
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('event: message_start\ndata: {"type":"message_start","message":{"id":\n\n');
      return;
    case 'hang':
      // The client waits, until it loses patience or is ended.
      return;
  }
}

export function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function openStream(response: ServerResponse): (type: string, data: object) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (type, data) => void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}
