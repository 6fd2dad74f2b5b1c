/** Help texts, and the error of a command line that cannot be understood. */

/** Wrong usage; the message says what is wrong, `next` what to do. Exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly next: string,
  ) {
    super(message);
    this.name = 'UsageError';
  }
}

export const commandNames = ['run', 'report', 'query', 'serve', 'cache'] as const;
export type CommandName = (typeof commandNames)[number];

export const generalHelp = `hunt: run threat-hunting notebooks and KQL on local logs

Usage: hunt <command> [options]

Commands:
  run NOTEBOOK     run all cells of a hunt notebook in order
  report NOTEBOOK  write the incident report of a hunt notebook
  query [KQL]      run one KQL query, or many with --batch
  serve FOLDER     answer Kusto clients on this machine from a folder of logs
  cache            tell what is kept of loaded files, or clear it

hunt <command> --help shows the options of a command; hunt --version the version.

Exit codes: 0 all well, 1 a cell or query failed, 2 wrong usage, 130 stopped.
`;

export const commandHelp: Record<CommandName, string> = {
  run: `Usage: hunt run NOTEBOOK [--param NAME=VALUE]... [--allow-network] [--compare LINE] [--json]

Runs all code cells of the notebook in order and stops at the first that fails. Prints every result with its
heading and notices, and stores the results beside the notebook in NAME.hunt.results/, as the editor does.

  --param NAME=VALUE  value of a parameter instead of the notebook's default; repeatable
  --allow-network     let cells talk to the hosts that they name. Sign-in: HUNT_SERVE_TOKEN for a server on this
                      machine, else the environment (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET) or the
                      Azure CLI (az login)
  --compare LINE      run the cell at that line of the file locally and on the remote engine that the notebook
                      connects to, and show the rows that only one of them gave
  --json              one JSON document instead of text: {"notebook","ok","cells":[...],"findings":[...],
                      "problems":[...]}: what is wrong with the front matter;
                      results carry their first 1,000 rows
`,
  report: `Usage: hunt report NOTEBOOK --to md|html|navigator [--out FILE] [--param NAME=VALUE]... [--allow-network]

Writes the incident report to FILE or standard output. Uses the stored results of the notebook; runs it first when
there are none or when a parameter is given. Stale results are marked in the report.

  --to FORMAT         md, html, or navigator: the techniques as a layer of the ATT&CK Navigator
  --out FILE          file to write; default: standard output
  --param NAME=VALUE  value of a parameter instead of the notebook's default; repeatable
  --allow-network     let cells talk to the hosts that they name, where the notebook is run
`,
  query: `Usage: hunt query [--load NAME=FILE]... [--allow-network] [--schema FILE]... [--check] [--json] [KQL]
       hunt query [--load NAME=FILE]... [--allow-network] [--schema FILE]... [--check] --batch < queries.jsonl

Runs KQL on local files. Without KQL and --batch the query is read from standard input.

  --load NAME=FILE  file or glob (CSV, TSV, JSON, NDJSON, Parquet, EVTX; gz and zst) or https:// address as table
                    NAME; repeatable
  --allow-network   download the addresses that are named
  --schema FILE     JSON {"Table":{"Column":"type"}}: tables that exist and are empty; repeatable, later files
                    add tables and columns
  --check           translate and prepare only; answers the columns and no rows
  --json            one JSON line instead of a table
  --batch           read JSON lines {"id","query"} from standard input and write, in order, one line each:
                    {"id","columns":[{"name","type"}],"rows":[[...]]} or
                    {"id","error":{"kind":"syntax|semantic|unsupported|runtime","message","start","length"}}
`,
  serve: `Usage: hunt serve FOLDER|FILE... [--load NAME=FILE]... [--port N] [--token TOKEN] [--json]

Answers Kusto clients (azure-kusto-data, Kusto.Explorer, Grafana, notebooks) on 127.0.0.1 until it is stopped with
Ctrl+C. Each folder is a database of its name, and each log in it or in its logs/ a table, loaded when a query first
names it; files and --load add tables to the first database. It only reads. See media/docs/serve.md.

  --load NAME=FILE  file or glob as table NAME; repeatable
  --port N          port to listen on; default: a free one
  --token TOKEN     what clients must send as bearer token; default: HUNT_SERVE_TOKEN, else a random one, which is
                    printed
  --allow-write no  the default, and all that there is: no request changes a file or a table
  --json            one JSON line instead of text: {"url","databases","token"}
`,
  cache: `Usage: hunt cache [--clear]

Tells how much is kept of loaded files and downloads, and where. Files of a megabyte and more are kept as tables by their
content, so that loading them again takes no time. See media/docs/loading.md.

  --clear  remove all of it

HUNT_CACHE_FOLDER names the folder (default: ~/.cache/hunt-notebooks), HUNT_CACHE_LIMIT the most that is kept (default:
5GB; 0 keeps nothing), HUNT_DOWNLOAD_LIMIT the largest download (default: 2GiB).
`,
};
