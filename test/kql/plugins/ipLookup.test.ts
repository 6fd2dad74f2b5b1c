/** Lookups of addresses in networks: the narrowest that holds all of the address, with further keys and unmatched rows. */
import { testGoldens, testRefusals } from '../goldens.ts';
import type { TitledGolden } from '../goldens.ts';

const places = `let Places = datatable(network: string, continent: string, country: string, id: long)[
  '2.20.183.0/24', 'Europe', 'GB', 1, '5.8.0.0/19', 'Europe', 'RU', 2, '192.165.8.0/21', 'Europe', 'SE', 3];
let Seen = datatable(ip: string, continent: string, country: string)[
  '2.20.183.12', 'Europe', 'GB', '5.8.1.2', 'Europe', 'RU', '192.165.12.17', 'Europe', ''];\n`;

const goldens: readonly TitledGolden[] = [
  [
    'matches further keys too, and shows them once',
    `${places}Seen | evaluate ipv4_lookup(Places, ip, network, continent, country) | sort by ip asc`,
    'ip:string continent:string country:string network:string id:long',
    [
      ['2.20.183.12', 'Europe', 'GB', '2.20.183.0/24', 1],
      ['5.8.1.2', 'Europe', 'RU', '5.8.0.0/19', 2],
    ],
  ],
  [
    'keeps rows that match nothing',
    `${places}Seen | evaluate ipv4_lookup(Places, ip, network, continent, country, return_unmatched = true) | where id != 1 or isnull(id) | sort by ip asc`,
    'ip:string continent:string country:string network:string id:long',
    [
      ['192.165.12.17', 'Europe', '', '', null],
      ['5.8.1.2', 'Europe', 'RU', '5.8.0.0/19', 2],
    ],
  ],
  [
    'takes the flag by place, and numbers columns of the same name',
    `${places}Seen | evaluate ipv4_lookup(Places, ip, network, true) | project country, country1 | sort by country asc`,
    'country:string country1:string',
    [
      ['', 'SE'],
      ['GB', 'GB'],
      ['RU', 'RU'],
    ],
  ],
  [
    'matches a network only to one that holds all of it',
    `datatable(ip: string)['10.1.2.0/24', '10.0.0.0/7'] | evaluate ipv4_lookup((datatable(n: string)['10.0.0.0/8', '0.0.0.0/0']), ip, n) | sort by ip asc`,
    'ip:string n:string',
    [
      ['10.0.0.0/7', '0.0.0.0/0'],
      ['10.1.2.0/24', '10.0.0.0/8'],
    ],
  ],
  [
    'looks IPv6 and IPv4 addresses up in networks of both',
    `datatable(ip: string)['2001:db8::1', '10.1.2.3', '::ffff:10.1.2.3', '11.1.1.1', '::1'] | evaluate ipv6_lookup((datatable(n: string)['2001:db8::/32', '10.0.0.0/8', '::ffff:0:0/96']), ip, n) | sort by ip asc`,
    'ip:string n:string',
    [
      ['10.1.2.3', '10.0.0.0/8'],
      ['11.1.1.1', '::ffff:0:0/96'],
      ['2001:db8::1', '2001:db8::/32'],
      ['::ffff:10.1.2.3', '10.0.0.0/8'],
    ],
  ],
];

describe('lookups of addresses', () => {
  testGoldens(goldens);
  testRefusals([[`${places}Seen | evaluate ipv4_lookup(Places, ip, network, id)`, 'semantic', /'id'/]]);
});
