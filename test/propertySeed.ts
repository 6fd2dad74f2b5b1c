/**
 * Property tests try the same cases on every run, so that a failure is a change's own. `HUNT_TEST_SEED=random` explores
 * new ones; a number repeats a run.
 */
import fc from 'fast-check';

const asked = process.env['HUNT_TEST_SEED'];
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? 20_250_507) });
