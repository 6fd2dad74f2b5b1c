/** The documentation page of `connect`. */
export const connectDocs = `# connect

The KQL cells and detection steps below run on another engine, as the same KQL; \`sql\` cells stay local. Results land in
the session: what \`| as Name\` or \`as: Name\` publishes is a local table, which local cells join.

\`\`\`yaml
connect: { to: kusto, cluster: https://help.kusto.windows.net, database: Samples }
\`\`\`

\`\`\`yaml
connect:
  to: log-analytics                        # Log Analytics, Microsoft Sentinel
  workspace: 00000000-0000-0000-0000-000000000000
  timespan: P7D                            # reads no older rows
  as: sentinel                             # connect: sentinel comes back to it
\`\`\`

\`\`\`yaml
connect: { to: defender }                  # Defender XDR advanced hunting, through Microsoft Graph
\`\`\`

\`\`\`yaml
connect: local                             # the cells below run here again
\`\`\`

- **to**: \`kusto\` (Azure Data Explorer, Fabric, \`hunt serve\`, any endpoint of the protocol), \`log-analytics\` or
  \`defender\`.
- **cluster**, **database**: of a Kusto endpoint. Addresses are \`https://\`, or this machine.
- **workspace**: id of a workspace. **timespan**: an ISO 8601 duration. **endpoint**: the service in a national cloud.
- **as**: name of the connection; by default the database, or the kind of the service.

Nothing is sent before you allow the address, and no password or token stands in a notebook: you sign in with your
Microsoft account in VS Code, and with the environment or the Azure CLI on the command line. One cell can run elsewhere
than its neighbours when its first line is \`// engine: NAME\` (\`# engine: NAME\` in a step), \`local\` included.
`;
