/** `privileged-scripts`: scripts that run as SYSTEM or another privileged account, rarest first. */
import { kqlName } from '../kql/kqlText.ts';
import type { TableSchema } from '../kql/types.ts';
import { privilegedScriptsArguments } from './privilegedScripts/arguments.ts';
import type { PrivilegedScriptsArguments } from './privilegedScripts/arguments.ts';
import { privilegedScriptsDocs } from './privilegedScripts/docs.ts';
import { scriptQuery } from './privilegedScripts/query.ts';
import type { ScriptQuery } from './privilegedScripts/query.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import { findColumn, requireColumn, requireTable } from './shared/tableColumns.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const privilegedScriptsStep: DetectionStep<PrivilegedScriptsArguments> = {
  kind: 'detection',
  verb: 'privileged-scripts',
  summary: 'List scripts that run as SYSTEM or another privileged account, rarest first',
  docs: privilegedScriptsDocs,
  arguments: privilegedScriptsArguments,
  compile: (args, context) => scriptQuery(queryOf(args, context)),
  looked,
  finding: () => ({ title: 'Rare scripts with high privileges', severityColumn: 'Severity' }),
};

/** Names of Defender's DeviceProcessEvents, of Sentinel's SecurityEvent, of ASIM, and of Sysmon. */
const usual = {
  time: ['Timestamp', 'TimeGenerated'],
  device: ['DeviceName', 'Computer', 'DvcHostname', 'Hostname'],
  file: ['FileName', 'NewProcessName', 'TargetProcessName', 'Image'],
  command: ['ProcessCommandLine', 'CommandLine', 'TargetProcessCommandLine'],
  account: ['AccountName', 'SubjectUserName', 'TargetUsername', 'User'],
  sid: ['AccountSid', 'SubjectUserSid', 'TargetUserId'],
  parent: ['InitiatingProcessFileName', 'ParentProcessName', 'ActingProcessName', 'ParentImage'],
} as const;

function queryOf(args: PrivilegedScriptsArguments, { schema }: CompileContext): ScriptQuery {
  const table = requireTable(schema, args.in, ['in']);
  const request = (column: keyof PrivilegedScriptsArguments['columns'], purpose: string) => ({
    purpose,
    usual: usual[column],
    named: args.columns[column],
    path: ['columns', column],
    tablePath: ['in'],
  });
  const time = requireColumn(table, {
    ...request('time', 'the time of the start'),
    types: ['datetime'],
  });
  const account = findColumn(table, request('account', 'the account that it runs as'));
  const sid = findColumn(table, request('sid', 'the SID of the account that it runs as'));
  if (account === undefined && sid === undefined) {
    throw new StepError(
      `Table ${table.name} has neither a column "AccountName" nor "AccountSid", so it does not say who ran a script. ` +
        'Name the column with the account in columns.account.',
      ['in'],
      'missing-column',
    );
  }
  return {
    table: table.name,
    columns: {
      time: time.name,
      device: requireColumn(table, request('device', 'the device')).name,
      file: requireColumn(table, request('file', 'the program that started')).name,
      command: requireColumn(table, request('command', 'the command line')).name,
      account: account?.name,
      sid: sid?.name,
      parent: findColumn(table, request('parent', 'the program that started it'))?.name,
      domain: firstOf(table, 'AccountDomain', 'SubjectDomainName'),
      upn: firstOf(table, 'AccountUpn'),
      elevation: firstOf(table, 'ProcessTokenElevation', 'TargetProcessTokenElevation', 'TokenElevationType'),
      integrity: firstOf(table, 'ProcessIntegrityLevel', 'TargetProcessIntegrityLevel', 'IntegrityLevel'),
      originalName: firstOf(table, 'ProcessVersionInfoOriginalFileName', 'OriginalFileName'),
      parentCommand: firstOf(table, 'InitiatingProcessCommandLine', 'ParentCommandLine'),
    },
    accounts: args.accounts,
    isElevatedPrivileged: args.elevated,
    hosts: args.hosts,
    minimum: args.minimum,
  };
}

/** A log without command lines or accounts cannot answer. */
function looked(args: PrivilegedScriptsArguments, context: CompileContext): string {
  const { table, columns } = queryOf(args, context);
  const who = columns.account ?? columns.sid;
  return lookedAtQuery([
    {
      table,
      time: kqlName(columns.time),
      device: kqlName(columns.device),
      needs: [columns.file, columns.command, ...(who === undefined ? [] : [who])],
    },
  ]);
}

function firstOf(table: TableSchema, ...names: readonly string[]): string | undefined {
  return names.find((name) => table.columns.some((column) => column.name === name));
}
