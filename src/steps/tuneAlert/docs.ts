/** The documentation page of `tune-alert`. */
export const tuneAlertDocs = `# tune-alert

For a detection and its threshold: how many alerts a day each threshold would have raised on this history, and which known
findings it would have missed, as a curve. Then the detection with the chosen threshold as a rule.

\`\`\`hunt
tune-alert:
  query: |
    DeviceNetworkEvents
    | where ActionType == "ConnectionFailed"
    | summarize Ports = dcount(RemotePort), Timestamp = min(Timestamp) by DeviceName, bin(Timestamp, 10m)
  threshold: Ports
  known: ConfirmedScans
  export: { kind: sentinel, file: rules/port-scan.yaml, threshold: 30, name: Internal port scan, techniques: [T1046] }
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`query\`, \`step\` or \`of\` | one is required | the detection: KQL, a step (\`step: { find-scans: { minimum: 0 } }\`), or a table of its rows |
| \`threshold\` | \`Score\` | numeric column that the threshold is about |
| \`alert\` | \`above\` | \`above\`: at and above the threshold; \`below\`: at and below it |
| \`at\` | found | thresholds to try; else each twentieth of the values (percentiles 0, 5, ..., 100) |
| \`every\` | none | rows of one device in so long a time are one alert; else each row is one |
| \`history\` | the table read | table whose period is the history that alerts a day are counted over |
| \`known\` | none | table of known findings: a device, and a time if it has one |
| \`within\` | \`1h\` | how far the time of an alert may be from that of a known finding |
| \`columns\` | found by name | \`time\`, \`device\`, \`knownTime\`, \`knownDevice\` |
| \`export\` | none | one rule, or a list of them, to write |

Give the detection without its own threshold (for a step: its lowest), or nothing below that is seen.

## Method

Each row of the detection at or beyond a threshold is an alert. Alerts a day are all of them divided by the days of the history, at least one; the busiest
day is that of the most. A known finding is missed when no alert of its device is within the given time of it. Nothing is estimated: it is
what would have happened on these logs.

## Result

\`Threshold, AlertsADay, Alerts, BusiestDay, KnownFound, KnownMissed, Missed, Days\`, one row a threshold, drawn as lines.

## Export

A rule has \`kind\`, \`file\` (inside the notebook's folder), \`threshold\`, \`name\`, and optionally \`description\`, \`severity\`, \`techniques\`, \`frequency\` (1h, 3h, 12h, 24h)
and \`period\`. Writing again under the same name keeps the id.

- \`sentinel\`: an analytics rule as YAML (Azure-Sentinel, Query Style Guide), with tactics of the techniques and entity mappings of the
  columns that name hosts, accounts, addresses, processes, files and URLs. A query longer than the 10,000 characters that a rule takes is written
  beside it (\`.function.kql\`), and the rule calls it as a workspace function.
- \`defender\`: a custom detection as JSON, the body of Microsoft Graph's \`security/rules/detectionRules\`. It must return \`Timestamp\`, \`DeviceId\` and
  \`ReportId\`; where the detection counts, the last event of the device gives them.
- \`sigma\`: a rule of the Sigma specification 2: conditions on columns, or a count of them (\`count()\`, \`dcount()\`) by columns and \`bin(Timestamp, 10m)\` as a
  correlation rule. What Sigma has no word for is refused, with the part.
`;
