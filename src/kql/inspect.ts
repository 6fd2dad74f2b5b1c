/**
 * A text that another engine runs: what Kusto's parser and binder say about it, and what its statements are. Nothing is
 * translated, so what only the local engine refuses is no error here.
 */
import { bindText } from './boundText.ts';
import { nameOf } from './expressions/paths.ts';
import { resultsOf } from './operators/fork.ts';
import { renderOf } from './render.ts';
import type { SyntaxNode } from './syntax/syntaxNode.ts';
import { publishedName } from './translate.ts';
import type { InspectedResult, Inspection, TranslationRequest } from './translation.ts';

/** Returns what can be said of the text against the tables of the engine that is to run it. */
export function inspect(request: TranslationRequest): Inspection {
  const source = bindText(request);
  const { root } = source;
  // What the binder knows to be on other servers is theirs to judge.
  const errors = source.errors.filter(({ kind }) => kind !== 'unsupported');
  if (root.kind !== 'QueryBlock') {
    return { errors, isCommand: true, results: [], lets: [], names: [], parameters: [] };
  }
  const results: InspectedResult[] = [];
  const lets: string[] = [];
  const parameters: string[] = [];
  for (const statement of root.list('Statements')) {
    if (statement.kind === 'ExpressionStatement') {
      const expression = statement.child('Expression');
      const place = source.place(statement);
      for (const { publishAs } of resultsOf(expression)) {
        const name = publishAs ?? publishedName(expression);
        const render = renderOf(expression);
        results.push({
          ...place,
          ...(name !== undefined && { publishAs: name }),
          ...(render !== undefined && { render }),
        });
      }
    } else if (statement.kind === 'LetStatement' && source.isOwn(statement)) {
      lets.push(source.sourceText(statement));
    } else if (statement.kind === 'QueryParametersStatement') {
      for (const parameter of statement.list('Parameters')) {
        parameters.push(nameOf(parameter.child('NameAndType').child('Name')));
      }
    }
  }
  return { errors, isCommand: false, results, lets, names: [...namesIn(root)], parameters };
}

/** Every name that the text refers to, tables, columns and functions alike. */
function namesIn(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'NameReference') names.add(nameOf(node));
    pending.push(...node.children());
  }
  return names;
}
