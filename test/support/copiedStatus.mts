import type { Status } from '../../src/protocol/status.ts';
import type { Workbench } from './workbench.mts';

/** What `Copy Status as JSON` gives, which is what the extension's API answers. */
export async function copiedStatus(window: Workbench): Promise<Status> {
  await window.page.evaluate(`navigator.clipboard.writeText('')`);
  await window.command('Signalbox: Copy Status as JSON');
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const text = String(await window.page.evaluate('navigator.clipboard.readText()'));
    if (text !== '') return JSON.parse(text) as Status;
  }
  throw new Error('The status was not copied.');
}
