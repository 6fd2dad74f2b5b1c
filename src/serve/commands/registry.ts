/** All commands. A new command is an entry in one of these lists. */
import { ServiceError } from '../serviceError.ts';
import type { Command, CommandContext, CommandRows } from './command.ts';
import type { CommandText } from './commandText.ts';
import { databaseCommands } from './databaseCommands.ts';
import { matchCommand } from './matchCommand.ts';
import { queryCommands } from './queryCommands.ts';
import { schemaCommands } from './schemaCommands.ts';
import { tableCommands } from './tableCommands.ts';

/** The first that matches is meant: those with more words of their own stand before those that take any name there. */
export const commands: readonly Command[] = [
  ...schemaCommands,
  ...databaseCommands,
  ...tableCommands,
  ...queryCommands,
];

/** Runs the command that the tokens mean. Throws {@link ServiceError} for one that is not known here. */
export async function runCommand({ tokens }: CommandText, context: CommandContext): Promise<CommandRows> {
  for (const command of commands) {
    const names = matchCommand(command, tokens);
    if (names) return command.run(names, context);
  }
  const [verb] = tokens;
  const isReading = ['.show', '.cancel'].includes(verb?.text.toLowerCase() ?? '');
  if (!isReading) {
    throw new ServiceError('forbidden', `'${verb?.text ?? ''}' is refused: this server only reads its logs.`);
  }
  const known = commands.map(({ syntax }) => syntax).join('\n');
  throw new ServiceError(
    'badRequest',
    `Syntax error: this command is not known here. The commands are:\n${known}`,
  );
}
