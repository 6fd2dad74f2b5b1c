/** An ordinary day: people at their desks, servers at work, and things that fail as they always do. */
import { at, hours, minutes, seconds } from './clock.ts';
import type { Host, Log, Process } from './log.ts';
import { administrator, everyHost, servers, sites, target, workstations } from './network.ts';
import type { Workstation } from './network.ts';
import {
  administratorCommands,
  agentScript,
  chrome,
  conhost,
  desktopPrograms,
  housekeepingPrograms,
  powershell,
  resident,
  residents,
} from './programs.ts';
import type { Random } from './random.ts';

/** Writes the events that have nothing to do with the incident. */
export function writeBackground(log: Log, random: Random): void {
  for (const host of everyHost) writeHousekeeping(log, random, host);
  for (const workstation of workstations) writeDesk(log, random, workstation);
  writeFileServer(log, random);
  writeMonitoring(log, random);
  writeBackup(log, random);
  writePassiveFtp(log, random);
  writeAdministration(log, random);
}

/** Windows at work on every host: updates, telemetry, the management agent. */
function writeHousekeeping(log: Log, random: Random, host: Host): void {
  const { services, scheduler, network, agent } = residents(random);
  for (let count = 0; count < 70; count++) {
    const time = random.integer(0, hours(24) - 1);
    const what = random.pick(housekeepingPrograms);
    log.start(
      host,
      { ...what, startedAt: time, account: services.account },
      random.chance(0.5) ? services : scheduler,
    );
  }
  for (let count = 0; count < 30; count++) {
    const controller = random.chance(0.8) ? servers.domainController : servers.secondController;
    const time = random.integer(0, hours(24) - 1);
    const port = random.pick([53, 53, 88, 389, 123]);
    log.connect({
      host,
      time,
      by: network,
      to: controller.ip,
      port,
      protocol: port === 389 || port === 88 ? 'Tcp' : 'Udp',
    });
  }
  // The agent calls its server, and twice a day runs its inventory script as SYSTEM; on the target once in the
  // minutes before the incident, to be the look-alike beside it.
  const runs =
    host === target
      ? [at('04:12:09.5'), at('12:33:20.118204')]
      : [1, 2].map(() => random.integer(0, hours(23)));
  for (const startedAt of runs) {
    log.connect({ host, time: startedAt - seconds(4), by: agent, to: servers.management.ip, port: 443 });
    const script = log.start(host, { ...agentScript, startedAt, account: agent.account }, agent);
    log.start(host, { ...conhost, startedAt: startedAt + 80_000, account: agent.account }, script);
    log.connect({ host, time: startedAt + seconds(9), by: script, to: servers.management.ip, port: 443 });
    const report = {
      folder: 'C:\\Windows\\CCM\\Inventory',
      fileName: 'report.xml',
      sizeBytes: random.integer(9_000, 90_000),
    };
    log.touchFile({ host, time: startedAt + seconds(8), by: script, action: 'FileModified', ...report });
  }
}

const documents = [
  'budget',
  'minutes',
  'roadmap',
  'offer',
  'invoice',
  'travel',
  'notes',
  'contract',
] as const;

/** A person at work from about eight to about six: mail, the web, the file share, now and then a printer. */
function writeDesk(log: Log, random: Random, desk: Workstation): void {
  const explorer = resident(
    random,
    { folder: 'C:\\Windows', fileName: 'explorer.exe', commandLine: 'explorer.exe' },
    desk.user,
    'userinit.exe',
  );
  const browser = resident(random, chrome, desk.user, 'explorer.exe');
  const kernel = residents(random).kernel;
  const start = at('07:40:00') + random.integer(0, minutes(80));
  const someTime = (): number => start + random.integer(0, hours(9));

  for (let count = 0; count < 92; count++) {
    log.start(desk, { ...random.pick(desktopPrograms), startedAt: someTime(), account: desk.user }, explorer);
  }
  // Pages open several connections at once; about one in twenty-five fails, as on any network.
  for (let page = 0; page < 85; page++) {
    const time = someTime();
    for (let part = random.integer(1, 5); part > 0; part--) {
      const { url, ip } = random.pick(sites);
      const action = random.chance(0.04) ? 'ConnectionFailed' : 'ConnectionSuccess';
      log.connect({
        host: desk,
        time: time + random.integer(0, seconds(4)),
        by: browser,
        to: ip,
        port: random.chance(0.95) ? 443 : 80,
        url,
        action,
      });
    }
  }
  for (let count = 0; count < 30; count++) {
    const server = random.pick([
      servers.files,
      servers.files,
      servers.intranet,
      servers.legacyApp,
      servers.legacyPortal,
    ]);
    const isShare = server === servers.files;
    // The legacy servers are slow on any day and drop some connections.
    const action = !isShare && random.chance(0.08) ? 'ConnectionFailed' : 'ConnectionSuccess';
    log.connect({
      host: desk,
      time: someTime(),
      by: isShare ? kernel : browser,
      to: server.ip,
      port: isShare ? 445 : 443,
      action,
    });
  }
  // A printer that was taken away is still asked for.
  for (let count = random.integer(0, 12); count > 0; count--) {
    log.connect({
      host: desk,
      time: someTime(),
      by: kernel,
      to: '10.0.1.250',
      port: 9100,
      action: 'ConnectionFailed',
    });
  }
  for (let count = 0; count < 85; count++) {
    const folder = `C:\\Users\\${desk.user.name}\\${random.pick(['Documents', 'Downloads', 'AppData\\Local\\Temp'])}`;
    log.touchFile({
      host: desk,
      time: someTime(),
      by: random.chance(0.5) ? explorer : browser,
      action: random.pick(['FileCreated', 'FileModified', 'FileModified', 'FileRenamed', 'FileDeleted']),
      folder,
      fileName: `${random.pick(documents)}-${random.integer(1, 40)}.${random.pick(['docx', 'xlsx', 'pdf', 'tmp'])}`,
      sizeBytes: random.integer(2_000, 900_000),
    });
  }
}

