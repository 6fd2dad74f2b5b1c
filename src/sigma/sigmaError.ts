/** What keeps a Sigma rule from running, at its place in the rule's text. */

/** Kinds of trouble, by which rules that do not run are counted; match on these, never on text. */
export type SigmaErrorKind =
  /** The text is no YAML, or holds a key twice. */
  | 'yaml'
  /** A part of the rule is missing or is not what the specification has there. */
  | 'structure'
  | 'unknown-modifier'
  /** Modifiers or values that do not go together. */
  | 'modifier'
  | 'condition'
  /** The condition names a selection that the rule does not have. */
  | 'missing-selection'
  /** A regular expression that Kusto's RE2 cannot run. */
  | 'regex'
  /** A placeholder without values. */
  | 'placeholder'
  /** A correlation or filter names a rule that is not there. */
  | 'missing-rule'
  /** The table of the rule's log source has no place for a field. */
  | 'field'
  /** No table of the session holds the rule's log source. */
  | 'no-table';

export interface SigmaError {
  readonly kind: SigmaErrorKind;
  /** Complete sentences: what happened and, where there is one, the next step. */
  readonly message: string;
  /** Place in the text, in UTF-16 code units. */
  readonly start: number;
  readonly length: number;
  readonly suggestions?: readonly string[];
  /** Table that would have to be there. */
  readonly missingTable?: string;
}

export interface Place {
  readonly start: number;
  readonly length: number;
}

/** Thrown inside this room where nothing can go on; the public functions return {@link SigmaError}s. */
export class SigmaFailure extends Error {
  constructor(readonly error: SigmaError) {
    super(error.message);
    this.name = 'SigmaFailure';
  }
}

/** Returns a failure to throw. */
export function failure(
  kind: SigmaErrorKind,
  message: string,
  { start, length }: Place,
  more: Pick<SigmaError, 'suggestions' | 'missingTable'> = {},
): SigmaFailure {
  return new SigmaFailure({ kind, message, start, length, ...more });
}

/** Runs the work; a {@link SigmaFailure} becomes the error that it carries. */
export function attempt<T>(
  work: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SigmaError } {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof SigmaFailure) return { ok: false, error: error.error };
    throw error;
  }
}

/** Names for a message: `a`, `b` and 3 more. */
export function quotedNames(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).map((name) => `\`${name}\``);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  const last = shown.pop();
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last ?? ''}`;
}
