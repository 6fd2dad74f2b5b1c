/** Zeek's logs as targets: for rules on Zeek, and for those on DNS, proxies, web servers and firewalls. */
import { rawSourceOf } from '../../data/lenses/rawSource.ts';
import { kqlString } from '../../kql/kqlText.ts';
import type { TableSchema } from '../../kql/types.ts';
import type { LogSource } from '../rule.ts';
import { allText } from './allText.ts';
import type { Target } from './target.ts';

/** Zeek's names of the fields that rules of a category use, and the log that has them. */
const categories: Readonly<
  Record<string, { readonly log: string; readonly fields: Readonly<Record<string, string>> }>
> = {
  dns: {
    log: 'dns',
    fields: { query: 'query', answer: 'answers', record_type: 'qtype_name', src_ip: 'id.orig_h' },
  },
  proxy: {
    log: 'http',
    fields: {
      'c-uri': 'uri',
      'cs-uri': 'uri',
      'cs-host': 'host',
      'cs-method': 'method',
      'c-useragent': 'user_agent',
      'cs-user-agent': 'user_agent',
      'cs-referrer': 'referrer',
      'cs-referer': 'referrer',
      'sc-status': 'status_code',
      src_ip: 'id.orig_h',
      dst_ip: 'id.resp_h',
    },
  },
  firewall: {
    log: 'conn',
    fields: { src_ip: 'id.orig_h', src_port: 'id.orig_p', dst_ip: 'id.resp_h', dst_port: 'id.resp_p' },
  },
};

/** A field that each log surely has, by which a table without the log's name is told. */
const marks: Readonly<Record<string, string>> = {
  conn: 'conn_state',
  dns: 'query',
  http: 'method',
  smb_files: 'action',
  dce_rpc: 'endpoint',
  rdp: 'cookie',
  x509: 'certificate.serial',
  ssl: 'server_name',
  kerberos: 'request_type',
  files: 'fuid',
};

/** Returns the table as a target; undefined where it is no log of Zeek, or not the one that the log source means. */
export function zeekTarget(
  table: TableSchema,
  { category, product, service }: LogSource,
): Target | undefined {
  const byCategory = category === undefined ? undefined : categories[category];
  const log = product === 'zeek' ? service : product === undefined ? byCategory?.log : undefined;
  const source = log === undefined ? undefined : rawSourceOf(table);
  if (log === undefined || source?.kind !== 'zeek') return undefined;
  const mark = marks[log];
  if (mark !== undefined && source.field(mark) === undefined) return undefined;
  const stream = source.system.get('stream') ?? '""';
  const columns = new Set(table.columns.map(({ name }) => name));
  return {
    table: table.name,
    where: stream === '""' ? undefined : `${stream} in ("", ${kqlString(log)})`,
    field: (name) => {
      const kql = source.field(byCategory?.fields[name.toLowerCase()] ?? name);
      return kql === undefined ? undefined : { kql, type: 'string', isColumn: !kql.startsWith('tostring(') };
    },
    text: () => allText(table, source.system),
    time: source.system.get('time'),
    columns,
    absent: () => false,
  };
}
