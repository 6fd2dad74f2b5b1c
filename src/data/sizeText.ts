/** Returns a size in bytes in the unit that reads best. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power] ?? ''}`;
}

const bytesPer: Readonly<Record<string, number>> = {
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
};

/** Returns a size such as `2GB` or `512 MiB` in bytes, `0` as 0; undefined for text that is none. */
export function bytesOfSize(size: string): number | undefined {
  if (/^\s*0\s*$/.test(size)) return 0;
  const [, amount = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([MG]i?B)\s*$/i.exec(size) ?? [];
  const bytes = Number(amount) * (bytesPer[unit.toUpperCase()] ?? Number.NaN);
  return Number.isFinite(bytes) ? bytes : undefined;
}
