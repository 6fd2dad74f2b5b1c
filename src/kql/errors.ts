/** What is wrong with a query, at its place in the user's text. */

/**
 * `syntax`: it cannot be parsed · `semantic`: it parses, but a name or type does not fit ·
 * `unsupported`: valid KQL that the local engine does not run · `runtime`: it failed while running.
 */
export type KqlErrorKind = 'syntax' | 'semantic' | 'unsupported' | 'runtime';

export interface KqlError {
  readonly kind: KqlErrorKind;
  /** Stable identifier, such as `KS142` (Kusto's own codes) or `unsupported-operator`; match on this, never on text. */
  readonly code: string;
  /** What happened and, where there is one, the next step; complete sentences for the user. */
  readonly message: string;
  /** Place in the query text, in UTF-16 code units. */
  readonly start: number;
  readonly length: number;
  /** Known names close to the one that was not found, best first. */
  readonly suggestions?: readonly string[];
}
