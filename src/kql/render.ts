/** `render kind [with (property=value, ...)]`: how the result wants to be drawn. */
import { nameOf } from './expressions/paths.ts';
import type { SyntaxNode } from './syntax/syntaxNode.ts';
import type { Render } from './translation.ts';

/** Returns the chart that the query's last operators ask for. */
export function renderOf(expression: SyntaxNode): Render | undefined {
  let node = expression;
  while (node.kind === 'PipeExpression') {
    const operator = node.child('Operator');
    if (operator.kind === 'RenderOperator') return rendered(operator);
    if (operator.kind !== 'AsOperator') return undefined;
    node = node.child('Expression');
  }
  return undefined;
}

function rendered(operator: SyntaxNode): Render {
  const properties = operator.optional('WithClause')?.list('Properties') ?? operator.list('Parameters');
  return {
    kind: operator.child('ChartType').text,
    properties: Object.fromEntries(
      properties.map((property) => [
        nameOf(property.child('Name')),
        propertyText(property.child('Expression')),
      ]),
    ),
  };
}

function propertyText(value: SyntaxNode): string {
  return value.kind === 'StringLiteralExpression' ? value.stringValue : value.text;
}
