/** Asks the launcher, which holds the window's page, what the window shows; absent when VS Code was started by hand. */
import type { Context } from 'mocha';
import { z } from 'zod';
import { waitFor } from './waitFor.ts';

const bridgeUrl = process.env.HUNT_PAGE_BRIDGE;

export const hasPageBridge = bridgeUrl !== undefined && bridgeUrl !== '';

/** Skips a test that needs the window's page where there is none, and says so. */
export function needsPageBridge(test: Context): void {
  if (hasPageBridge) return;
  console.log('Skipped: the window cannot be reached (HUNT_PAGE_BRIDGE is not set).');
  test.skip();
}

type Place = 'outputs' | 'window';

/** A busy machine may take long to draw. */
const timeoutMs = 90_000;

async function ask(action: string, request: object): Promise<unknown> {
  const response = await fetch(`${bridgeUrl ?? ''}/${action}`, {
    method: 'POST',
    body: JSON.stringify({ timeoutMs, ...request }),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${action}: ${JSON.stringify(body)}`);
  return body;
}

async function count(selector: string, place: Place): Promise<number> {
  return z.object({ count: z.number() }).parse(await ask('count', { selector, in: place })).count;
}

/** Texts of all matches, once there is a visible one. */
export async function texts(selector: string, place: Place = 'outputs'): Promise<readonly string[]> {
  return z.object({ texts: z.array(z.string()) }).parse(await ask('texts', { selector, in: place })).texts;
}

/** Clicks the match, once it is visible. */
export async function click(selector: string, place: Place = 'outputs', nth = 0): Promise<void> {
  await ask('click', { selector, in: place, nth });
}

/** Types the text into an input of the outputs. */
export async function fill(selector: string, text: string): Promise<void> {
  await ask('type', { selector, text });
}

/** What a function of the matching element, given as text, returns. */
export async function evaluate(selector: string, script: string): Promise<unknown> {
  return z.object({ value: z.unknown().optional() }).parse(await ask('evaluate', { selector, script })).value;
}

/** Cells with a spinner or a clock beside them. */
export async function countBusyCells(): Promise<number> {
  return count('.codicon-notebook-state-executing, .codicon-notebook-state-pending', 'window');
}

/** Answers the question of VS Code's input box or pick list that has this title. */
export async function answer(title: string, text: string): Promise<void> {
  await waitFor(`the question "${title}"`, async () => {
    if ((await count('.quick-input-widget .quick-input-title', 'window')) === 0) return undefined;
    const shown = await texts('.quick-input-widget .quick-input-title', 'window');
    return shown.some((each) => each.includes(title)) ? true : undefined;
  });
  await ask('type', { selector: '.quick-input-widget input.input', in: 'window', text });
  await ask('press', { keys: 'Enter' });
}

/** Leaves the question that is open. */
export async function leave(title: string): Promise<void> {
  await waitFor(`the question "${title}"`, async () => {
    const shown = await texts('.quick-input-widget .quick-input-title', 'window');
    return shown.some((each) => each.includes(title)) ? true : undefined;
  });
  await ask('press', { keys: 'Escape' });
}

/** Writes a picture of the window, for a person who looks at what a suite did. */
export async function screenshot(path: string): Promise<void> {
  await ask('screenshot', { path });
}
