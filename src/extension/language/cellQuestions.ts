/** What the editor asks about a cell that need not run for the answer: errors, completions, meanings. */
import type * as vscode from 'vscode';
import { ticksFromEpochMilliseconds } from '../../kql/time/ticks.ts';
import type { Completion, Hover, KqlService, TranslationRequest } from '../../kql/translation.ts';
import type { Schema } from '../../kql/types.ts';
import type { CellError } from '../../notebook/cell.ts';
import { cellError } from '../../notebook/cellChecks.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';
import { codeOf } from '../notebook/runnableCell.ts';
import { expectedTables } from './expectedTables.ts';
import { stepProblems } from './stepVerb.ts';

export class CellQuestions {
  readonly #kql: KqlService;

  constructor(kql: KqlService) {
    this.#kql = kql;
  }

  /** What is wrong with a cell. No session is opened for this; without one, expected tables stand in for loaded ones. */
  async diagnose(hunt: OpenHunt, cell: vscode.NotebookCell): Promise<readonly CellError[]> {
    const code = codeOf(cell);
    if (code === undefined || code.text.trim() === '') return [];
    if (hunt.liveSession !== undefined) return hunt.liveSession.diagnose(code, hunt.keyOf(cell));
    if (code.language === 'hunt') return stepProblems(code);
    if (code.language !== 'kql') return [];
    const expected = await expectedTables(hunt);
    const translation = await this.#kql.translate(requestFor(hunt, cell, expected.schema));
    if (translation.ok) return [];
    return translation.errors
      .map((error) => cellError(error, code.text))
      .filter(({ missingTable }) => missingTable === undefined || !expected.beside.has(missingTable));
  }

  async complete(hunt: OpenHunt, cell: vscode.NotebookCell, offset: number): Promise<readonly Completion[]> {
    return this.#kql.complete(requestFor(hunt, cell, await schemaOf(hunt, cell)), offset);
  }

  async hover(hunt: OpenHunt, cell: vscode.NotebookCell, offset: number): Promise<Hover | undefined> {
    return this.#kql.hover(requestFor(hunt, cell, await schemaOf(hunt, cell)), offset);
  }
}

/** What the cell can name in the live session, on whatever engine it runs, else the tables that are to be expected. */
export async function schemaOf(hunt: OpenHunt, cell: vscode.NotebookCell): Promise<Schema> {
  return hunt.liveSession?.schema(codeOf(cell), hunt.keyOf(cell)) ?? (await expectedTables(hunt)).schema;
}

function requestFor(hunt: OpenHunt, cell: vscode.NotebookCell, schema: Schema): TranslationRequest {
  const text = cell.document.getText();
  return {
    text,
    schema,
    parameters: hunt.frontMatter().params,
    lets: hunt.liveSession?.visibleLets({ language: 'kql', text }, hunt.keyOf(cell)),
    nowTicks: ticksFromEpochMilliseconds(Date.now()),
  };
}
