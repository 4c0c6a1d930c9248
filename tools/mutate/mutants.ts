/** The faults that can be planted in a source file: one small change each, of the kinds that people make. */
import { type Node, parseSync, visitorKeys } from 'oxc-parser';

export interface Mutant {
  /** Relative to the project. */
  readonly file: string;
  readonly line: number;
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** The smallest expression or statement around it for which another may stand. */
  readonly host: Host;
}

export interface Host extends Span {
  readonly isStatement: boolean;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Kind =
  | 'condition negated'
  | 'statement dropped'
  | 'operator'
  | 'boundary'
  | 'constant'
  | 'arguments swapped'
  | 'member forgotten'
  | 'wrong function'
  | 'fallback dropped';

type Change = Omit<Mutant, 'file' | 'line' | 'host'>;

const BOUNDARY: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const OPPOSITE: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
};
const OTHER_FUNCTION: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  find: 'findLast',
  findLast: 'find',
};
/** Methods without which a list is longer, or in another order. */
const NARROWING = new Set(['filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'slice']);

export function mutantsOf(file: string, text: string): Mutant[] {
  const { program } = parseSync(file, text);
  const lineAt = lineIndex(text);
  const found: Mutant[] = [];
  walk(program, (node, parents) => {
    for (const change of changesOf(node, parents, text)) {
      const host =
        change.kind === 'condition negated'
          ? hostOf((node as Node & { test: Node }).test, [...parents, node])
          : hostOf(node, parents);
      if (!host) continue;
      if (text.slice(change.start, change.end) === change.replacement) continue;
      found.push({ file, line: lineAt(change.start), ...change, host });
    }
  });
  return found;
}

function changesOf(node: Node, parents: readonly Node[], text: string): Change[] {
  const of = (at: Span) => text.slice(at.start, at.end);
  const replaced = (kind: Kind, at: Span, replacement: string): Change => ({
    kind,
    start: at.start,
    end: at.end,
    replacement,
  });
  switch (node.type) {
    case 'IfStatement':
      return [
        replaced('condition negated', node.test, `!(${of(node.test)})`),
        ...(node.alternate ? [] : [replaced('statement dropped', node, ';')]),
      ];
    case 'ConditionalExpression':
      return [replaced('condition negated', node.test, `!(${of(node.test)})`)];
    case 'ExpressionStatement':
      return isEffect(node.expression) ? [replaced('statement dropped', node, ';')] : [];
    case 'BinaryExpression':
    case 'LogicalExpression':
      return operatorChanges(node, of, replaced);
    case 'Literal':
      return isData(parents) && !isOrder(parents) && !isLimitOfFirst(parents)
        ? constantChanges(node, replaced)
        : [];
    case 'CallExpression':
      return callChanges(node, of, replaced);
    case 'ObjectExpression':
      return node.properties
        .filter((each) => isForgettable(each, parents))
        .map((each) => forgotten(each, text));
    default:
      return [];
  }
}

const STATEMENT = /^(?:If|Expression)Statement$/;
const EXPRESSION =
  /^(?:Literal|Identifier|ParenthesizedExpression|(?:Array|ArrowFunction|Await|Binary|Call|Chain|Conditional|Logical|Member|New|Object|Unary)Expression)$/;

/** `a?.b.c(d)` is one expression: nothing within its spine can be replaced alone. */
function isSpine(node: Node, parent: Node): boolean {
  if (parent.type === 'MemberExpression') return parent.object === node;
  if (parent.type === 'CallExpression') return parent.callee === node;
  return /^(?:Chain|TSNonNull)Expression$/.test(parent.type);
}

function canBeReplaced(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1);
  if (parent === undefined) return false;
  if (STATEMENT.test(node.type)) return true;
  if (!EXPRESSION.test(node.type)) return false;
  if (/^(?:Property|MethodDefinition|PropertyDefinition)$/.test(parent.type)) {
    return (parent as unknown as { value: Node }).value === node;
  }
  if (parent.type === 'AssignmentExpression' || parent.type === 'AssignmentPattern')
    return parent.right === node;
  if (/^(?:Update|Unary)Expression$/.test(parent.type)) return !/Member|Chain|Identifier/.test(node.type);
  if (node.type === 'MemberExpression' && isSpine(node, parent)) return false;
  return !/^(?:Import|Export|TSEnum|Object|Array)\w*(?:Specifier|Pattern|Member|Declaration)$/.test(
    parent.type,
  );
}

function hostOf(node: Node, parents: readonly Node[]): Host | undefined {
  const path = [...parents, node];
  for (let at = path.length - 1; at > 0; at--) {
    while (at > 0 && isSpine(path[at] as Node, path[at - 1] as Node) && isChained(path, at)) at--;
    const host = path[at] as Node;
    const { start, end, type } = host;
    if (canBeReplaced(host, path.slice(0, at))) return { start, end, isStatement: STATEMENT.test(type) };
  }
  return undefined;
}

function isChained(path: readonly Node[], from: number): boolean {
  for (let at = from; at > 0 && isSpine(path[at] as Node, path[at - 1] as Node); at--) {
    if ((path[at - 1] as Node).type === 'ChainExpression') return true;
  }
  return false;
}

type Replaced = (kind: Kind, at: Span, replacement: string) => Change;
type TextOf = (at: Span) => string;

/** A call, an assignment or a deletion: what a statement is there for. */
function isEffect(expression: Node): boolean {
  const inner = expression.type === 'AwaitExpression' ? expression.argument : expression;
  return /^(?:Call|Chain|Assignment|Update)Expression$/.test(inner.type) || isDeletion(inner);
}

const isDeletion = (node: Node) => node.type === 'UnaryExpression' && node.operator === 'delete';

function operatorChanges(
  node: Node & { left: Node; right: Node; operator: string },
  of: TextOf,
  replaced: Replaced,
): Change[] {
  const { left, right, operator } = node;
  const between = (other: string) => `${of(left)} ${other} ${of(right)}`;
  const whole = (other: string, kind: Kind) => replaced(kind, node, between(other));
  if (operator === '??') return [replaced('fallback dropped', node, `(${of(left)})`)];
  const isText = [left, right].some(
    (each) => each.type === 'TemplateLiteral' || (each.type === 'Literal' && typeof each.value === 'string'),
  );
  return [
    ...(BOUNDARY[operator] ? [whole(BOUNDARY[operator] as string, 'boundary')] : []),
    ...(OPPOSITE[operator] && !(operator === '+' && isText)
      ? [replaced('operator', node, `(${between(OPPOSITE[operator] as string)})`)]
      : []),
  ];
}

/** Not the name of a module, a type or a key, and not the text of a message. */
function isData(parents: readonly Node[]): boolean {
  const parent = parents.at(-1);
  return !(
    parent === undefined ||
    /^(?:Import|Export|TS)/.test(parent.type) ||
    (parent.type === 'Property' && parent.key.type === 'Literal' && parent.value.type !== 'Literal')
  );
}

/** The 1 or -1 that a comparison for `sort` ends in: only its sign counts. */
function isOrder(parents: readonly Node[]): boolean {
  const at = parents.findLastIndex(({ type }) => type !== 'UnaryExpression');
  const sorting = parents.findLast(({ type }) => type === 'CallExpression');
  return parents[at]?.type === 'ConditionalExpression' && /^(?:sort|toSorted)$/.test(methodOf(sorting) ?? '');
}

/** The limit of a search of which the first is taken: `const [user] = await tx.find(users, 'name', { limit: 1 })`. */
function isLimitOfFirst(parents: readonly Node[]): boolean {
  const parent = parents.at(-1);
  if (parent?.type !== 'Property' || parent.key.type !== 'Identifier' || parent.key.name !== 'limit')
    return false;
  const declared = parents.findLast(({ type }) => type === 'VariableDeclarator');
  const { id } = (declared ?? {}) as { readonly id?: Node };
  return id?.type === 'ArrayPattern' && id.elements.length === 1;
}

function methodOf(call: Node | undefined): string | undefined {
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined;
  return call.callee.property.type === 'Identifier' ? call.callee.property.name : undefined;
}

function constantChanges(node: Node & { type: 'Literal' }, replaced: Replaced): Change[] {
  const value = node.value as unknown;
  if (typeof value === 'boolean') return [replaced('constant', node, String(!value))];
  if (typeof value === 'number') return [replaced('constant', node, String(value === 0 ? 1 : value + 1))];
  return [];
}

function callChanges(node: Node & { type: 'CallExpression' }, of: TextOf, replaced: Replaced): Change[] {
  const { callee, arguments: given } = node;
  const changes: Change[] = [];
  const [first, second] = given;
  const isName = (each: Node | undefined) => each?.type === 'Identifier' || each?.type === 'MemberExpression';
  const isCommutative = /^Math\.(?:min|max)$/.test(of(callee));
  if (!isCommutative && given.length >= 2 && first && second && isName(first) && isName(second)) {
    changes.push({
      kind: 'arguments swapped',
      start: first.start,
      end: second.end,
      replacement: `${of(second)}, ${of(first)}`,
    });
  }
  const name = methodOf(node);
  if (name === undefined || callee.type !== 'MemberExpression') return changes;
  const other = Object.hasOwn(OTHER_FUNCTION, name) ? OTHER_FUNCTION[name] : undefined;
  if (other) changes.push(replaced('wrong function', callee.property, other));
  if (NARROWING.has(name)) changes.push(replaced('wrong function', node, of(callee.object)));
  return changes;
}

/** A member of a record, an event or an answer; of nothing that TypeScript or a definition demands. */
function isForgettable(property: Node, parents: readonly Node[]): boolean {
  if (property.type !== 'Property' && property.type !== 'SpreadElement') return false;
  // The members of a definition are functions; without them nothing starts.
  if (property.type === 'Property' && /Function/.test(property.value.type)) return false;
  return parents.some((each) => /Function/.test(each.type));
}

function forgotten(property: Node, text: string): Change {
  const rest = text.slice(property.end).match(/^\s*,/)?.[0].length ?? 0;
  return { kind: 'member forgotten', start: property.start, end: property.end + rest, replacement: '' };
}

function walk(node: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const parents: Node[] = [];
  const enter = (at: Node) => {
    // Types are erased: no fault can be planted there.
    if (/^TS(?:Type|Interface|Enum|Module|Import)/.test(at.type)) return;
    visit(at, parents);
    parents.push(at);
    for (const key of visitorKeys[at.type] ?? []) {
      const child = (at as unknown as Record<string, Node | readonly (Node | null)[] | null>)[key];
      if (Array.isArray(child)) for (const each of child as (Node | null)[]) each && enter(each);
      else if (child) enter(child as Node);
    }
    parents.pop();
  };
  enter(node);
}

function lineIndex(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let line = 0;
    while (line < starts.length && (starts[line] as number) <= offset) line++;
    return line;
  };
}
