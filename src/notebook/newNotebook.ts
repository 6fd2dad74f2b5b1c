/** The text of a new hunt notebook. */

/** A notebook with the seven stages of a hunt, a hint in each, and cells to fill in. */
export function newNotebookText(): string {
  return template;
}

const template = `---
title: New hunt
hypothesis: What you think happened, in one sentence that the logs can confirm or refute.
severity: medium
params:
  Device: { type: string, default: host-1, description: device under suspicion }
  Since: { type: timespan, default: 7d, description: how far to look back }
---

# New hunt

## 1. Preparation

Why this hunt, and why now? Name the alert, the report or the hunch behind it, the hosts and the days in question, and
what you would see if the hypothesis were wrong.

## 2. Data Collection

Load the logs from files beside this notebook; a table is named by its key. What a cell ends with \`| as Name\` is a
table for the cells after it.

\`\`\`hunt
# Remove the number signs and name your files:
# load:
#   DeviceNetworkEvents: logs/DeviceNetworkEvents.csv.gz
#   DeviceProcessEvents: logs/*.csv
\`\`\`

\`\`\`kql
// How much is there, and from when?
// DeviceNetworkEvents
// | summarize Rows = count(), First = min(Timestamp), Last = max(Timestamp) by DeviceName
\`\`\`

## 3. Data Analysis

Test the hypothesis. Look for what is rare, what is new and what fails often.

\`\`\`hunt
# find-scans:
#   in: DeviceNetworkEvents
#   window: 10m
#   exclude: [10.0.0.42]      # a scanner that is allowed to scan
# as: Scans
\`\`\`

\`\`\`kql
// DeviceNetworkEvents
// | where DeviceName == Device and ActionType == "ConnectionFailed"
// | summarize Failures = count() by LocalIP, RemotePort
// | top 20 by Failures
\`\`\`

## 4. Investigation

Follow what you found: which process, started by whom, what came before and after? Pin the rows that matter as findings,
and map them to ATT&CK techniques.

\`\`\`hunt
# correlate-processes:
#   with: Scans
#   within: 10m
# as: Suspects
\`\`\`

\`\`\`hunt
# map-ttps:
#   from: [Scans, Suspects]
\`\`\`

## 5. Response

What was done to contain and to remove the threat, by whom and when? What is still open?

## 6. Documentation

What happened, in the order in which it happened, for a reader who was not there. The findings, the indicators and the
queries of this notebook go into the report by themselves.

## 7. Improvement

What would have shown this earlier? Note the detection to add, the log that was missing and the change to make.
`;
