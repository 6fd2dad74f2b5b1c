/** Collects the events of the sample day and writes them as Defender tables. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { isoText } from './clock.ts';
import type { Random } from './random.ts';

export interface Host {
  readonly name: string;
  readonly ip: string;
}

export interface Account {
  readonly domain: string;
  readonly name: string;
  readonly integrity: 'System' | 'High' | 'Medium';
}

export const system: Account = { domain: 'nt authority', name: 'system', integrity: 'System' };

/** A running process, as events name their initiator. */
export interface Process {
  readonly folder: string;
  readonly fileName: string;
  readonly commandLine: string;
  readonly id: number;
  readonly startedAt: number;
  readonly account: Account;
  readonly parentFileName: string;
}

export interface Connection {
  readonly host: Host;
  readonly time: number;
  readonly by: Process;
  readonly to: string;
  readonly port: number;
  readonly action?: 'ConnectionSuccess' | 'ConnectionFailed' | 'InboundConnectionAccepted';
  readonly url?: string;
  readonly protocol?: 'Tcp' | 'Udp';
  readonly localPort?: number;
}

export interface FileChange {
  readonly host: Host;
  readonly time: number;
  readonly by: Process;
  readonly action: 'FileCreated' | 'FileModified' | 'FileRenamed' | 'FileDeleted';
  readonly folder: string;
  readonly fileName: string;
  readonly sizeBytes: number;
}

type Row = Readonly<Record<string, string | number>>;

const hash = (text: string, algorithm: string): string => createHash(algorithm).update(text).digest('hex');
const deviceId = (host: Host): string => hash(`device ${host.name}`, 'sha1');
const deviceOf = (row: Row): string => String(row['DeviceName']);
const isPrivate = (ip: string): boolean => /^(10|127)\./.test(ip);

export class Log {
  readonly #tables = {
    DeviceNetworkEvents: new Array<{ time: number; row: Row }>(),
    DeviceProcessEvents: new Array<{ time: number; row: Row }>(),
    DeviceFileEvents: new Array<{ time: number; row: Row }>(),
  };
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  connect(connection: Connection): void {
    const { host, time, by, to, port, action = 'ConnectionSuccess' } = connection;
    this.#tables.DeviceNetworkEvents.push({
      time,
      row: {
        Timestamp: isoText(time),
        DeviceId: deviceId(host),
        DeviceName: host.name,
        ActionType: action,
        RemoteIP: to,
        RemotePort: port,
        RemoteUrl: connection.url ?? '',
        LocalIP: host.ip,
        LocalPort: connection.localPort ?? this.#random.integer(49_700, 65_500),
        Protocol: connection.protocol ?? 'Tcp',
        LocalIPType: 'Private',
        RemoteIPType: isPrivate(to) ? 'Private' : 'Public',
        ...initiator(by),
      },
    });
  }

  /** Records that a process started and returns it, to be the initiator of later events. */
  start(host: Host, process: Omit<Process, 'id' | 'parentFileName'>, parent: Process): Process {
    const started = {
      ...process,
      id: this.#random.integer(300, 4000) * 4,
      parentFileName: parent.fileName,
    };
    this.#tables.DeviceProcessEvents.push({
      time: process.startedAt,
      row: {
        Timestamp: isoText(process.startedAt),
        DeviceId: deviceId(host),
        DeviceName: host.name,
        ActionType: 'ProcessCreated',
        FileName: process.fileName,
        FolderPath: `${process.folder}\\${process.fileName}`,
        SHA256: hash(`image ${process.fileName}`, 'sha256'),
        ProcessId: started.id,
        ProcessCommandLine: process.commandLine,
        ProcessIntegrityLevel: process.account.integrity,
        ProcessCreationTime: isoText(process.startedAt),
        AccountDomain: process.account.domain,
        AccountName: process.account.name,
        ...initiator(parent),
      },
    });
    return started;
  }

  touchFile(change: FileChange): void {
    this.#tables.DeviceFileEvents.push({
      time: change.time,
      row: {
        Timestamp: isoText(change.time),
        DeviceId: deviceId(change.host),
        DeviceName: change.host.name,
        ActionType: change.action,
        FileName: change.fileName,
        FolderPath: `${change.folder}\\${change.fileName}`,
        SHA256: change.action === 'FileDeleted' ? '' : hash(`content ${change.fileName}`, 'sha256'),
        FileSize: change.sizeBytes,
        ...initiator(change.by),
      },
    });
  }

  /** The tables as gzip-compressed CSV, exported device by device in time order. */
  files(): readonly { readonly name: string; readonly rows: number; readonly content: Buffer }[] {
    return Object.entries(this.#tables).map(([name, events]) => {
      const reports = new Map<string, number>();
      const rows = [...events]
        .sort(
          (left, right) =>
            deviceOf(left.row).localeCompare(deviceOf(right.row), 'en') || left.time - right.time,
        )
        .map(({ row }) => {
          const device = deviceOf(row);
          const report = (reports.get(device) ?? 0) + 1;
          reports.set(device, report);
          return { ...row, ReportId: report };
        });
      return { name, rows: rows.length, content: gzip(csv(rows)) };
    });
  }
}

function initiator(by: Process): Row {
  return {
    InitiatingProcessFileName: by.fileName,
    InitiatingProcessId: by.id,
    InitiatingProcessCommandLine: by.commandLine,
    InitiatingProcessCreationTime: isoText(by.startedAt),
    InitiatingProcessFolderPath: `${by.folder}\\${by.fileName}`,
    InitiatingProcessParentFileName: by.parentFileName,
    InitiatingProcessAccountDomain: by.account.domain,
    InitiatingProcessAccountName: by.account.name,
  };
}

function csv(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const field = (value: string | number): string => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => columns.map((column) => field(row[column] ?? '')).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** Byte 9 of a gzip file names the operating system; 255 ("unknown") keeps the file the same everywhere. */
function gzip(text: string): Buffer {
  const compressed = gzipSync(text, { level: 9 });
  compressed.writeUInt8(255, 9);
  return compressed;
}
