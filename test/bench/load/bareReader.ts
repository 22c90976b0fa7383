// A subscriber with nothing between it and the socket, which says how long each message took to be decoded.
import { answer } from '../../support/answering.ts';
import { BareRedis } from '../../support/bareRedis.ts';
import { microseconds, sentIn } from '../../support/sentStamp.ts';

let delays: number[] = [];

async function open({ port, channel }: { port: number; channel: string }): Promise<void> {
  const bare = await BareRedis.open(port);
  bare.onMessage = (_channel, text) => {
    const { state } = JSON.parse(text) as { state: { note: string } };
    const sent = sentIn(state.note);
    if (sent !== null) delays.push((microseconds() - sent) / 1_000);
  };
  await bare.subscribe(channel);
}

function takeDelays(): number[] {
  const taken = delays;
  delays = [];
  return taken;
}

answer({ open, takeDelays });
