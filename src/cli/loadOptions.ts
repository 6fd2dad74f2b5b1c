/** `--load NAME=FILE` options as tables with their files. */
import { nameValue } from './nameValue.ts';

/** Returns the files of each name, in order; a name may be given several times. */
export function loadOptions(given: readonly string[] | undefined): ReadonlyMap<string, readonly string[]> {
  const loads = new Map<string, readonly string[]>();
  for (const text of given ?? []) {
    const [name, file] = nameValue('load', text);
    loads.set(name, [...(loads.get(name) ?? []), file]);
  }
  return loads;
}
