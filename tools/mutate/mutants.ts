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

type Change = Pick<Mutant, 'kind' | 'start' | 'end' | 'replacement'>;

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
      if (text.slice(change.start, change.end) === change.replacement) continue;
      found.push({ file, line: lineAt(change.start), ...change });
    }
  });
  return found;
}

function changesOf(node: Node, parents: readonly Node[], text: string): Change[] {
  const of = (at: { start: number; end: number }) => text.slice(at.start, at.end);
  const replaced = (kind: Kind, at: { start: number; end: number }, replacement: string): Change => ({
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
      return isData(parents) ? constantChanges(node, replaced) : [];
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

type Replaced = (kind: Kind, at: { start: number; end: number }, replacement: string) => Change;
type TextOf = (at: { start: number; end: number }) => string;

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
  if (given.length >= 2 && first && second && isName(first) && isName(second)) {
    changes.push({
      kind: 'arguments swapped',
      start: first.start,
      end: second.end,
      replacement: `${of(second)}, ${of(first)}`,
    });
  }
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return changes;
  const { name } = callee.property;
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

/** The lines that the fault changes, before and after, as a diff shows them. */
export function diffOf(mutant: Mutant, text: string): string {
  const from = text.lastIndexOf('\n', mutant.start - 1) + 1;
  const until = text.indexOf('\n', mutant.end);
  const to = until < 0 ? text.length : until;
  const before = text.slice(from, to);
  const after = text.slice(from, mutant.start) + mutant.replacement + text.slice(mutant.end, to);
  const marked = (mark: string, lines: string) =>
    lines
      .split('\n')
      .map((line) => `${mark} ${line}`)
      .join('\n');
  return `${marked('-', before)}\n${marked('+', after)}`;
}

export const mutated = (text: string, { start, end, replacement }: Mutant) =>
  text.slice(0, start) + replacement + text.slice(end);
