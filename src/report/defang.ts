/** Indicators in a form that no program follows by a click. */

/** `10.0.0.5` as `10[.]0[.]0[.]5`, `fe80::1` as `fe80[:][:]1`. */
export function defangAddress(address: string): string {
  return address.replaceAll('.', '[.]').replaceAll(':', '[:]');
}

/** `evil.example` as `evil[.]example`. */
export function defangDomain(domain: string): string {
  return domain.replaceAll('.', '[.]');
}

/** `https://evil.example/a.exe` as `hxxps://evil[.]example/a.exe`: scheme and host, the path stays readable. */
export function defangUrl(url: string): string {
  return url
    .replace(/^ftp/i, 'fxp')
    .replace(/^htt/i, 'hxx')
    .replace(/^(\w+:\/\/)([^/?#]*)/, (_, scheme: string, host: string) => scheme + defangDomain(host));
}
