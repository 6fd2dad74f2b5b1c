/**
 * Between the bytes of a notebook file and VS Code's cells.
 *
 * Contracts: what the user did not edit is written back byte for byte, so each cell keeps its exact source in its
 * metadata and the notebook keeps the file's encoding; outputs are never written; a file that is broken opens with its
 * whole text in the cells. The serializer knows no file name: what is wrong with a file is shown by `fileProblems.ts`.
 */
import * as vscode from 'vscode';
import { z } from 'zod';
import {
  decodeDocument,
  encodeDocument,
  parseDocument,
  serializeDocument,
} from '../../notebook/format/index.ts';
import type { DocumentCell } from '../../notebook/huntDocument.ts';
import { notebookType } from '../contributions.ts';

/** Metadata comes back through VS Code and other extensions, so it is checked like any other input. */
const cellMetadata = z.object({
  raw: z.object({ before: z.string(), body: z.string(), after: z.string() }).optional().catch(undefined),
});
const notebookMetadata = z.object({
  encoding: z.enum(['utf8', 'latin1']).catch('utf8'),
  hasBom: z.boolean().catch(false),
  problem: z.string().optional().catch(undefined),
});

export function registerSerializer(): vscode.Disposable {
  return vscode.workspace.registerNotebookSerializer(
    notebookType,
    { deserializeNotebook, serializeNotebook },
    { transientOutputs: true, transientCellMetadata: {}, transientDocumentMetadata: {} },
  );
}

/** Returns the cells of a notebook file. */
export function deserializeNotebook(bytes: Uint8Array): vscode.NotebookData {
  const { text, encoding, hasBom, problem } = decodeDocument(bytes);
  const data = new vscode.NotebookData(parseDocument(text).cells.map(cellData));
  data.metadata = { encoding, hasBom, ...(problem !== undefined && { problem: problem.message }) };
  return data;
}

/** Returns the bytes of a notebook file. */
export function serializeNotebook(data: vscode.NotebookData): Uint8Array {
  const text = serializeDocument(
    data.cells.map(({ kind, languageId, value, metadata }) =>
      documentCell(kind, languageId, value, metadata),
    ),
  );
  return encodeDocument({ text, ...notebookMetadata.parse(data.metadata ?? {}) });
}

/** Returns the open notebook's cells as the core knows them. */
export function documentCells(notebook: vscode.NotebookDocument): readonly DocumentCell[] {
  return notebook
    .getCells()
    .map(({ kind, document, metadata }) =>
      documentCell(kind, document.languageId, document.getText(), metadata),
    );
}

/** Returns what was wrong with the file's bytes when it was read. */
export function encodingProblem(notebook: vscode.NotebookDocument): string | undefined {
  return notebookMetadata.parse(notebook.metadata).problem;
}

/** Returns the text of the file that saving the open notebook would write. */
export function notebookText(notebook: vscode.NotebookDocument): string {
  return serializeDocument(documentCells(notebook));
}

function cellData({ kind, language, text, raw }: DocumentCell): vscode.NotebookCellData {
  const cellKind = kind === 'prose' ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code;
  const data = new vscode.NotebookCellData(cellKind, text, language);
  data.metadata = raw === undefined ? {} : { raw };
  return data;
}

function documentCell(
  kind: vscode.NotebookCellKind,
  language: string,
  text: string,
  metadata: unknown,
): DocumentCell {
  const { raw } = cellMetadata.parse(metadata ?? {});
  const isProse = kind === vscode.NotebookCellKind.Markup;
  return { kind: isProse ? 'prose' : 'code', language, text, ...(raw !== undefined && { raw }) };
}
