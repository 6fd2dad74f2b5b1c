/** The proxy that the environment names, as command-line programs read it: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`. */
import type { ProxyFor } from '../../engine/remote/proxyTunnel.ts';
import { isLoopback } from './remoteUrl.ts';

/** Returns what finds the proxy for an address; there is none for this machine and for plain `http:`. */
export function proxyOfEnvironment(environment: Readonly<Record<string, string | undefined>>): ProxyFor {
  const read = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? '';
  const named = read('HTTPS_PROXY') || read('ALL_PROXY');
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(named) || named === '' ? named : `http://${named}`;
  const proxy = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? new URL(text) : undefined;
  const exceptions = read('NO_PROXY')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  return (url) =>
    url.protocol === 'https:' && !isLoopback(url) && !exceptions.some((entry) => isFor(entry, url))
      ? proxy
      : undefined;
}

/** `example.com` and `.example.com` mean the host and those below it, `*` all hosts; a port may follow. */
function isFor(entry: string, { hostname, port }: URL): boolean {
  if (entry === '*') return true;
  const [, name = '', onPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  if (onPort !== undefined && onPort !== (port === '' ? '443' : port)) return false;
  return name !== '' && (hostname === name || hostname.endsWith(`.${name}`));
}
