/** A row of evidence in words, for the timeline. */

/** Columns that hold the time of the record itself. */
export const ownTime = /^(timestamp|time|timegenerated|ts|datetime|eventtime)$/i;

/** Columns that say most about an event, most telling first; the values of those marked so need no name. */
const telling: readonly { readonly pattern: RegExp; readonly isPlain?: boolean }[] = [
  { pattern: /^(device|host|computer)(name)?$/i, isPlain: true },
  { pattern: /account|user/i, isPlain: true },
  { pattern: /^(process)?commandline$/i, isPlain: true },
  { pattern: /^(folder|file)?path$/i, isPlain: true },
  { pattern: /^(remote)?url$/i, isPlain: true },
  { pattern: /^(local|source|src)(_?(ip|address))?$/i },
  { pattern: /^(remote|dest|destination|dst)_?(ip|address)$/i },
  { pattern: /kind/i, isPlain: true },
  { pattern: /filename|process(name)?$/i, isPlain: true },
  { pattern: /technique/i },
  { pattern: /^(ports|hosts)$|distinct|count|failures/i },
  { pattern: /score/i },
  { pattern: /initiatingprocesscommandline/i },
];
const maxDetails = 5;
const maxDetailLength = 120;

/** What a record with a time of its own tells: its action, else by its columns the kind of event. */
export function happened(details: ReadonlyMap<string, string>): string {
  const action = details.get('ActionType');
  if (action !== undefined) return spacedWords(action);
  if (details.has('ProcessCommandLine')) return 'Process started';
  return details.has('RemoteIP') || details.has('RemoteUrl') ? 'Connection' : 'Recorded';
}

/** `FirstSeen` as `First seen`. */
export function spacedWords(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The most telling values of a record in one line. */
export function describeEvent(details: ReadonlyMap<string, string>): string {
  const command = details.get('ProcessCommandLine') ?? '';
  return [...details]
    .filter(
      ([name, text]) =>
        !/severity|actiontype/i.test(name) && !(name === 'FileName' && command.includes(text)),
    )
    .map(([name, text], index) => {
      const rank = telling.findIndex(({ pattern }) => pattern.test(name));
      const isPlain = telling[rank]?.isPlain === true;
      return {
        text: isPlain ? shortened(text) : `${name} ${shortened(text)}`,
        rank: rank < 0 ? telling.length : rank,
        index,
      };
    })
    .sort((left, right) => left.rank - right.rank || left.index - right.index)
    .slice(0, maxDetails)
    .map(({ text }) => text)
    .join(' · ');
}

function shortened(text: string): string {
  return text.length > maxDetailLength ? `${text.slice(0, maxDetailLength)}…` : text;
}
