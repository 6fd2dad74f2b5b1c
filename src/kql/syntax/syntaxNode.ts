/** A node of Kusto's syntax tree as the translator reads it: children by name, kinds by name, types as Kusto's words. */
import { itemsOf, kusto } from './bridge.ts';
import type { BridgeNode, BridgeSymbol } from './bridge.ts';
import { scalarTypes } from '../types.ts';
import type { Column, ScalarType } from '../types.ts';

const kindNames = new Map(Object.entries(kusto.Syntax.SyntaxKind).map(([name, kind]) => [kind, name]));

const scalarTypeNames: ReadonlySet<string> = new Set(scalarTypes);

function isScalarType(name: string): name is ScalarType {
  return scalarTypeNames.has(name);
}

/** Returns the project's name of a Kusto type symbol, or undefined where the binder knows none. */
function scalarTypeOf(symbol: BridgeSymbol | null | undefined): ScalarType | undefined {
  const name = symbol?.Name ?? '';
  return isScalarType(name) ? name : undefined;
}

/** A view of one node of the tree; children are made when asked for. */
export class SyntaxNode {
  readonly #node: BridgeNode;
  readonly kind: string;

  constructor(node: BridgeNode) {
    this.#node = node;
    this.kind = kindNames.get(node.Kind) ?? 'Unknown';
  }

  /** Start in the text, after leading white space, in UTF-16 code units. */
  get start(): number {
    return this.#node.TextStart;
  }

  get length(): number {
    return Math.max(0, this.#node.End - this.#node.TextStart);
  }

  /** The source text without the white space around it. */
  get text(): string {
    return this.#node.ToString().trim();
  }

  /** Of a token or literal: the unescaped text of a string, the inner text of others. */
  get valueText(): string {
    return this.#node.ValueText ?? '';
  }

  /** Of a string literal: its value, adjacent parts joined. */
  get stringValue(): string {
    const value = this.#node.LiteralValue;
    return typeof value === 'string' ? value : this.valueText;
  }

  get childCount(): number {
    return this.#node.ChildCount;
  }

  /** Kusto's own inferred type, where it is a known scalar type. */
  get type(): ScalarType | undefined {
    return scalarTypeOf(this.#node.ResultType);
  }

  /** Columns of a tabular (or tuple) result, where the binder knows them. */
  get columns(): readonly { readonly name: string; readonly type: ScalarType | undefined }[] | undefined {
    const columns = this.#node.ResultType?.Columns;
    if (columns === null || columns === undefined) return undefined;
    return itemsOf(columns).map((column) => ({ name: column.Name, type: scalarTypeOf(column.Type) }));
  }

  /** Columns with `dynamic` where the binder does not know the type. */
  get knownColumns(): readonly Column[] {
    return (this.columns ?? []).map(({ name, type }) => ({ name, type: type ?? 'dynamic' }));
  }

  /** The binder does not know all columns of this tabular result. */
  get isOpen(): boolean {
    return this.#node.ResultType?.IsOpen === true;
  }

  /** The result is a table. */
  get isTabular(): boolean {
    const type = this.#node.ResultType;
    return type?.Columns !== null && type?.Columns !== undefined;
  }

  /** The result is a graph. */
  get isGraph(): boolean {
    return this.#node.ResultType?.EdgeShape !== undefined;
  }

  /** The name that Kusto gives to a column of this expression, or undefined where it would number it. */
  get resultName(): string | undefined {
    const name = kusto.Binding.Binder.GetExpressionResultName(this.#node, null, null);
    return name === null || name === '' ? undefined : name;
  }

  /** The child at a position, or undefined where the grammar's optional part is absent. */
  at(index: number): SyntaxNode | undefined {
    const child = this.#node.GetChild(index);
    return child === null ? undefined : new SyntaxNode(child);
  }

  /** The child of that name, if present. */
  optional(name: string): SyntaxNode | undefined {
    for (let i = 0; i < this.#node.ChildCount; i++) {
      if (this.#node.GetName(i) === name) return this.at(i);
    }
    return undefined;
  }

  /** The child of that name, which the grammar requires here. */
  child(name: string): SyntaxNode {
    const found = this.optional(name);
    if (found === undefined) throw new Error(`${this.kind} has no ${name}`);
    return found;
  }

  /** Items of the list child of that name, separators removed; empty when the list is absent. */
  list(name: string): SyntaxNode[] {
    return this.optional(name)?.items() ?? [];
  }

  /** Children, with separated elements replaced by what they hold. */
  items(): SyntaxNode[] {
    const items: SyntaxNode[] = [];
    for (const child of this.children()) {
      const item = child.kind === 'SeparatedElement' ? child.at(0) : child;
      if (item !== undefined) items.push(item);
    }
    return items;
  }

  *children(): Generator<SyntaxNode> {
    for (let i = 0; i < this.#node.ChildCount; i++) {
      const child = this.at(i);
      if (child !== undefined) yield child;
    }
  }

  /** The body of the called function, bound with the types of this call's arguments. */
  expansion(): SyntaxNode | undefined {
    const body = this.#node.GetExpansion?.() ?? null;
    return body === null ? undefined : new SyntaxNode(body);
  }
}
