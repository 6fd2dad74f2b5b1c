/**
 * The header lines of Zeek's tab-separated logs (https://docs.zeek.org/en/master/log-formats.html). A file can have
 * several: rotated logs put together, or streams of several kinds.
 */

export interface ZeekBlock {
  readonly separator: string;
  readonly setSeparator: string;
  readonly emptyField: string;
  readonly unsetField: string;
  /** The stream, such as `conn`; empty where the header names none. */
  readonly path: string;
  readonly fields: readonly string[];
  /** Zeek types of the fields, as far as the header gives them. */
  readonly types: readonly string[];
}

const defaults = {
  separator: '\t',
  setSeparator: ',',
  emptyField: '(empty)',
  unsetField: '-',
  path: '',
  types: [] as readonly string[],
};

/** SQL condition on `raw` that finds the lines which {@link zeekBlocks} reads. */
export const isHeaderLine = `regexp_matches(raw, '^#(separator|set_separator|empty_field|unset_field|path|fields|types)')`;
/** SQL condition on `raw` of the line that begins a block of rows. */
export const isFieldsLine = `starts_with(raw, '#fields')`;

/** Returns the blocks in their order, one for each `#fields` line. */
export function zeekBlocks(headerLines: readonly string[]): ZeekBlock[] {
  const blocks: ZeekBlock[] = [];
  let settings = { ...defaults };
  for (const line of headerLines) {
    // The separator's own line comes before there is one.
    const separator = /^#separator[ \t]+(.+)$/.exec(line)?.[1];
    if (separator !== undefined) {
      settings = { ...defaults, separator: unescaped(separator) };
      continue;
    }
    const [key = '', ...values] = line.split(settings.separator);
    const value = values.join(settings.separator);
    switch (key) {
      case '#set_separator':
        settings = { ...settings, setSeparator: unescaped(value) };
        break;
      case '#empty_field':
        settings = { ...settings, emptyField: value };
        break;
      case '#unset_field':
        settings = { ...settings, unsetField: value };
        break;
      case '#path':
        settings = { ...settings, path: value === settings.unsetField ? '' : value };
        break;
      case '#fields':
        blocks.push({ ...settings, fields: values });
        break;
      case '#types': {
        const last = blocks.pop();
        if (last !== undefined) blocks.push({ ...last, types: values });
        break;
      }
    }
  }
  return blocks;
}

/** `\x09` as the character it stands for. */
function unescaped(text: string): string {
  return text.replace(/\\x([0-9a-fA-F]{2})/g, (_match, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
