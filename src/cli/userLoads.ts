/** Where the command line keeps loaded tables and downloads: in the user's own cache folder. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheLimitBytes, openLoadServices, type LoadServices } from '../data/loadServices.ts';
import { proxyOfEnvironment } from '../data/remoteFiles/proxyEnvironment.ts';
import { defaultMaxDownloadBytes } from '../data/remoteFiles/remoteFiles.ts';
import { bytesOfSize } from '../data/sizeText.ts';
import { UsageError } from './usage.ts';
import { version } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the services as the environment sets them: `HUNT_CACHE_FOLDER` (else `XDG_CACHE_HOME` or `~/.cache`),
 * `HUNT_CACHE_LIMIT` and `HUNT_DOWNLOAD_LIMIT` as sizes such as `2GB`, and the usual proxy variables. Throws
 * {@link UsageError} for a size that is none.
 */
export function userLoads(environment: Environment): LoadServices {
  const own = environment['HUNT_CACHE_FOLDER'] ?? '';
  const caches = environment['XDG_CACHE_HOME'] ?? '';
  const base = own !== '' ? own : join(caches !== '' ? caches : join(homedir(), '.cache'), 'hunt-notebooks');
  return openLoadServices({
    folder: join(base, 'loads'),
    cacheLimitBytes: sizeOf(environment, 'HUNT_CACHE_LIMIT', defaultCacheLimitBytes),
    downloadLimitBytes: sizeOf(environment, 'HUNT_DOWNLOAD_LIMIT', defaultMaxDownloadBytes),
    version,
    proxyFor: proxyOfEnvironment(environment),
  });
}

function sizeOf(environment: Environment, name: string, otherwise: number): number {
  const text = environment[name] ?? '';
  const bytes = text === '' ? otherwise : bytesOfSize(text);
  if (bytes !== undefined) return bytes;
  throw new UsageError(`${name}=${text} is no size.`, 'Write a size such as 2GB or 500MB, or 0.');
}
