/** The made-up company: its servers, workstations and people. */
import type { Account, Host } from './log.ts';

export interface Workstation extends Host {
  readonly user: Account;
}

const host = (name: string, ip: string): Host => ({ name, ip });

/** The virtual machine that the incident starts from. */
export const target = host('windows-target-1', '10.0.0.5');

export const servers = {
  domainController: host('dc-01', '10.0.0.10'),
  secondController: host('dc-02', '10.0.0.11'),
  files: host('file-01', '10.0.0.20'),
  backup: host('backup-01', '10.0.0.21'),
  database: host('sql-01', '10.0.0.22'),
  intranet: host('web-01', '10.0.0.23'),
  printing: host('print-01', '10.0.0.24'),
  legacyApp: host('legacy-app-01', '10.0.0.30'),
  legacyPortal: host('legacy-app-02', '10.0.0.31'),
  legacyDatabase: host('legacy-db-01', '10.0.0.32'),
  management: host('sccm-01', '10.0.0.40'),
  monitoring: host('mon-01', '10.0.0.41'),
  vulnerabilityScanner: host('vulnscan-01', '10.0.0.42'),
};

const surnames = (
  'adeyemi becker castillo dubois eriksen fischer garcia hartmann ivanova jansen keller lindqvist moreau nakamura ' +
  'okafor petrov quinn rossi schmidt tanaka ueda vargas weber xavier yilmaz zimmer'
).split(' ');

/** Sixty desks on two office networks. */
export const workstations: readonly Workstation[] = Array.from({ length: 60 }, (_, index) => ({
  name: `ws-${String(index + 1).padStart(3, '0')}`,
  ip: index < 30 ? `10.0.1.${index + 11}` : `10.0.2.${index - 19}`,
  user: {
    domain: 'corp',
    name: `${'abcdefghjklm'.charAt(Math.floor(index / 5))}.${surnames[index % surnames.length] ?? 'doe'}`,
    integrity: 'Medium',
  },
}));

export const administrator: Account = { domain: 'corp', name: 'adm-hartmann', integrity: 'High' };

export const everyHost: readonly Host[] = [target, ...Object.values(servers), ...workstations];

/** Public sites that people visit; addresses from the ranges reserved for documentation. */
export const sites: readonly [Site, ...Site[]] = [
  { url: 'news.example.com', ip: '198.51.100.10' },
  ...Array.from({ length: 140 }, (_, index) => ({
    url: `${['cdn', 'www', 'api', 'img', 'login', 'mail', 'static'][index % 7] ?? 'www'}${index}.example.${index % 3 ? 'com' : 'net'}`,
    ip: index < 80 ? `198.51.100.${index + 20}` : `203.0.113.${index}`,
  })),
];

interface Site {
  readonly url: string;
  readonly ip: string;
}
