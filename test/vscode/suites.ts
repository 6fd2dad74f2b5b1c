/** The suites that run inside VS Code, in order. */
import { accessSuite } from './access.ts';
import { commandSuite } from './commands.ts';
import { diagnosticsSuite } from './diagnostics.ts';
import { fileSuite } from './files.ts';
import { huntSuite } from './hunt.ts';
import { languageSuite } from './language.ts';
import { largeSuite } from './large.ts';
import { notebookSuite } from './notebooks.ts';
import { remoteSuite } from './remote.ts';
import { runningSuite } from './running.ts';
import { stepSuite } from './steps.ts';

export const suites = [
  fileSuite,
  huntSuite,
  stepSuite,
  runningSuite,
  remoteSuite,
  diagnosticsSuite,
  commandSuite,
  accessSuite,
  notebookSuite,
  languageSuite,
  largeSuite,
] as const;
