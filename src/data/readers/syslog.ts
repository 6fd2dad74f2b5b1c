/** Syslog of RFC 3164 and RFC 5424, a message a line or framed by its length, in the shape of Sentinel's `Syslog` table. */
import { firstLines, most } from '../fileStart.ts';
import { framedMessages, isFramed } from '../syslog/framedMessages.ts';
import {
  facilityName,
  isRfc5424,
  looksLikeSyslog,
  maxPriority,
  messageParts,
  orNil,
  severityName,
  structuredObject,
} from '../syslog/syslogMessage.ts';
import { timeSteps, writtenAt, yearNotice } from '../syslog/syslogTime.ts';
import { openText } from '../textFile.ts';
import { LogLines, openLogLines, type LineFormat } from './logLines.ts';
import type { Reader } from './reader.ts';

export const syslogReader: Reader = {
  format: 'syslog',
  endings: ['.syslog'],
  recognizes: ({ text, lines }) => isFramed(text) || most(lines, looksLikeSyslog),
  open: async (files, file) => {
    const text = await openText(files, file);
    const start = text.head.replace(/^[\ufeff\s]+/, '');
    const messages = isFramed(start) ? () => framedMessages(text.chunks()) : undefined;
    const log = new LogLines(files, text, messages);
    if (messages !== undefined) await log.stage();
    const written = await writtenAt(file.path);
    const notice = yearNotice(firstLines(text.head), file.shownPath, written);
    return openLogLines(files, log, formatOf(written), () => [
      ...text.notices,
      ...(notice === undefined ? [] : [notice]),
    ]);
  },
};

/** A line with a priority and nothing else of the form is still a message (RFC 3164, 4.3.3): one without time. */
const isBareMessage = `(m.time = '' AND NOT ${isRfc5424} AND regexp_matches(raw, '^<\\d{1,3}>'))`;
const priority = `CASE WHEN ${isBareMessage} THEN regexp_extract(raw, '^<(\\d{1,3})>', 1) ELSE m.pri END`;

const columns = {
  TimeGenerated: { type: 'datetime', value: 't' },
  EventTime: { type: 'datetime', value: 't' },
  Computer: { type: 'string', value: orNil('m.host') },
  HostName: { type: 'string', value: orNil('m.host') },
  HostIP: {
    type: 'string',
    value: `CASE WHEN regexp_full_match(m.host, '[0-9]{1,3}([.][0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+') THEN m.host END`,
  },
  Facility: { type: 'string', value: facilityName('pri') },
  SeverityLevel: { type: 'string', value: severityName('pri') },
  // What is no number stays with the name, for the column holds numbers.
  ProcessName: {
    type: 'string',
    value: `CASE WHEN m.pid IN ('', '-') OR TRY_CAST(m.pid AS INTEGER) IS NOT NULL THEN ${orNil('m.app')}
      ELSE coalesce(${orNil('m.app')}, '') || '[' || m.pid || ']' END`,
  },
  ProcessID: { type: 'int', value: 'TRY_CAST(m.pid AS INTEGER)' },
  SyslogMessage: {
    type: 'string',
    value: `CASE WHEN ${isBareMessage} THEN regexp_replace(raw, '^<\\d{1,3}>', '') ELSE ltrim(m.msg, chr(65279)) END`,
  },
  MsgID: { type: 'string', value: orNil('m.msgid') },
  StructuredData: { type: 'dynamic', value: structuredObject('m.sd') },
} as const;

function formatOf(written: Date): LineFormat {
  return {
    columns: Object.entries(columns).map(([name, { type }]) => ({
      name,
      type,
      form: type === 'string' ? 'text' : 'physical',
    })),
    isRow: 'true',
    steps: [`${messageParts} AS m`, `${priority} AS pri`, ...timeSteps([['t', 'm.time']], written)],
    reason: `CASE
      WHEN TRY_CAST(pri AS INTEGER) > ${maxPriority} THEN 'The priority ' || pri || ' is greater than ${maxPriority}.'
      WHEN ${isBareMessage} THEN NULL
      WHEN m.time = '' AND ${isRfc5424} THEN 'The line begins as RFC 5424 has it, and its header or structured data are broken.'
      WHEN m.time = '' THEN 'The line does not begin with the time of a syslog message.'
      WHEN t IS NULL AND m.time <> '-' THEN 'The time ''' || m.time || ''' is none.' END`,
    values: Object.values(columns).map(({ value }) => value),
  };
}
