/** Completion and hover in cells: KQL by the Kusto language service with the session's tables, steps by their schemas. */
import * as vscode from 'vscode';
import type { Completion } from '../../kql/translation.ts';
import { steps } from '../../steps/registry.ts';
import { notebookType } from '../contributions.ts';
import type { OpenHunts } from '../notebook/openHunts.ts';
import { schemaOf, type CellQuestions } from './cellQuestions.ts';
import { completeStep, describeStepWord, type StepSuggestion } from './stepCompletion.ts';

export function registerLanguageFeatures(hunts: OpenHunts, questions: CellQuestions): vscode.Disposable {
  const kqlCells = { language: 'kql', notebookType };
  const huntCells = { language: 'hunt', notebookType };
  return vscode.Disposable.from(
    vscode.languages.registerCompletionItemProvider(
      kqlCells,
      { provideCompletionItems: (document, position) => completeKql(hunts, questions, document, position) },
      '|',
      '.',
      ' ',
      '(',
    ),
    vscode.languages.registerHoverProvider(kqlCells, {
      provideHover: (document, position) => hoverKql(hunts, questions, document, position),
    }),
    vscode.languages.registerCompletionItemProvider(
      huntCells,
      { provideCompletionItems: (document, position) => completeHunt(hunts, document, position) },
      ':',
      ' ',
      '\n',
      '{',
      '[',
    ),
    vscode.languages.registerHoverProvider(huntCells, { provideHover: hoverHunt }),
  );
}

async function completeKql(
  hunts: OpenHunts,
  questions: CellQuestions,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CompletionItem[]> {
  const place = hunts.ofCellDocument(document);
  if (place === undefined) return [];
  const completions = await questions.complete(place.hunt, place.cell, document.offsetAt(position));
  return completions.map((completion, index) => {
    const item = new vscode.CompletionItem(completion.label, completionKinds[completion.kind]);
    item.insertText = completion.insertText;
    item.range = rangeOf(document, completion);
    // The service sorts by fitness; VS Code would sort by name.
    item.sortText = String(index).padStart(6, '0');
    return item;
  });
}

const completionKinds: Record<Completion['kind'], vscode.CompletionItemKind> = {
  keyword: vscode.CompletionItemKind.Keyword,
  operator: vscode.CompletionItemKind.Operator,
  function: vscode.CompletionItemKind.Function,
  aggregate: vscode.CompletionItemKind.Method,
  plugin: vscode.CompletionItemKind.Module,
  table: vscode.CompletionItemKind.Struct,
  column: vscode.CompletionItemKind.Field,
  variable: vscode.CompletionItemKind.Variable,
  other: vscode.CompletionItemKind.Text,
};

async function hoverKql(
  hunts: OpenHunts,
  questions: CellQuestions,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.Hover | undefined> {
  const place = hunts.ofCellDocument(document);
  if (place === undefined) return undefined;
  const hover = await questions.hover(place.hunt, place.cell, document.offsetAt(position));
  if (hover === undefined) return undefined;
  const text = new vscode.MarkdownString();
  text.appendCodeblock(hover.text, 'kql');
  return new vscode.Hover(text, rangeOf(document, hover));
}

async function completeHunt(
  hunts: OpenHunts,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CompletionItem[]> {
  const place = hunts.ofCellDocument(document);
  if (place === undefined) return [];
  const tables = await schemaOf(place.hunt, place.cell);
  return completeStep(document.getText(), document.offsetAt(position), steps, tables).map((suggestion) => {
    const item = new vscode.CompletionItem(suggestion.label, suggestionKinds[suggestion.kind]);
    item.insertText = suggestion.insertText;
    item.detail = suggestion.detail;
    item.range = rangeOf(document, suggestion);
    if (suggestion.docs !== undefined) item.documentation = new vscode.MarkdownString(suggestion.docs);
    return item;
  });
}

const suggestionKinds: Record<StepSuggestion['kind'], vscode.CompletionItemKind> = {
  verb: vscode.CompletionItemKind.Module,
  argument: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  table: vscode.CompletionItemKind.Struct,
};

function hoverHunt(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const word = describeStepWord(document.getText(), document.offsetAt(position), steps);
  if (word === undefined) return undefined;
  return new vscode.Hover(new vscode.MarkdownString(word.docs), rangeOf(document, word));
}

function rangeOf(
  document: vscode.TextDocument,
  { start, length }: { readonly start: number; readonly length: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(start + length));
}
