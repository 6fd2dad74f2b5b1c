/** Every tabular operator that the local engine runs, by the name of its syntax node. */
import { as, count, distinct, sample, sampleDistinct, take, unchanged, where } from './filter.ts';
import { piped } from './operator.ts';
import type { TableOperator } from './operator.ts';
import { extend, project, projectAway, projectKeep, projectRename, projectReorder } from './project.ts';
import { serialize } from './serialize.ts';
import { sort, top } from './sort.ts';
import { print, range } from './sources.ts';

export const operators: ReadonlyMap<string, TableOperator> = new Map<string, TableOperator>([
  ['AsOperator', piped(as)],
  ['ConsumeOperator', piped(unchanged)],
  ['CountOperator', piped(count)],
  ['DistinctOperator', piped(distinct)],
  ['ExtendOperator', piped(extend)],
  ['FilterOperator', piped(where)],
  ['PrintOperator', print],
  ['ProjectAwayOperator', piped(projectAway)],
  ['ProjectKeepOperator', piped(projectKeep)],
  ['ProjectOperator', piped(project)],
  ['ProjectRenameOperator', piped(projectRename)],
  ['ProjectReorderOperator', piped(projectReorder)],
  ['RangeOperator', range],
  ['RenderOperator', piped(unchanged)],
  ['SampleDistinctOperator', piped(sampleDistinct)],
  ['SampleOperator', piped(sample)],
  ['SerializeOperator', piped(serialize)],
  ['SortOperator', piped(sort)],
  ['TakeOperator', piped(take)],
  ['TopOperator', piped(top)],
]);
