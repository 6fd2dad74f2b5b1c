/** The suites that run inside VS Code, in order. */
import { diagnosticsSuite } from './diagnostics.ts';
import { fileSuite } from './files.ts';
import { huntSuite } from './hunt.ts';
import { runningSuite } from './running.ts';

export const suites = [fileSuite, huntSuite, runningSuite, diagnosticsSuite] as const;
