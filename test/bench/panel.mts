import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CDPSession, Page } from 'playwright-core';
import { atLeast, atMost, type Bench, type Figure, quantile } from '../support/figures.mts';
import { builtFiles, type PanelPage, PanelPages } from '../support/panelPage.mts';
import { panelScenes } from '../support/panelScenes.mts';
import { say } from '../support/progress.mts';
import { measurePercentiles, worstError } from './percentiles.ts';

const lines = 100_000;
const firstLines = lines + 2_000;
const perSecond = 3_000;
const flowMs = 10_000;
const scrollMs = 8_000;
const opens = 5;
const updates = 40;
/** A frame of a screen with 60 Hz, and what its clock may be off. */
const oneFrame = 18;

const meterSource = readFileSync(path.join(import.meta.dirname, '..', 'support', 'panelMeter.js'), 'utf8');
/** Texts as agents publish them, about 220 characters each with what comes behind them. */
const texts = Array.from({ length: 997 }, (_, index) => {
  const state = {
    task: `task-${String(index % 40)}`,
    status: 'working',
    progress: index,
    step: 'reading'.repeat(1 + (index % 5)),
  };
  return `{"agent_id":"agent-${String(index % 30)}","epoch":3,"ver":${String(index)},"state":${JSON.stringify(state)},"note":{"text":"${'lorem ipsum '.repeat(4)}`;
});
const textsJson = JSON.stringify(texts);

const meter = (answers: string | null): string => `${meterSource}\nmeasurePanel(${JSON.stringify({ answers })});`;
const middle = (values: readonly number[]): number => quantile(values, 0.5);
const p95 = (values: readonly number[]): number => quantile(values, 0.95);
const fps = (frames: readonly number[]): number => (1_000 * frames.length) / frames.reduce((sum, ms) => sum + ms, 0);
const numbers = (page: Page, of: string): Promise<number[]> => page.evaluate<number[]>(of);
const ms = (value: number, digits = 1): string => `${value.toFixed(digits)} ms`;

const frames = (page: Page, duration: number): Promise<number[]> =>
  numbers(
    page,
    `new Promise((resolve) => {
      const times = [];
      const from = performance.now();
      const next = (now) => {
        times.push(now);
        if (performance.now() - from < ${String(duration)}) requestAnimationFrame(next);
        else resolve(times.slice(1).map((time, index) => time - times[index]));
      };
      requestAnimationFrame(next);
    })`,
  );

/** How long the same small piece of work takes again and again, in ms: what others on this machine do shows in its p95. */
const sameWork = (page: Page): Promise<number[]> =>
  numbers(
    page,
    `new Promise((resolve) => {
      const times = [];
      const again = () => {
        const from = performance.now();
        let sum = 0;
        for (let i = 0; i < 1_000_000; i++) sum += Math.log(i + 1);
        times.push(performance.now() - from);
        if (times.length < 100) setTimeout(again, 20);
        else resolve(times.slice(20));
      };
      again();
    })`,
  );

/** Turns the wheel up over a place for as long as frames are measured. */
async function scrolled(page: Page, at: { x: number; y: number }, measured: Promise<number[]>): Promise<number[]> {
  let isOver = false;
  void measured.finally(() => (isOver = true));
  await page.mouse.move(at.x, at.y);
  for (let turns = 0; !isOver; turns++) await page.mouse.wheel(0, turns % 100 < 80 ? -180 : 240);
  return measured;
}

async function heap(session: CDPSession): Promise<number> {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  const used = (await session.send('Runtime.getHeapUsage')) as unknown as Record<string, number>;
  return ((used['usedSize'] ?? 0) + (used['backingStorageSize'] ?? 0)) / 2 ** 20;
}

/** Milliseconds of the page's main thread so far. */
async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}

async function untilShown(page: Page, counts: RegExp): Promise<void> {
  await page.locator('.console-counts', { hasText: counts }).waitFor({ timeout: 60_000 });
}

