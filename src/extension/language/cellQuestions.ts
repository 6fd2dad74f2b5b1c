/** What the editor asks about a cell that need not run for the answer: errors, completions, meanings. */
import type * as vscode from 'vscode';
import { ticksFromEpochMilliseconds } from '../../kql/time/ticks.ts';
import type { Completion, Hover, KqlService, TranslationRequest } from '../../kql/translation.ts';
import type { CellError } from '../../notebook/cell.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';
import { codeOf } from '../notebook/runnableCell.ts';
import { stepProblems } from './stepVerb.ts';

export class CellQuestions {
  readonly #kql: KqlService;

  constructor(kql: KqlService) {
    this.#kql = kql;
  }

  /** What is wrong with a cell; without a session its tables are unknown, and no session is opened for this. */
  async diagnose(hunt: OpenHunt, cell: vscode.NotebookCell): Promise<readonly CellError[]> {
    const code = codeOf(cell);
    if (code === undefined || code.text.trim() === '') return [];
    if (hunt.liveSession !== undefined) return hunt.liveSession.diagnose(code, hunt.keyOf(cell));
    if (code.language === 'hunt') return stepProblems(code);
    if (code.language !== 'kql') return [];
    const translation = await this.#kql.translate(requestFor(hunt, cell));
    return translation.ok ? [] : translation.errors;
  }

  complete(hunt: OpenHunt, cell: vscode.NotebookCell, offset: number): Promise<readonly Completion[]> {
    return this.#kql.complete(requestFor(hunt, cell), offset);
  }

  hover(hunt: OpenHunt, cell: vscode.NotebookCell, offset: number): Promise<Hover | undefined> {
    return this.#kql.hover(requestFor(hunt, cell), offset);
  }
}

function requestFor(hunt: OpenHunt, cell: vscode.NotebookCell): TranslationRequest {
  const text = cell.document.getText();
  return {
    text,
    schema: hunt.liveSession?.schema() ?? { tables: [] },
    parameters: hunt.frontMatter().params,
    lets: hunt.liveSession?.visibleLets({ language: 'kql', text }, hunt.keyOf(cell)),
    nowTicks: ticksFromEpochMilliseconds(Date.now()),
  };
}
