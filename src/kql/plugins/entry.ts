/** What the registry of plugins holds, and the short ways to write an entry. */
import type { Support } from '../expression.ts';
import type { Plugin } from './plugin.ts';

export type PluginEntry = { readonly run: Plugin } & Support;

/** A plugin that does what Kusto's does. */
export function exact(run: Plugin): PluginEntry {
  return { run, support: 'yes' };
}

/** A plugin whose result can differ from Kusto's; `how` is a sentence of the support table. */
export function differing(how: string, run: Plugin): PluginEntry {
  return { run, support: 'differs', how };
}
