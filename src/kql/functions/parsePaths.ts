/** URLs, file paths, versions and CSV lines taken apart into the bags that Kusto's parse functions return. */
import type { JsonValue } from '../types.ts';

/** The parts of an absolute URL, all texts; empty parts for what `text` has not. */
export function parseUrl(text: string): JsonValue {
  const match =
    /^(?:([a-z][a-z0-9+.-]*):(?:\/\/)?)?(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(
      text,
    );
  if (!match || text === '') return null;
  const [, scheme = '', user = '', host = '', port = '', path = '', query = '', fragment = ''] = match;
  const [name = '', ...password] = user.split(':');
  return {
    Scheme: scheme,
    Host: host,
    Port: port,
    Path: path,
    Username: name,
    Password: password.join(':'),
    'Query Parameters': queryBag(query),
    Fragment: fragment,
  };
}

/** `{"Query Parameters": {...}}` of the text after a URL's question mark. */
export function parseUrlQuery(text: string): JsonValue {
  return { 'Query Parameters': queryBag(text.replace(/^\?/, '')) };
}

function queryBag(query: string): Record<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** The parts of a Windows, UNC, Unix or URI path. */
export function parsePath(text: string): JsonValue {
  const scheme = /^[a-z][a-z0-9+.-]+:\/\//i.exec(text)?.[0] ?? '';
  const body = text.slice(scheme.length);
  const root = /^(?:\\\\[?.]\\)?[a-z]:/i.exec(body)?.[0] ?? '';
  const stream = /^(.*[^:\\/]):([^:\\/]+)$/s.exec(body.slice(root.length));
  const path = root + (stream?.[1] ?? body.slice(root.length));
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const directory = cut < 0 ? '' : path.slice(0, cut);
  const filename = path.slice(cut + 1);
  const dot = filename.lastIndexOf('.');
  return {
    Scheme: scheme.replace('://', ''),
    RootPath: root,
    DirectoryPath: directory,
    DirectoryName: directory.split(/[\\/]/).at(-1) ?? '',
    Filename: filename,
    Extension: dot <= 0 ? '' : filename.slice(dot + 1),
    AlternateDataStreamName: stream?.[2] ?? '',
  };
}

/** A version of up to four numbers as one number that sorts as the version does: 8 digits a part. */
export function parseVersion(text: string): string | null {
  if (!/^\d{1,8}(\.\d{1,8}){0,3}$/.test(text.trim())) return null;
  const parts = text.trim().split('.');
  const padded = [0, 1, 2, 3].map((index) => (parts[index] ?? '0').padStart(8, '0'));
  return BigInt(padded.join('')).toString();
}

/** The fields of the first record of CSV text (RFC 4180). */
export function parseCsvLine(text: string): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, quoted, plain = '', end] = match;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') break;
  }
  return fields;
}
