// @ts-check
/** Where downloaded hosts are kept between runs: outside the repository. */
import { homedir } from 'node:os';
import path from 'node:path';

/** The cache folder of this project. */
export const cacheFolder = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'hunt-notebooks',
);
