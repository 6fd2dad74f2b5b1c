/** Texts on which Kusto's own binder fails instead of reporting an error. */
import type { KqlError } from './errors.ts';
import type { SyntaxNode } from './syntax/syntaxNode.ts';

/** Operators that fail in the binder when no graph comes before them, also when `as` stands between. */
const graphReaders: ReadonlySet<string> = new Set([
  'GraphMatchOperator',
  'GraphShortestPathsOperator',
  'GraphMarkComponentsOperator',
  'GraphToTableOperator',
]);

/** Returns the error of a text that the binder failed on: at the graph operator that it failed on, if there is one. */
export function binderFailure(root: SyntaxNode, length: number): KqlError {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (graphReaders.has(node.kind)) {
      const word = node.at(0) ?? node;
      const message = `${word.text} needs a graph right before it: make-graph, or the name of a let that holds one.`;
      return { kind: 'semantic', code: 'no-graph', message, start: word.start, length: word.length };
    }
    pending.push(...[...node.children()].reverse());
  }
  const message =
    "Kusto's language service fails on this query. Write it in smaller steps, with let statements.";
  return { kind: 'unsupported', code: 'binder-failed', message, start: 0, length };
}
