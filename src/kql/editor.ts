/** Completions and hovers from Kusto's own editor services. */
import { globalsOf } from './globals.ts';
import { itemsOf, kusto } from './syntax/bridge.ts';
import type { BridgeEditorService } from './syntax/bridge.ts';
import { wholeText } from './boundText.ts';
import type { Completion, Hover, TranslationRequest } from './translation.ts';

/** Kinds of Kusto's completion items, by the first word of their name. */
const kinds: readonly (readonly [RegExp, Completion['kind']])[] = [
  [/^(Keyword|QueryPrefix|TabularPrefix|TabularSuffix)/, 'keyword'],
  [/^(ScalarPrefix|ScalarInfix|Punctuation)/, 'operator'],
  [/Aggregate/, 'aggregate'],
  [/Plugin/, 'plugin'],
  [/Function/, 'function'],
  [/Table|MaterialiedView|MaterializedView/, 'table'],
  [/Column/, 'column'],
  [/Variable|Parameter/, 'variable'],
];

const kindNames = new Map(Object.entries(kusto.Editor.CompletionKind).map(([name, value]) => [value, name]));

function serviceOf(request: TranslationRequest): {
  readonly service: BridgeEditorService;
  readonly shift: number;
} {
  const { text, offset } = wholeText(request);
  const globals = globalsOf(request.schema, request.parameters);
  return { service: new kusto.Editor.KustoCodeService.$ctor1(text, globals), shift: offset };
}

/** Returns what can be written at the offset of the user's text. */
export function complete(request: TranslationRequest, offset: number): readonly Completion[] {
  const { service, shift } = serviceOf(request);
  const info = service.GetCompletionItems(offset + shift);
  return itemsOf(info.Items).map((item) => {
    const kindName = kindNames.get(item.Kind) ?? '';
    return {
      label: item.DisplayText,
      kind: kinds.find(([pattern]) => pattern.test(kindName))?.[1] ?? 'other',
      insertText: item.BeforeText + item.AfterText,
      start: Math.max(0, info.EditStart - shift),
      length: info.EditLength,
    };
  });
}

/** Returns what Kusto says about the word at the offset of the user's text. */
export function hover(request: TranslationRequest, offset: number): Hover | undefined {
  const { service, shift } = serviceOf(request);
  const { Text: text } = service.GetQuickInfo(offset + shift);
  if (text === '') return undefined;
  const isWord = (at: number): boolean => /[\w$-]/.test(request.text[at] ?? '');
  let start = offset;
  while (start > 0 && isWord(start - 1)) start--;
  let end = offset;
  while (isWord(end)) end++;
  return { text, start, length: end - start };
}
