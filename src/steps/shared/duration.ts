/** Durations in a step's arguments, written as KQL writes them. */
import { z } from 'zod';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `10m`, `1.5h`, `90s`, `500ms`, `1d`; undefined when the text is no positive duration. */
export function durationMs(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(text);
  if (!match) return undefined;
  const unit = z.enum(['ms', 's', 'm', 'h', 'd']).parse(match[2]);
  const milliseconds = Math.round(Number(match[1]) * unitMs[unit]);
  return milliseconds > 0 ? milliseconds : undefined;
}

/** A duration argument: text that {@link durationMs} reads. */
export const duration = z.string().refine((text) => durationMs(text) !== undefined, {
  message: 'write a duration such as 30s, 10m, 2h or 1d',
});
