/** `npm run docs`: writes the page of what KQL runs locally. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { supportPage } from './supportPage.ts';

writeFileSync(resolve(import.meta.dirname, '../../media/docs/kql-support.md'), supportPage());
