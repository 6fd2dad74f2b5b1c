/** Addresses that `load` reads from: `https://`, and `http://` on this machine. */
import { isIP } from 'node:net';
import { DataError } from '../dataError.ts';

/** Whether a path of the notebook is an address, and not a file. */
export function isRemote(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/** Returns the address as it is shown and kept: without its query, which may hold a signature, and without its fragment. */
export function shownUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/**
 * Returns the address to ask. Throws {@link DataError} for one that is none, that would send what it says in the open, or
 * that holds a password.
 */
export function remoteUrl(text: string, pathIndex: number | undefined): URL {
  const refuse = (reason: string) => new DataError('url-refused', `'${shownUrl(text)}' ${reason}`, pathIndex);
  if (!URL.canParse(text)) throw refuse('is not a web address. Write it as `https://host/path/file.csv`.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    const bare = new URL(url);
    bare.username = bare.password = '';
    throw new DataError(
      'url-refused',
      `The address at '${bare.host}' holds a user name or password, which must not stand in a notebook. Download the file, and load that.`,
      pathIndex,
    );
  }
  const isPlain = url.protocol === 'http:' && !isLoopback(url);
  if (isPlain)
    throw refuse('is not encrypted, so that anybody on the way can read and change it. Use `https://`.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse(`is an address of the kind '${url.protocol}', which is not read. Use \`https://\`.`);
  }
  url.hash = '';
  return url;
}

/** Whether the address leads to this machine. */
export function isLoopback({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
