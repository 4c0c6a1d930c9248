/**
 * No parameter vanishes in silence: the code of every operation reads each member of its input, or refuses it by name,
 * or it is declared in `unread-members.json` with the reason why it changes nothing.
 *
 * What counts as read is what the operation's file, and what that imports of its service, takes from an object: a
 * property, a destructured name, a name in quotes. The names of members in outputs do not count.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { test } from 'node:test';
import { type Node, parseSync, visitorKeys } from 'oxc-parser';
import type { Operation } from '../../src/invoke/operation.ts';
import { emptyListingNames } from '../../src/service-kit/empty-listings.ts';
import { serviceIds, serviceShapes } from '../../src/shapes/services.ts';
import type { Shape, StructureShape } from '../../src/shapes/shape.ts';
import declared from './unread-members.json' with { type: 'json' };

const SOURCE = resolve(import.meta.dirname, '../../src');

interface SourceFile {
  readonly imports: readonly string[];
  readonly names: ReadonlySet<string>;
}

const files = new Map<string, SourceFile>();

function read(path: string): SourceFile {
  let known = files.get(path);
  if (!known) {
    known = parse(path);
    files.set(path, known);
  }
  return known;
}

function parse(path: string): SourceFile {
  const { program } = parseSync(path, readFileSync(path, 'utf8'));
  const imports: string[] = [];
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.type === 'ImportDeclaration') {
      if (node.importKind !== 'type') imports.push(resolve(dirname(path), node.source.value));
      return;
    }
    if (node.type === 'MemberExpression' && node.property.type === 'Identifier')
      names.add(node.property.name);
    if (node.type === 'ObjectPattern') {
      for (const property of node.properties) {
        if (property.type === 'Property' && property.key.type === 'Identifier') names.add(property.key.name);
      }
    }
    if (node.type === 'Literal' && typeof node.value === 'string') {
      // In quotes also as a path: `BlockDeviceMappings[].Ebs.OutpostArn`.
      for (const name of node.value.replaceAll('[]', '').split('.')) names.add(name);
    }
    // A table of what is done for each member: `const CHANGES = { Description: … }`.
    if (
      node.type === 'VariableDeclarator' &&
      node.id.type === 'Identifier' &&
      /^[A-Z_]+$/.test(node.id.name)
    ) {
      for (const name of keysOf(node.init)) names.add(name);
    }
    for (const key of visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, unknown>)[key];
      for (const each of Array.isArray(child) ? child : [child]) if (each) visit(each as Node);
    }
  };
  visit(program as unknown as Node);
  return { imports, names };
}

function keysOf(node: Node | null): string[] {
  if (node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression')
    return keysOf(node.expression);
  if (node?.type !== 'ObjectExpression') return [];
  return node.properties.flatMap((each) =>
    each.type === 'Property' && each.key.type === 'Identifier' ? [each.key.name] : [],
  );
}

/** All that the file of an operation, and what it imports of its service and of what services share, takes from objects. */
function namesReadBy(path: string): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const waiting = [path];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next) || !/\/src\/(services|service-kit)\//.test(next) || !existsSync(next)) continue;
    seen.add(next);
    const file = read(next);
    for (const name of file.names) names.add(name);
    waiting.push(...file.imports);
  }
  return names;
}

/** The members of an input that are not named, by their path; of one that is not named, nothing within it is looked at. */
function unread(shape: StructureShape, names: ReadonlySet<string>, refused: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const look = (each: Shape, path: string, above: readonly string[]): void => {
    if (each.type === 'list') look(each.member, `${path}[]`, above);
    if (each.type === 'map') look(each.value, `${path}{}`, above);
    if (each.type !== 'structure' || above.includes(each.name)) return;
    // Taken or refused as a whole.
    if (above.length > 0 && !each.members.some(({ name }) => names.has(name))) return;
    for (const member of each.members) {
      const at = path === '' ? member.name : `${path}.${member.name}`;
      if (refused.has(at)) continue;
      if (names.has(member.name)) look(member.shape, at, [...above, each.name]);
      else found.push(at);
    }
  };
  look(shape, '', []);
  return found;
}

const FRONT_DOOR: ReadonlySet<string> = new Set(['DryRun']);

test('every member of an input is read, refused by name, or declared', async () => {
  const reasons = declared as Readonly<Record<string, string>>;
  const undeclared: string[] = [];
  const stale = new Set(Object.keys(reasons));
  for (const id of serviceIds) {
    const folder = resolve(SOURCE, 'services', id);
    const listings = new Set(emptyListingNames(id));
    const { imports } = read(resolve(folder, 'operations.ts'));
    for (const path of imports) {
      const name = /([A-Za-z0-9]+)\.ts$/.exec(path)![1]!;
      const shape = serviceShapes(id).operation(name);
      if (!shape || listings.has(name)) continue;
      const { default: operation } = (await import(path)) as { default: Operation };
      const refused = (operation.definition.unserved ?? []).map((each) =>
        typeof each === 'string' ? each : each[0],
      );
      for (const member of unread(shape.input, namesReadBy(path), new Set(refused))) {
        if (FRONT_DOOR.has(member)) continue;
        const steps = member.split('.').slice(0, -1);
        const within = steps.map((_, at) => `${name} ${steps.slice(0, at + 1).join('.')}.*`);
        const entries = [`${name} ${member}`, `* ${member}`, ...within].map((each) => `${id}:${each}`);
        const entry = entries.find((each) => reasons[each] !== undefined);
        if (entry) stale.delete(entry);
        else undeclared.push(entries[0]!);
      }
    }
  }
  assert.deepEqual(
    undeclared,
    [],
    'read them, refuse them by name, or declare in unread-members.json why they change nothing',
  );
  assert.deepEqual([...stale], [], 'declared, but read');
});
