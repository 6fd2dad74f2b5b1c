/** All steps, in the order in which they are offered. A new step is one line here. */
import { baselineStep } from './baseline.ts';
import { connectStep } from './connect.ts';
import { correlateProcessesStep } from './correlateProcesses.ts';
import { detectStep } from './detect.ts';
import { findBeaconsStep } from './findBeacons.ts';
import { findScansStep } from './findScans.ts';
import { loadStep } from './load.ts';
import { mapTtpsStep } from './mapTtps.ts';
import { matchIndicatorsStep } from './matchIndicators.ts';
import { privilegedScriptsStep } from './privilegedScripts.ts';
import { processTreeStep } from './processTree.ts';
import type { Step } from './step.ts';
import { timelineStep } from './timeline.ts';
import { tuneAlertStep } from './tuneAlert.ts';

export const steps: readonly Step[] = [
  loadStep,
  connectStep,
  findScansStep,
  findBeaconsStep,
  correlateProcessesStep,
  processTreeStep,
  detectStep,
  privilegedScriptsStep,
  matchIndicatorsStep,
  timelineStep,
  baselineStep,
  tuneAlertStep,
  mapTtpsStep,
];
