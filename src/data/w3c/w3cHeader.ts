/**
 * Directives of the W3C extended log file format (https://www.w3.org/TR/WD-logfile.html), as IIS, firewalls, proxies and
 * Exchange write them; they may stand again, with other fields, wherever the log was opened anew.
 */

export interface W3cBlock {
  readonly fields: readonly string[];
  /** Rows are separated by commas, as Exchange writes them, else by blanks or tabs. */
  readonly isCsv: boolean;
  /** Written by IIS: the columns of Sentinel's `W3CIISLog`, no quotes, and `+` for blanks. */
  readonly isIis: boolean;
  /** Day of the rows, where they have only a time; else empty. */
  readonly day: string;
}

export interface W3cHeader {
  readonly blocks: readonly W3cBlock[];
  /** The log says that its times are those of its own time zone. */
  readonly isLocalTime: boolean;
}

/** SQL condition on `raw` that finds the lines which {@link w3cHeader} reads. */
export const isDirective = `regexp_matches(raw, '(?i)^#(fields|software|date|time format) ?:')`;
/** SQL condition on `raw` of the line that begins a block of rows. */
export const isFieldsLine = `regexp_matches(raw, '(?i)^#fields ?:')`;

/** Returns what the directives say, in their order. */
export function w3cHeader(lines: readonly string[]): W3cHeader {
  const blocks: W3cBlock[] = [];
  let isLocalTime = false;
  let software = '';
  let day = '';
  for (const line of lines) {
    const [, directive = '', value = ''] = /^#([^:]+?) ?:(.*)$/.exec(line.trim()) ?? [];
    switch (directive.toLowerCase()) {
      case 'software':
        software = value;
        break;
      case 'date':
        day = /\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? '';
        break;
      case 'time format':
        isLocalTime ||= value.trim().toLowerCase() === 'local';
        break;
      case 'fields':
        blocks.push(blockOf(value.trim(), software, day));
    }
  }
  return { blocks, isLocalTime };
}

function blockOf(list: string, software: string, day: string): W3cBlock {
  const isCsv = list.includes(',');
  const fields = list.split(isCsv ? /\s*,\s*/ : /\s+/).filter((name) => name !== '');
  const hasDay = fields.some((name) => ['date', 'date-time'].includes(name.toLowerCase()));
  const isIis =
    /internet information serv/i.test(software) ||
    ['cs-uri-stem', 's-port', 'sc-win32-status'].every((name) => fields.includes(name));
  return { fields, isCsv, isIis, day: hasDay ? '' : day };
}
