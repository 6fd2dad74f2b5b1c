/** The exception that carries a located error from deep inside the translation to its border. */
import type { KqlError, KqlErrorKind } from './errors.ts';
import { refusalReasons } from './refusals.ts';
import { sayingWhoCan } from './remoteEngines.ts';
import type { SyntaxNode } from './syntax/syntaxNode.ts';

export class QueryError extends Error {
  readonly error: KqlError;

  constructor(error: KqlError) {
    super(error.message);
    this.error = error;
  }
}

/** Returns the error of that kind at the node's place; a refusal also says which services do it. */
export function errorAt(
  node: SyntaxNode,
  kind: KqlErrorKind,
  code: string,
  text: string,
  suggestions?: readonly string[],
): QueryError {
  const { start, length } = node;
  const message = kind === 'unsupported' ? sayingWhoCan(text) : text;
  return new QueryError({ kind, code, message, start, length, ...(suggestions ? { suggestions } : {}) });
}

/** Returns the refusal of a function, aggregate or operator of that name, with the reason where it has one of its own. */
export function refusalOf(node: SyntaxNode, what: string, name: string): QueryError {
  const reason = refusalReasons.get(name);
  const message = `${what} is not supported by the local engine.${reason === undefined ? '' : ` ${reason}`}`;
  const error = errorAt(node, 'unsupported', 'unsupported', message);
  return reason === undefined ? error : new QueryError({ ...error.error, message });
}

/** Returns the refusal of a construct that the local engine does not run. */
export function unsupportedAt(node: SyntaxNode, what: string): QueryError {
  return errorAt(node, 'unsupported', 'unsupported', `${what} is not supported by the local engine.`);
}
