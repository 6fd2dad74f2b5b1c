/** A hunt notebook file as cells. The source pieces of all cells, joined, are the file. */
import type { ParameterValue } from '../kql/types.ts';
import type { Severity } from './finding.ts';

export interface DocumentCell {
  readonly kind: 'prose' | 'code';
  /** `markdown` for prose; a runnable language for code (`kusto` reads as `kql`); `yaml` for the front matter, which is the first cell. */
  readonly language: string;
  /** What the user edits: prose source, or what stands between the fence lines. */
  readonly text: string;
  /**
   * The exact source around `text` (fence lines, separating blank lines, front matter, BOM) and the source of `text`
   * itself, so that an unedited cell is written back byte for byte. Absent for a cell made in the editor.
   */
  readonly raw?: { readonly before: string; readonly body: string; readonly after: string };
}

export interface FrontMatter {
  readonly title?: string;
  readonly hypothesis?: string;
  readonly severity?: Severity;
  readonly params: readonly (ParameterValue & { readonly description?: string })[];
}

/** Something wrong with the file itself, e.g. broken front matter; the cells still hold the whole text. */
export interface DocumentProblem {
  readonly message: string;
  /** 1-based line of the file. */
  readonly line: number;
  /** Place in the file's text, UTF-16 code units. */
  readonly start: number;
  readonly length: number;
}

export interface HuntDocument {
  readonly frontMatter: FrontMatter;
  readonly cells: readonly DocumentCell[];
  readonly problems: readonly DocumentProblem[];
}