/** Milliseconds from the `input` of a filter to the frame that shows what it found. */
const typed = (page: Page, text: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('no filter')), 20_000);
    const field = document.querySelector('#console vscode-text-field');
    const from = performance.now();
    field.value = ${JSON.stringify(text)};
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const look = () => {
      const isOver = document.querySelector('.console-trouble').textContent === '';
      const counts = document.querySelector('.console-counts').textContent;
      if (isOver && !counts.startsWith('100,000 shown')) resolve(performance.now() - from);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })`);

async function cleared(page: Page): Promise<void> {
  await page.locator('#console vscode-text-field').first().locator('input').fill('');
  await untilShown(page, /^100,000 shown/);
}

async function fill(panel: PanelPage): Promise<void> {
  // One lot more than needed: what is kept is full then.
  for (let from = 1_000; from < 1_000 + firstLines; from += 2_000) {
    await panel.page.evaluate(`{
      const texts = ${textsJson};
      const lines = Array.from({ length: 2000 }, (_, i) => signalboxMeter.line(${String(from)} + i, texts[i % texts.length]));
      postMessage({ kind: 'lines', lines, kept: ${String(from)} + 2000, dropped: 0 });
    }`);
  }
  await untilShown(panel.page, /^100,000 shown/);
}

/** The console with all that it keeps, alone, filtered, and while more comes. */
async function consoleFigures(pages: PanelPages): Promise<Figure[]> {
  const blank = await pages.blank();
  const [still, moved] = [await frames(blank, 4_000), await scrolled(blank, { x: 600, y: 450 }, frames(blank, 4_000))];
  const work = await sameWork(blank);
  const blankHeap = await heap(await blank.context().newCDPSession(blank));
  await blank.context().close();
  say(`an empty page: ${fps(still).toFixed(1)} frames a second, p95 ${ms(p95(still))}; scrolled p95 ${ms(p95(moved))}`);

  const { host } = panelScenes.quiet();
  const panel = await host.open(pages, { script: meter(null) });
  const { page } = panel;
  const session = await page.context().newCDPSession(page);
  const before = await heap(session);
  await fill(panel);
  const after = await heap(session);
  say(`${String(lines)} lines: ${after.toFixed(1)} MB`);

  const found: number[] = [];
  const expressed: number[] = [];
  for (const text of ['task-7', 'agent-1', 'nothing such', 'TASK-1', 'req-33']) {
    await typed(page, text);
    found.push(...(await numbers(page, `signalboxMeter.measures['signalbox:filter'].splice(0)`)));
    await cleared(page);
  }
  await page.locator('#console vscode-checkbox', { hasText: 'Regex' }).click();
  for (const text of ['task-7"', 'agent-(1|2)\\b', 'progress":\\s*99']) {
    expressed.push(await typed(page, text));
    await cleared(page);
  }
  await page.locator('#console vscode-checkbox', { hasText: 'Regex' }).click();

  const begin = `globalThis.endFeed = signalboxMeter.feed(${String(perSecond)}, ${String(1_000 + firstLines)}, ${textsJson})`;
  await page.evaluate(`${begin}; signalboxMeter.handled.length = 0; signalboxMeter.measures = {}; 0`);
  const flow = await numbers(page, `signalboxMeter.frames(${String(flowMs)})`);
  const handled = await numbers(page, 'signalboxMeter.handled.splice(0)');
  const appended = await numbers(page, `signalboxMeter.measures['signalbox:append']`);
  const list = await page.locator('.console-list').boundingBox();
  if (!list) throw new Error('The list is not in sight.');
  await page.locator('.console-list').scrollIntoViewIfNeeded();
  const box = (await page.locator('.console-list').boundingBox())!;
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const scroll = await scrolled(page, at, numbers(page, `signalboxMeter.frames(${String(scrollMs)})`));
  const sent = await page.evaluate<number>('endFeed()');
  say(`${String(sent)} lines in ${((flowMs + scrollMs) / 1_000).toFixed(0)} s and more`);
  const shown = await page.locator('.console-status').innerText();
  await host.close();
  return [
    { name: 'an empty page, frames a second', value: fps(still).toFixed(1) },
    { name: 'an empty page, frame p95', value: `${ms(p95(still))}; scrolled ${ms(p95(moved))}` },
    { name: 'the same work again and again, median and p95', value: `${ms(middle(work))}, ${ms(p95(work))}` },
    atLeast(
      `${lines.toLocaleString('en')} lines, ${perSecond.toLocaleString('en')} more a second`,
      fps(flow),
      55,
      'frames a second',
    ),
    { name: '  frame p50, p95, p99', value: [0.5, 0.95, 0.99].map((part) => ms(quantile(flow, part))).join(', ') },
    atMost('  a message of lines taken, p95', p95(handled), 4, 'ms', 2),
    { name: '  of that appending, p95', value: ms(p95(appended), 2) },
    atMost('  frame while scrolling, p95', p95(scroll), oneFrame, 'ms'),
    { name: '  frames a second while scrolling', value: `${fps(scroll).toFixed(1)} (${shown})` },
    atMost('heap with all lines', after, 60, 'MB'),
    { name: '  of that before, and an empty page', value: `${before.toFixed(1)} MB, ${blankHeap.toFixed(1)} MB` },
    atMost('text filter of all lines, the slowest', Math.max(...found), 25, 'ms'),
    { name: 'expression over all lines, beside the page', value: expressed.map((value) => ms(value, 0)).join(', ') },
  ];
}

/** An hour in seconds: opened, and brought up to date. */
async function hourFigures(pages: PanelPages): Promise<Figure[]> {
  const kept = { v: 1, view: { agent: null, range: 3_600 } };
  const { host } = panelScenes.flood();
  const first = await host.open(pages, { kept });
  await first.close();
  const answers = JSON.stringify(host.told.filter((told) => (told as { kind: string }).kind !== 'older').slice(0, 6));
  say(`an hour is ${(answers.length / 2 ** 20).toFixed(1)} MB as a text`);
  const [drawn, opened]: [number[], number[]] = [[], []];
  let panel: PanelPage | undefined;
  for (let i = 0; i < opens; i++) {
    await panel?.close();
    panel = await pages.open({ kept, now: host.clock.now(), script: meter(answers) });
    const seen = await panel.page.evaluate<{
      ready: number;
      painted: number;
      script: number;
    }>(`new Promise((resolve) => {
      const { readyAt } = signalboxMeter;
      let last = -1;
      const look = () => {
        const { paintedAt } = signalboxMeter;
        if (paintedAt > 0 && paintedAt === last) {
          const script = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('panel.js'));
          resolve({ ready: readyAt, painted: paintedAt, script: script.responseEnd });
        } else {
          last = paintedAt;
          setTimeout(look, 700);
        }
      };
      look();
    })`);
    drawn.push(seen.painted - seen.ready);
    opened.push(seen.painted - seen.script);
  }
  const { page } = panel!;
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const last = host.recorder.seconds({ agent: null, range: 1 })[0]!;
  const hot = host.recorder.hot({ agent: null, range: 3_600 });
  const now = host.recorder.now();
  await page.evaluate(`globalThis.nextSecond = (isNews) => new Promise((resolve) => {
    const told = (globalThis.told ??= ${JSON.stringify([last, now, hot])});
    const [second, now, hot] = told;
    signalboxMeter.handled.length = signalboxMeter.drawn.length = 0;
    if (isNews) {
      second.at += 1000;
      now.at += 1000;
      signalboxFrame.now += 1000;
      postMessage({ kind: 'ended', seconds: [second], hot });
      postMessage({ kind: 'now', now });
    }
    const sum = (values) => values.reduce((total, value) => total + value, 0);
    setTimeout(() => resolve(sum(signalboxMeter.handled) + sum(signalboxMeter.drawn)), 230);
  })`);
  const spent: Record<'quiet' | 'news', number[]> = { quiet: [], news: [] };
  const scripts: number[] = [];
  for (let i = 0; i < updates; i++) {
    for (const kind of ['quiet', 'news'] as const) {
      const from = await taskMs(session);
      const script = await page.evaluate<number>(`nextSecond(${String(kind === 'news')})`);
      spent[kind].push((await taskMs(session)) - from);
      if (kind === 'news') scripts.push(script);
    }
  }
  const update = middle(spent.news) - middle(spent.quiet);
  await host.close();
  return [
    atMost('an hour: first full draw after the page is ready', middle(drawn), 300, 'ms', 0),
    { name: '  all of them', value: drawn.map((value) => ms(value, 0)).join(', ') },
    { name: '  from when its script was there', value: ms(middle(opened), 0) },
    atMost('  an update, p95', p95(scripts), 8, 'ms', 2),
    { name: '  its median, and with style, paint and all', value: `${ms(middle(scripts), 2)}, ${ms(update, 2)}` },
  ];
}

function sizeFigures(): Figure[] {
  const sizes = [builtFiles.script, builtFiles.style].map(
    (file) => gzipSync(readFileSync(file), { level: 9 }).length / 1_000,
  );
  return [
    atMost('script and style of the page, gzipped', sizes[0]! + sizes[1]!, 90, 'KB'),
    { name: '  each', value: sizes.map((size) => `${size.toFixed(1)} KB`).join(', ') },
  ];
}

function percentileFigures(): Figure[] {
  const all = measurePercentiles();
  const each = all.map(({ name, error }) => `${name} ${(100 * error).toFixed(2)} %`).join(', ');
  return [
    atMost('percentiles of a million latencies, furthest off', 100 * worstError(all), 2, '%', 2),
    { name: '  by their distribution', value: each },
  ];
}

export const bench: Bench = {
  about: 'the panel: 100,000 lines with 3,000 more a second, an hour in charts, the size of the page, percentiles',
  async run() {
    const pages = await PanelPages.start();
    try {
      return [
        ...(await consoleFigures(pages)),
        ...(await hourFigures(pages)),
        ...sizeFigures(),
        ...percentileFigures(),
      ];
    } finally {
      await pages.close();
    }
  },
};
