/** What a step is: a verb of a `hunt` cell with validated arguments, and either KQL or an action. */
import type { z } from 'zod';
import type { Column, Schema, WireValue } from '../kql/types.ts';
import type { LoadedTable } from '../data/loadedTable.ts';
import type { LoadServices } from '../data/loadServices.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { ResultTable } from '../engine/result.ts';
import type { RemoteTarget } from '../engine/remote/openRemote.ts';

/** A step's complaint about one of its arguments; the runner turns the path into a place in the YAML. */
export class StepError extends Error {
  constructor(
    message: string,
    /** Path of the argument inside the verb's value, e.g. `['also', 0, 'technique']`; empty: the verb itself. */
    readonly path: readonly (string | number)[] = [],
    readonly code = 'step',
  ) {
    super(message);
    this.name = 'StepError';
  }
}

/** A step names a table that the session does not have. */
export class MissingTableError extends StepError {
  constructor(
    message: string,
    path: readonly (string | number)[],
    readonly table: string,
  ) {
    super(message, path, 'missing-table');
  }
}

interface StepBase<Args> {
  readonly verb: string;
  /** One line for completion and the step picker. */
  readonly summary: string;
  /** The user documentation page, Markdown: what it does, each argument, the method and its source. */
  readonly docs: string;
  readonly arguments: z.ZodType<Args>;
}

export interface CompileContext {
  /** Tables known to the engine, published results included. */
  readonly schema: Schema;
}

/** What a step may read before it compiles. */
export interface FileAccess {
  /** Folder that relative paths start from: the notebook's. */
  readonly folder: string;
  /** Asks whether a path outside the workspace may be read; false refuses. */
  readonly allowPath: (absolutePath: string) => Promise<boolean>;
  readonly signal?: AbortSignal;
  /**
   * Makes rows that the step read, too many to stand in its query, into a table that the query names; replaces a table of
   * that name. Absent where the cell is only looked at, and where the query runs elsewhere.
   */
  readonly provide?: (
    name: string,
    columns: readonly Column[],
    rows: readonly (readonly WireValue[])[],
  ) => Promise<void>;
  /** Tells the hunter of what was read. */
  readonly notice?: (text: string) => void;
  /** The engine that the query will run on, for what must be known before it; absent where the cell is only looked at. */
  readonly session?: {
    readonly schema: () => Schema;
    /** Rejects with {@link StepError} where the query fails. The caller releases the table. */
    readonly query: (kql: string) => Promise<ResultTable>;
  };
  /** Set where the query runs on another engine than the session's own, which `provide` cannot reach. */
  readonly isRemote?: boolean;
}

/** Something that a hunter should change although the step runs, such as a name that is out of date. */
export interface Advice {
  readonly message: string;
  /** Path of the argument inside the verb's value. */
  readonly path: readonly (string | number)[];
  /** What to write instead, best first. */
  readonly replacements: readonly string[];
}

/** A further query whose result is shown, and not published; `whenEmpty` is told where it has no rows. */
export type Under =
  | { readonly kind: 'query'; readonly kql: string; readonly whenEmpty: string }
  /** Why there is none. */
  | { readonly kind: 'notice'; readonly text: string };

/** A step that detects: compiles to KQL that runs wherever KQL runs. */
export interface DetectionStep<Args = unknown, Prepared = Args> extends StepBase<Args> {
  readonly kind: 'detection';
  /**
   * Reads the files that the arguments name, such as rules, and returns what `compile` takes; absent where it takes the
   * arguments. Throws {@link StepError}, with the code `path-not-allowed` for a path that may not be read.
   */
  prepare?(args: Args, files: FileAccess): Promise<Prepared>;
  /** Returns a complete KQL query. Throws {@link StepError} when a table or column it needs is missing. */
  compile(prepared: Prepared, context: CompileContext): string;
  /**
   * Returns KQL that tells what there was to look at, or why the source cannot answer; it runs when the query finds
   * nothing, and what it says goes into the report. `lookedAtQuery` (`shared/lookedAt.ts`) writes it. Undefined: nothing.
   */
  looked?(prepared: Prepared, context: CompileContext): string | undefined;
  /** Tables that the step reads where they are there: what a lens shows of them is made before it compiles. */
  reads?(args: Args): readonly string[];
  /** What is shown under the result, such as the tree of its first row; undefined: nothing. */
  under?(prepared: Prepared, context: CompileContext): Under | undefined;
  /** What should be changed in the arguments, known without running. */
  advise?(args: Args): readonly Advice[];
  /** How the result reads as evidence in the report; absent or undefined: the result is no finding. */
  finding?(args: Args):
    | {
        readonly title: string;
        /** Column with `informational | low | medium | high`; the finding takes the highest. */
        readonly severityColumn?: string;
        /** Column with ATT&CK technique ids. */
        readonly techniqueColumn?: string;
      }
    | undefined;
}

/** What a step may do with the engines that the cells below it run on. */
export interface ConnectionSwitch {
  /** Connects, and binds the cells below under that name. Rejects with `RemoteFailure`. */
  connect(target: RemoteTarget, name: string): Promise<{ readonly engine: string; readonly tables: number }>;
  /** Binds the cells below to `local` or to a connection made before; returns its name, undefined where there is none. */
  use(name: string): string | undefined;
  /** Names of the connections. */
  names(): readonly string[];
}

export interface CompiledStep {
  readonly kql: string;
  /** What `looked` and `under` take. */
  readonly prepared: unknown;
}

/** Reads the files of the arguments and compiles them. Throws {@link StepError}. */
export async function compiledStep(
  step: DetectionStep,
  args: unknown,
  files: FileAccess,
  context: CompileContext,
): Promise<CompiledStep> {
  const prepared = step.prepare === undefined ? args : await step.prepare(args, files);
  return { kql: step.compile(prepared, context), prepared };
}

/** Returns the KQL of a step with these arguments. Throws {@link StepError}. */
export async function kqlOfStep(...compiled: Parameters<typeof compiledStep>): Promise<string> {
  return (await compiledStep(...compiled)).kql;
}

export interface ActionContext extends FileAccess {
  readonly engine: LocalEngine;
  /** Asks whether the host of the address may be talked to, once a session; absent or false refuses. */
  readonly allowUrl?: (url: URL) => Promise<boolean>;
  readonly connections?: ConnectionSwitch;
  /** Where loads keep tables and downloads; absent: nowhere. */
  readonly loads?: LoadServices;
  readonly onProgress?: (progress: {
    readonly doneBytes: number;
    readonly totalBytes: number;
    readonly what: string;
  }) => void;
}

/** A step that acts on the session, such as `load`. */
export interface ActionStep<Args = unknown> extends StepBase<Args> {
  readonly kind: 'action';
  run(
    args: Args,
    context: ActionContext,
  ): Promise<{ readonly loaded: readonly LoadedTable[]; readonly notices: readonly string[] }>;
}

export type Step = DetectionStep | ActionStep;
