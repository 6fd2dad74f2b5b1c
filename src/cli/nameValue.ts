/** Options of the form NAME=VALUE. */
import { UsageError } from './usage.ts';

/** Splits at the first `=`. Throws {@link UsageError} when there is no name or no `=`. */
export function nameValue(option: string, text: string): readonly [name: string, value: string] {
  const place = text.indexOf('=');
  const name = text.slice(0, Math.max(0, place)).trim();
  if (name === '')
    throw new UsageError(`--${option} ${text} has no name.`, `Write --${option} NAME=${text || 'VALUE'}.`);
  return [name, text.slice(place + 1)];
}
