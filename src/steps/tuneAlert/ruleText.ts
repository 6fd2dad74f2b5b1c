/** A detection with its threshold as the text of a rule. */
import type { Column, Schema } from '../../kql/types.ts';
import type { Exported, ExportKind, TuneAlertArguments } from './arguments.ts';
import { defenderRule } from './defenderRule.ts';
import type { Detection } from './detection.ts';
import { sentinelRule } from './sentinelRule.ts';
import { sigmaRule } from './sigmaRule.ts';

export interface RuleRequest {
  readonly exported: Exported;
  readonly args: TuneAlertArguments;
  readonly detection: Detection;
  /** Columns of the detection's rows. */
  readonly columns: readonly Column[];
  readonly schema: Schema;
  /** Path of the export in the cell's arguments. */
  readonly at: readonly (string | number)[];
}

export interface RuleFile {
  readonly text: string;
  /** Query that the rule calls by name, where it is too long to stand in the rule. */
  readonly function?: { readonly name: string; readonly text: string };
}

const writers: Readonly<Record<ExportKind, (request: RuleRequest) => RuleFile>> = {
  sentinel: sentinelRule,
  defender: (request) => ({ text: defenderRule(request) }),
  sigma: (request) => ({ text: sigmaRule(request) }),
};

/** The rule's file. Throws StepError where its language cannot say what the detection does. */
export function ruleFile(request: RuleRequest): RuleFile {
  return writers[request.exported.kind](request);
}
