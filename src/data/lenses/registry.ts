/** The lenses. A new one is a file of rules and one line here. */
import { kqlString } from '../../kql/kqlText.ts';
import { knownColumnTypes } from '../schemas/knownSchemas.ts';
import { deviceRules } from './deviceEvents.ts';
import { fileRules, imageLoadRules } from './fileEvents.ts';
import type { Lens, LensRule } from './lens.ts';
import { logonRules } from './logonEvents.ts';
import { networkRules } from './networkEvents.ts';
import { processRules } from './processEvents.ts';
import { registryRules } from './registryEvents.ts';
import { securityRules } from './securityEvents.ts';

const rulesByTable: Readonly<Record<string, readonly LensRule[]>> = {
  DeviceProcessEvents: processRules,
  DeviceNetworkEvents: networkRules,
  DeviceFileEvents: fileRules,
  DeviceRegistryEvents: registryRules,
  DeviceImageLoadEvents: imageLoadRules,
  DeviceLogonEvents: logonRules,
  DeviceEvents: deviceRules,
  SecurityEvent: securityRules,
};

/** The tables that lenses can make. */
export const lensTables: readonly string[] = Object.keys(rulesByTable);

/** Returns the lens that makes the table, as its published schema has it; undefined where there is none. */
export function lensOf(table: string): Lens | undefined {
  const rules = rulesByTable[table];
  const columns = knownColumnTypes(table);
  if (rules === undefined || columns === undefined) return undefined;
  const named = rules.map((rule) => ({ ...rule, columns: { Type: kqlString(table), ...rule.columns } }));
  return {
    table,
    rules: named,
    columns,
    ...(columns.has('AdditionalFields') && { rest: 'AdditionalFields' }),
  };
}
