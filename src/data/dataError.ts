/** What keeps a file from being loaded, in words for the hunter. */

export type DataErrorCode =
  | 'missing-file'
  | 'is-a-folder'
  | 'empty-file'
  | 'not-text'
  | 'unreadable-file'
  | 'unknown-format'
  | 'truncated-file'
  | 'no-columns'
  | 'path-not-allowed'
  | 'url-refused'
  | 'url-not-allowed'
  | 'download-failed'
  | 'download-too-large'
  | 'table-name'
  | 'duplicate-table';

export class DataError extends Error {
  constructor(
    readonly code: DataErrorCode,
    message: string,
    /** Index in the request's `paths` of the path that is to blame; undefined: the table name. */
    readonly pathIndex?: number,
  ) {
    super(message);
    this.name = 'DataError';
  }
}
