/** The exception that carries a located error from deep inside the translation to its border. */
import type { KqlError, KqlErrorKind } from './errors.ts';
import type { SyntaxNode } from './syntax/syntaxNode.ts';

export class QueryError extends Error {
  readonly error: KqlError;

  constructor(error: KqlError) {
    super(error.message);
    this.error = error;
  }
}

/** Returns the error of that kind at the node's place. */
export function errorAt(
  node: SyntaxNode,
  kind: KqlErrorKind,
  code: string,
  message: string,
  suggestions?: readonly string[],
): QueryError {
  const { start, length } = node;
  return new QueryError({ kind, code, message, start, length, ...(suggestions ? { suggestions } : {}) });
}

/** Returns the refusal of a construct that the local engine does not run. */
export function unsupportedAt(node: SyntaxNode, what: string): QueryError {
  return errorAt(node, 'unsupported', 'unsupported', `${what} is not supported by the local engine.`);
}
