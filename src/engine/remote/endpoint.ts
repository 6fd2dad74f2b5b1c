/** Addresses of services, as a notebook may name them: https, or this machine. */

export type ReadEndpoint =
  { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly message: string };

/** Reads an address. Notebooks are hostile: no other protocol, and nothing secret in it that could be shown or sent. */
export function readEndpoint(text: string): ReadEndpoint {
  const written = /^[\w.-]+(?::\d+)?$/.test(text) && !text.includes('://') ? `https://${text}` : text;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return refused(`This is no address of a service. Write it as \`https://host\`.`);
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return refused('Only this machine is asked without encryption. Write the address with `https://`.');
  }
  if (url.username !== '' || url.password !== '') {
    return refused(
      'An address holds no user or password. Remove them; sign-in happens outside of the notebook.',
    );
  }
  if (url.search !== '' || url.hash !== '')
    return refused('An address ends before `?` and `#`. Remove them.');
  return { ok: true, url };
}

function refused(message: string): ReadEndpoint {
  return { ok: false, message };
}

/** Whether the address is this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
