/** `detect`: folders of Sigma rules against the tables of the session. */
import {
  collectRules,
  compileCollection,
  refusedByKind,
  type CollectedRule,
  type CompiledCollection,
  type RefusedRule,
  type RuleCollection,
} from '../sigma/ruleCollection.ts';
import { levels } from '../sigma/rule.ts';
import { detectQuery } from '../sigma/detectQuery.ts';
import type { AskTexts } from '../sigma/occurringTexts.ts';
import { possibleRules } from '../sigma/possibleRules.ts';
import { detectArguments, type DetectArguments } from './detect/arguments.ts';
import { detectDocs } from './detect/docs.ts';
import { lookedAtRules } from './detect/lookedAtRules.ts';
import { readRules } from './detect/readRules.ts';
import {
  MissingTableError,
  StepError,
  type CompileContext,
  type DetectionStep,
  type FileAccess,
} from './step.ts';

interface Prepared {
  readonly args: DetectArguments;
  readonly collection: RuleCollection;
  readonly rules: readonly CollectedRule[];
  /** Rules that the arguments leave out. */
  readonly leftOut: number;
  readonly tell: (text: string) => void;
  /** On the engine that the query will run on: what compiles, and of it the rules that can hold there. */
  readonly onEngine:
    { readonly compiled: CompiledCollection; readonly possible: CompiledCollection } | undefined;
}

type Session = NonNullable<FileAccess['session']>;

export const detectStep: DetectionStep<DetectArguments, Prepared> = {
  kind: 'detection',
  verb: 'detect',
  summary: 'Run Sigma rules against the tables of the session',
  docs: detectDocs,
  arguments: detectArguments,
  prepare,
  compile,
  looked,
  finding: () => ({
    title: 'Sigma rules that matched',
    severityColumn: 'Severity',
    techniqueColumn: 'Techniques',
  }),
};

async function prepare(args: DetectArguments, files: FileAccess): Promise<Prepared> {
  const read = await readRules(args.rules, files);
  const texts = read.map(({ shownPath, text }) => ({ file: shownPath, text }));
  const collection = await collectRules(texts, args.placeholders, files.signal);
  const rules = collection.rules.filter((rule) => isWanted(rule, args));
  const leftOut = collection.rules.length - rules.length;
  const onEngine =
    files.session && (await possibleOn(files.session, files, { set: collection.set, rules }, args.tables));
  return { args, collection, rules, leftOut, tell: (text) => files.notice?.(text), onEngine };
}

async function possibleOn(
  session: Session,
  { signal, notice }: FileAccess,
  collection: Pick<RuleCollection, 'set' | 'rules'>,
  tables: DetectArguments['tables'],
): Promise<NonNullable<Prepared['onEngine']>> {
  const compiled = compileCollection(collection, session.schema(), tables);
  try {
    const scanned = await possibleRules(compiled.scanned, (kql) => textsOf(session, kql));
    return { compiled, possible: { ...compiled, scanned } };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof StepError)) throw error;
    notice?.(`All rules are asked of all events: which can be met could not be found out (${error.message})`);
    return { compiled, possible: compiled };
  }
}

/** The rows of a query of text columns. */
async function textsOf(session: Session, kql: string): ReturnType<AskTexts> {
  const table = await session.query(kql);
  try {
    const { rows } = await table.page({ offset: 0, limit: table.rowCount });
    const texts = rows.map((row) => row.map((value) => (typeof value === 'string' ? value : '')));
    return { rows: texts, isCut: table.cut !== undefined };
  } finally {
    await table.release();
  }
}

function isWanted(
  { rule: { about }, file }: CollectedRule,
  { level, status, tags, exclude }: DetectArguments,
): boolean {
  if (level !== undefined && levels.indexOf(about.level ?? 'medium') < levels.indexOf(level)) return false;
  if (about.status !== undefined && !status.includes(about.status)) return false;
  const own = about.tags.map((tag) => tag.toLowerCase());
  if (tags.length > 0 && !tags.some((tag) => own.includes(tag.toLowerCase()))) return false;
  const names = [about.id, about.name, about.title, file, file.split('/').at(-1)];
  return !exclude.some((name) => names.some((each) => each?.toLowerCase() === name.toLowerCase()));
}

