/** All commands. A new command is an entry in one of these lists. */
import { ServiceError } from '../serviceError.ts';
import { clusterCommands } from './clusterCommands.ts';
import type { Command, CommandContext, CommandRows } from './command.ts';
import { commandVerb, readCommand, type CommandText } from './commandText.ts';
import { databaseCommands } from './databaseCommands.ts';
import { emptyCommands } from './emptyCommands.ts';
import { matchCommand } from './matchCommand.ts';
import { queryCommands } from './queryCommands.ts';
import { schemaCommands } from './schemaCommands.ts';
import { tableCommands } from './tableCommands.ts';

/** The first that matches is meant: those with more words of their own stand before those that take any name there. */
export const commands: readonly Command[] = [
  ...clusterCommands,
  ...emptyCommands,
  ...schemaCommands,
  ...databaseCommands,
  ...tableCommands,
  ...queryCommands,
];

/** Verbs that change nothing but running queries. */
const verbs: ReadonlySet<string> = new Set(['.show', '.cancel']);

/** Runs the command at the start of the text. Throws {@link ServiceError} for one that is not known here, or writes. */
export async function runCommand(text: string, context: CommandContext): Promise<RanCommand> {
  const verb = commandVerb(text);
  if (verb.length > 1 && !verbs.has(verb.toLowerCase())) {
    throw new ServiceError('forbidden', `'${verb}' is refused: this server only reads its logs.`);
  }
  const { tokens, query, queryStart } = readCommand(text);
  for (const command of commands) {
    const names = matchCommand(command, tokens);
    if (names) return { ...(await command.run(names, context)), query, queryStart };
  }
  const known = commands.map(({ syntax }) => syntax).join('\n');
  throw new ServiceError(
    'badRequest',
    `Syntax error: this command is not known here. The commands are:\n${known}`,
  );
}

/** A command's rows, and the query that follows it. */
export type RanCommand = CommandRows & Pick<CommandText, 'query' | 'queryStart'>;