/** A busy server accepts from many hosts on many client ports: many ports and hosts, and no scan. */
function writeFileServer(log: Log, random: Random): void {
  const { kernel } = residents(random);
  for (let count = 0; count < 1400; count++) {
    const client = random.pick([target, ...workstations]);
    const time = at('07:30:00') + random.integer(0, hours(11));
    log.connect({
      host: servers.files,
      time,
      by: kernel,
      to: client.ip,
      port: random.integer(49_700, 65_500),
      localPort: 445,
      action: 'InboundConnectionAccepted',
    });
  }
}

/** The monitoring server asks every host for its health every twenty minutes: one port, many hosts, and nearly all answer. */
function writeMonitoring(log: Log, random: Random): void {
  const collector = resident(
    random,
    {
      folder: 'C:\\Program Files\\Prometheus',
      fileName: 'prometheus.exe',
      commandLine: 'prometheus.exe --config.file=prometheus.yml',
    },
    residents(random).services.account,
    'services.exe',
  );
  for (let round = 0; round < 72; round++) {
    for (const host of everyHost) {
      const time = minutes(20) * round + random.integer(0, minutes(4));
      const action = random.chance(0.02) ? 'ConnectionFailed' : 'ConnectionSuccess';
      log.connect({ host: servers.monitoring, time, by: collector, to: host.ip, port: 9182, action });
    }
  }
}

/** The backup server reads every server at night. */
function writeBackup(log: Log, random: Random): void {
  const { services } = residents(random);
  for (const host of Object.values(servers)) {
    const startedAt = at('01:00:00') + random.integer(0, minutes(50));
    const agent = log.start(
      host,
      {
        folder: 'C:\\Program Files\\Backup',
        fileName: 'backupagent.exe',
        commandLine: 'backupagent.exe --full',
        startedAt,
        account: services.account,
      },
      services,
    );
    for (let count = 0; count < 22; count++) {
      const time = startedAt + random.integer(seconds(5), minutes(40));
      log.connect({ host, time, by: agent, to: servers.backup.ip, port: 6160 });
      log.touchFile({
        host,
        time,
        by: agent,
        action: 'FileCreated',
        folder: 'D:\\Backup\\Staging',
        fileName: `${host.name}-${count}.vbk`,
        sizeBytes: random.integer(40_000_000, 900_000_000),
      });
    }
  }
}

/** Passive FTP opens one new, ascending port a transfer on one server: many sequential ports, and no scan. */
function writePassiveFtp(log: Log, random: Random): void {
  const { scheduler } = residents(random);
  const startedAt = at('06:00:00.25');
  const ftp = log.start(
    servers.legacyApp,
    {
      folder: 'C:\\Windows\\System32',
      fileName: 'ftp.exe',
      commandLine: 'ftp.exe -s:C:\\Jobs\\nightly.txt legacy-db-01',
      startedAt,
      account: scheduler.account,
    },
    scheduler,
  );
  log.connect({
    host: servers.legacyApp,
    time: startedAt + seconds(1),
    by: ftp,
    to: servers.legacyDatabase.ip,
    port: 21,
  });
  for (let transfer = 0; transfer < 45; transfer++) {
    const time = startedAt + seconds(3 + transfer * 4) + random.integer(0, seconds(2));
    log.connect({
      host: servers.legacyApp,
      time,
      by: ftp,
      to: servers.legacyDatabase.ip,
      port: 51_000 + transfer,
    });
  }
}

/** An administrator at the keyboard, on the target too, about the time of the incident. */
function writeAdministration(log: Log, random: Random): void {
  const machines: readonly [Host, ...Host[]] = [target, servers.intranet, servers.database, servers.printing];
  const shells = new Map<Host, Process>();
  const work = Array.from({ length: 90 }, () => ({
    host: random.pick(machines),
    startedAt: at('08:30:00') + random.integer(0, hours(8)),
    command: random.pick(administratorCommands),
  }));
  const beforeTheIncident = ['12:29:44.7', '12:34:58.31', '12:41:12.9'].map((clock, index) => ({
    host: target,
    startedAt: at(clock),
    command: administratorCommands[index] ?? administratorCommands[0],
  }));
  for (const { host, startedAt, command } of [...work, ...beforeTheIncident]) {
    let shell = shells.get(host);
    if (!shell) {
      shell = resident(
        random,
        { folder: 'C:\\Windows', fileName: 'explorer.exe', commandLine: 'explorer.exe' },
        administrator,
        'userinit.exe',
      );
      shells.set(host, shell);
    }
    const session = log.start(host, { ...powershell(command), startedAt, account: administrator }, shell);
    log.start(host, { ...conhost, startedAt: startedAt + 90_000, account: administrator }, session);
    log.connect({
      host,
      time: startedAt + seconds(2),
      by: session,
      to: servers.domainController.ip,
      port: 389,
    });
  }
}