function compile(prepared: Prepared, { schema }: CompileContext): string {
  const { args, collection, rules, leftOut, tell, onEngine } = prepared;
  if (rules.length === 0) {
    const [first] = collection.refused;
    const why =
      first === undefined
        ? 'Widen `level`, `status` or `tags`.'
        : `The first that is no rule: ${first.file}, line ${first.line}: ${first.error.message}`;
    throw new StepError(
      `None of ${collection.documents} rules is left to run. ${why}`,
      ['rules'],
      'no-rules',
    );
  }
  const compiled =
    onEngine?.compiled ?? compileCollection({ set: collection.set, rules }, schema, args.tables);
  if (compiled.scanned.length + compiled.correlated.length === 0) throw nothingToRun(compiled, rules.length);
  for (const text of told(collection, compiled, rules.length, leftOut)) tell(text);
  const impossible = compiled.scanned.length - (onEngine?.possible ?? compiled).scanned.length;
  if (impossible > 0)
    tell(`${impossible} of them need a text that no event here has, so they match nothing.`);
  return detectQuery(onEngine?.possible ?? compiled);
}

function looked({ args, collection, rules }: Prepared, { schema }: CompileContext): string | undefined {
  return lookedAtRules(compileCollection({ set: collection.set, rules }, schema, args.tables));
}

function nothingToRun({ wantedTable, refused, withoutData }: CompiledCollection, count: number): StepError {
  const [first] = refused;
  if (wantedTable !== undefined) {
    const message = `No table of this session holds what ${count} rules look at: ${counted(withoutData)}. Load one in a cell above, or name it in \`tables\`.`;
    return new MissingTableError(message, ['rules'], wantedTable);
  }
  const why =
    first === undefined
      ? `They look at ${counted(withoutData)}. Name a table in \`tables\`.`
      : `${first.title} (${first.file}, line ${first.line}): ${first.error.message}`;
  return new StepError(`None of ${count} rules can run. ${why}`, ['rules'], 'no-rules');
}

/** What the hunter should know of what ran and what did not. */
function told(
  collection: RuleCollection,
  { scanned, correlated, refused: onTables, withoutData }: CompiledCollection,
  wanted: number,
  leftOut: number,
): readonly string[] {
  const refused = [...collection.refused, ...onTables];
  const without = [...withoutData.values()].reduce((sum, count) => sum + count, 0);
  const ran = scanned.length + correlated.length;
  const legs = [...scanned, ...correlated.flatMap(({ rules }) => rules)].flatMap((rule) => rule.legs);
  const tables = new Set(legs.map(({ target }) => target.table));
  const parts = collection.set.documents.length - collection.rules.length;
  const counts = [
    `Read ${collection.documents} rules: ${ran + without} compiled`,
    ...(refused.length > 0
      ? [
          `${refused.length} refused (${refusedByKind(refused)
            .map(([kind, count]) => `${count} ${kind}`)
            .join(', ')})`,
        ]
      : []),
    ...(parts > 0 ? [`${parts} only part of correlations`] : []),
    ...(leftOut > 0 ? [`${leftOut} left out by level, status, tags or exclude`] : []),
  ];
  return [
    `${counts.join(', ')}. ${ran} of ${wanted} ran, over ${[...tables].map((name) => `\`${name}\``).join(', ')}.`,
    ...(without > 0 ? [`${without} rules have no data here: ${counted(withoutData)}.`] : []),
    ...toldRefused(refused),
  ];
}

/** Refused rules that are told one by one; of more, one of each kind stands for the others. */
const maxRefusedTold = 12;

function toldRefused(refused: readonly RefusedRule[]): readonly string[] {
  const isFew = refused.length <= maxRefusedTold;
  return refusedByKind(refused).flatMap(([kind]) => {
    const ofKind = refused.filter(({ error }) => error.kind === kind);
    return (isFew ? ofKind : ofKind.slice(0, 1)).map(
      ({ title, file, line, error }) =>
        `Refused (${kind})${isFew || ofKind.length === 1 ? '' : ', for one'}: ${title} (${file}, line ${line}): ${error.message}`,
    );
  });
}

/** Most log sources that a message lists. */
const maxListed = 8;

function counted(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, maxListed).map(([name, count]) => `${count} ${name}`);
  const rest = sorted.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more log sources` : '');
}
