/** What follows from the text of an open notebook: front matter and the fingerprints of its cells. */
import type * as vscode from 'vscode';
import type { ParameterValue } from '../../kql/types.ts';
import { fingerprintsOf, type Fingerprint } from '../../notebook/fingerprint.ts';
import { parseDocument } from '../../notebook/format/index.ts';
import type { FrontMatter } from '../../notebook/huntDocument.ts';
import { documentCells, notebookText } from './serializer.ts';

export interface Snapshot {
  /** Of the notebook; another version needs another snapshot. */
  readonly version: number;
  /** With the values that were set for the session instead of the written defaults. */
  readonly frontMatter: FrontMatter;
  readonly fingerprints: readonly (Fingerprint | undefined)[];
}

/** Returns the snapshot; `overrides` are parameter values by name. */
export function snapshotOf(
  notebook: vscode.NotebookDocument,
  overrides: Readonly<Record<string, ParameterValue['value']>>,
): Snapshot {
  const { version } = notebook;
  const { frontMatter } = parseDocument(notebookText(notebook));
  const params = frontMatter.params.map((parameter) =>
    Object.hasOwn(overrides, parameter.name)
      ? { ...parameter, value: overrides[parameter.name] ?? null }
      : parameter,
  );
  const fingerprints = fingerprintsOf(documentCells(notebook), params);
  return { version, frontMatter: { ...frontMatter, params }, fingerprints };
}
