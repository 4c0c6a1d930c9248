/** Rules about files: no circles, limits, what an operation file is, and that each file says at its head what it is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Node } from 'oxc-parser';
import { assertOnlyExceptions } from './exceptions.ts';
import { handWritten, isOperationFile, lineOf, type Source, sources, violations, walk } from './sources.ts';

const MAX_FUNCTION_LINES = 60;
const MAX_FILE_LINES = 300;
const MAX_OPERATION_LINES = 200;

/** `remedies` of `explain/remedies/place.ts`, empty where a file stands beside the rooms. */
const roomOf = (path: string) => path.split('/').slice(1, -1)[0] ?? '';

/** Sets of files that import each other, directly or around (Tarjan's strongly connected components). */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const enter = (name: string) => {
    order.set(name, order.size);
    low.set(name, order.get(name)!);
    stack.push(name);
    for (const next of edges.get(name) ?? []) {
      if (!order.has(next)) enter(next);
      if (stack.includes(next)) low.set(name, Math.min(low.get(name)!, low.get(next)!));
    }
    if (low.get(name) !== order.get(name)) return;
    const circle = stack.splice(stack.indexOf(name));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const name of edges.keys()) if (!order.has(name)) enter(name);
  return found;
}

const importGraph = (includeTypes: boolean) =>
  new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.filter((each) => each.isOwn && (includeTypes || !each.isTypeOnly)).map(({ name }) => name),
    ]),
  );

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** The name that a function goes by: its own, or that of what it is given to. */
function nameOf(node: Node, parents: readonly Node[]): string {
  if ('id' in node && node.id && 'name' in node.id) return node.id.name as string;
  const parent = parents.at(-1) as unknown as Record<string, { name?: string; value?: string }> | undefined;
  return parent?.key?.name ?? parent?.id?.name ?? parent?.key?.value ?? 'a function';
}

function longFunctions(source: Source): [string, string][] {
  const found: [string, string][] = [];
  walk(source.program, (node, parents) => {
    if (!FUNCTIONS.has(node.type)) return;
    const first = lineOf(source, node.start);
    const lines = lineOf(source, node.end) - first + 1;
    if (lines <= MAX_FUNCTION_LINES) return;
    const name = `${source.path} ${nameOf(node, parents)}`;
    found.push([
      name,
      `${lines} lines from line ${first}; ${MAX_FUNCTION_LINES} at most: name its parts as functions of their own`,
    ]);
  });
  return found;
}

describe('the structure', () => {
  test('no files import each other in a circle, not even for their types', () => {
    for (const includeTypes of [false, true]) {
      const found = circles(importGraph(includeTypes)).map((circle): [string, string] => [
        circle.join(', '),
        'move what they need of each other to a file of its own',
      ]);
      assertOnlyExceptions(includeTypes ? 'circles of types' : 'circles', new Map(found));
    }
  });

  test('rooms of explain, what their files import put together, make no circle either', () => {
    const edges = new Map<string, string[]>();
    for (const { path, imports } of sources.filter(({ path }) => path.startsWith('explain/'))) {
      const from = roomOf(path);
      const to = imports.filter(({ isOwn, name }) => isOwn && name.startsWith('explain/'));
      edges.set(from, [...(edges.get(from) ?? []), ...to.map(({ name }) => roomOf(name))]);
    }
    assert.ok(edges.size > 10);
    assert.ok(!edges.has(''), 'each file of explain is in a room');
    assert.deepEqual(circles(edges), []);
  });

  test('circles are found where there are some', () => {
    const edges = { a: ['b'], b: ['c', 'd'], c: ['a'], d: ['d', 'e'], e: [] };
    assert.deepEqual(circles(new Map(Object.entries(edges))), [['a', 'b', 'c']]);
  });

  test('functions have sixty lines at most', () => {
    const found = handWritten.flatMap(longFunctions);
    assertOnlyExceptions('long functions', new Map(found));
  });

  test('files have 300 lines at most, those of an operation 200', () => {
    const found = handWritten
      .map(({ path, text }) => {
        const limit = isOperationFile(path) ? MAX_OPERATION_LINES : MAX_FILE_LINES;
        return { path, lines: text.split('\n').length - 1, limit };
      })
      .filter(({ lines, limit }) => lines > limit)
      .map(({ path, lines, limit }): [string, string] => [
        path,
        `${lines} lines, ${limit} at most: move what has a name of its own to a file of that name`,
      ]);
    assertOnlyExceptions('long files', new Map(found));
  });

  test('each file begins with a comment that says what it is', () => {
    const found = handWritten
      .filter((source) => !/^(?:\/\*\*|\/\/) ?\S|^\/\*\*\n/.test(source.text))
      .map(({ path }): [string, string] => [
        path,
        'begin with /** what it is, and what it is for */, before the imports',
      ]);
    assertOnlyExceptions('no head comment', new Map(found));
  });

  test('only an index imports the file of an operation, and each is registered', () => {
    const isIndex = (path: string) => /^services\/(?:[a-z0-9-]+\/)+(?:index|operations)\.ts$/.test(path);
    const wrong = violations(({ path, imports }) =>
      isIndex(path)
        ? []
        : imports
            .filter(({ name, isOwn }) => isOwn && isOperationFile(name))
            .map(({ name }) => `imports ${name}; move what both need to a file of its noun`),
    );
    assert.deepEqual(wrong, []);
    const registered = new Set(
      sources.filter(({ path }) => isIndex(path)).flatMap(({ imports }) => imports.map(({ name }) => name)),
    );
    const operations = sources.filter(({ path }) => isOperationFile(path));
    assert.ok(operations.length > 400);
    const missing = operations.filter(({ path }) => !registered.has(path)).map(({ path }) => path);
    assert.deepEqual(missing, [], 'not registered: run npm run operations');
  });

  test('the file of an operation is named for it, and begins with its page', () => {
    const wrong = violations(({ path, text }) => {
      if (!isOperationFile(path)) return [];
      const name = path.slice(path.lastIndexOf('/') + 1, -'.ts'.length);
      return [
        ...(new RegExp(`\\.operation\\(\\s*'${name}'`).test(text)
          ? []
          : [`does not define .operation('${name}', …)`]),
        ...(/^\/\*\*?[\s\S]*?https:\/\/docs\.aws\.amazon\.com[\s\S]*?\*\//.test(text)
          ? []
          : ['no API page in its head comment']),
      ];
    });
    assert.deepEqual(wrong, []);
  });
});
