/** Every tabular operator that the local engine runs, by the name of its syntax node. */
import { as, count, distinct, sample, sampleDistinct, take, unchanged, where } from './filter.ts';
import { assertSchema } from './assertSchema.ts';
import { evaluate } from './evaluate.ts';
import { getSchema } from './getSchema.ts';
import { graphOperators } from './graph/registry.ts';
import { invoke } from './invoke.ts';
import { join, lookup } from './join.ts';
import { makeSeries } from './makeSeries.ts';
import { mvApply } from './mvApply.ts';
import { mvExpand } from './mvExpand.ts';
import { piped } from './operator.ts';
import type { TableOperator } from './operator.ts';
import { parse } from './parse.ts';
import { parseKv } from './parseKv.ts';
import { partition } from './partition.ts';
import {
  extend,
  project,
  projectAway,
  projectByNames,
  projectKeep,
  projectRename,
  projectReorder,
} from './project.ts';
import { reduce } from './reduce.ts';
import { scan } from './scan.ts';
import { find, search } from './search.ts';
import { serialize } from './serialize.ts';
import { sort, top } from './sort.ts';
import { print, range } from './sources.ts';
import { summarize } from './summarize.ts';
import { topHitters } from './topHitters.ts';
import { topNested } from './topNested.ts';
import { union } from './union.ts';

export const operators: ReadonlyMap<string, TableOperator> = new Map<string, TableOperator>([
  ['AsOperator', piped(as)],
  ['AssertSchemaOperator', piped(assertSchema)],
  ['ConsumeOperator', piped(unchanged)],
  ['CountOperator', piped(count)],
  ['DistinctOperator', piped(distinct)],
  ['EvaluateOperator', evaluate],
  ['ExtendOperator', piped(extend)],
  ['FilterOperator', piped(where)],
  ['FindOperator', find],
  ['GetSchemaOperator', piped(getSchema)],
  ...graphOperators,
  ['InvokeOperator', piped(invoke)],
  ['JoinOperator', piped(join)],
  ['LookupOperator', piped(lookup)],
  ['MakeSeriesOperator', piped(makeSeries)],
  ['MvApplyOperator', piped(mvApply)],
  ['MvExpandOperator', piped(mvExpand)],
  ['ParseKvOperator', piped(parseKv)],
  ['ParseOperator', piped(parse)],
  ['ParseWhereOperator', piped(parse)],
  ['PartitionByOperator', piped(partition)],
  ['PartitionOperator', piped(partition)],
  ['PrintOperator', print],
  ['ProjectAwayOperator', piped(projectAway)],
  ['ProjectByNamesOperator', piped(projectByNames)],
  ['ProjectKeepOperator', piped(projectKeep)],
  ['ProjectOperator', piped(project)],
  ['ProjectRenameOperator', piped(projectRename)],
  ['ProjectReorderOperator', piped(projectReorder)],
  ['RangeOperator', range],
  ['ReduceByOperator', piped(reduce)],
  ['RenderOperator', piped(unchanged)],
  ['SampleDistinctOperator', piped(sampleDistinct)],
  ['SampleOperator', piped(sample)],
  ['ScanOperator', piped(scan)],
  ['SearchOperator', search],
  ['SerializeOperator', piped(serialize)],
  ['SortOperator', piped(sort)],
  ['SummarizeOperator', piped(summarize)],
  ['TakeOperator', piped(take)],
  ['TopHittersOperator', piped(topHitters)],
  ['TopNestedOperator', piped(topNested)],
  ['TopOperator', piped(top)],
  ['UnionOperator', union],
]);
