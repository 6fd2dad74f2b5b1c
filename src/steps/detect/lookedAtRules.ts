/** What rules that matched nothing looked at: the tables, the events of their log sources, and the columns that they ask. */
import { kqlName } from '../../kql/kqlText.ts';
import { fieldsOf } from '../../sigma/matcher.ts';
import type { DetectionRule } from '../../sigma/rule.ts';
import type { CompiledCollection } from '../../sigma/ruleCollection.ts';
import type { RuleOnTable } from '../../sigma/ruleQuery.ts';
import { lookedAtQuery } from '../shared/lookedAt.ts';

interface Asked {
  readonly target: RuleOnTable['target'];
  readonly rules: Set<DetectionRule>;
  /** KQL of which rows are of a log source; undefined among them: all. */
  readonly events: Set<string | undefined>;
  /** How many rules ask each column. */
  readonly columns: Map<string, number>;
}

/** Most columns of a table that are told of: those that most rules ask. */
const maxColumns = 6;

/** Returns KQL that tells of each table; undefined where no rule runs. */
export function lookedAtRules({ scanned, correlated }: CompiledCollection): string | undefined {
  const tables = new Map<string, Asked>();
  for (const { rule, legs } of [...scanned, ...correlated.flatMap(({ rules }) => rules)]) {
    for (const { target } of legs) {
      const asked: Asked = tables.get(target.table) ?? {
        target,
        rules: new Set(),
        events: new Set(),
        columns: new Map<string, number>(),
      };
      tables.set(target.table, asked);
      asked.rules.add(rule);
      asked.events.add(target.where);
      for (const name of columnsOf(rule, target)) asked.columns.set(name, (asked.columns.get(name) ?? 0) + 1);
    }
  }
  return lookedAtQuery(
    [...tables.values()].map(({ target, rules, events, columns }) => ({
      table: target.table,
      time: target.time,
      device: target.device,
      needs: [],
      reads: [...columns]
        .sort(([, a], [, b]) => b - a)
        .slice(0, maxColumns)
        .map(([name]) => name),
      taken: {
        what: `of the log sources of ${rules.size === 1 ? '1 rule' : `${rules.size} rules`}`,
        where: events.has(undefined)
          ? 'true'
          : [...events].map((where) => `(${where ?? 'true'})`).join(' or '),
      },
    })),
  );
}

/** Columns of the table, as they stand, that hold fields of the rule. */
function columnsOf({ matcher }: DetectionRule, target: RuleOnTable['target']): ReadonlySet<string> {
  const kql = new Set(
    [...fieldsOf(matcher).keys()].flatMap((name) => {
      const value = target.field(name);
      return value?.isColumn === true ? [value.kql] : [];
    }),
  );
  return new Set([...target.columns].filter((name) => kql.has(kqlName(name)) || kql.has(name)));
}
