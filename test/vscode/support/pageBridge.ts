/** Asks the launcher, which holds the window's page, what the window shows; absent when VS Code was started by hand. */
import { z } from 'zod';

const bridgeUrl = process.env.HUNT_PAGE_BRIDGE;

export const hasPageBridge = bridgeUrl !== undefined && bridgeUrl !== '';

async function ask(action: string, request: object): Promise<unknown> {
  const response = await fetch(`${bridgeUrl ?? ''}/${action}`, {
    method: 'POST',
    body: JSON.stringify(request),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${action}: ${JSON.stringify(body)}`);
  return body;
}

/** Cells with a spinner or a clock beside them. */
export async function countBusyCells(): Promise<number> {
  const selector = '.codicon-notebook-state-executing, .codicon-notebook-state-pending';
  return z.object({ count: z.number() }).parse(await ask('count', { selector, in: 'window' })).count;
}

/** Writes a picture of the window, for a person who looks at what a suite did. */
export async function screenshot(path: string): Promise<void> {
  await ask('screenshot', { path });
}
