/** Rules about words: one name for one thing, in code, in comments, and in what users' databases keep. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Node } from 'oxc-parser';
import { assertOnlyExceptions } from './exceptions.ts';
import { handWritten, lineOf, type Source, sources, walk } from './sources.ts';

interface Violation {
  readonly name: string;
  /** Where in the text. */
  readonly at: number;
  readonly instead: string;
}

/** Each declared name that the pattern matches, with what to say instead. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:tell|told|tells)(?=[A-Z]|$)|(?:Told|Tell|Tells)(?=[A-Z]|$)/,
    'say what it is: recorded, shown, disclosed, an event',
  ],
  [/^(?:MOST|LONGEST|LARGEST|GREATEST|HIGHEST)_/, 'MAX_…'],
  [/^(?:LEAST|SHORTEST|SMALLEST|FEWEST|LOWEST)_/, 'MIN_…'],
  [/^(?:house|House)$/, 'runtime, Runtime'],
  [
    /^(?:hears?|poke|wake|holdBack|trouble|takeIn|goOn|giveUp)$/,
    'trigger, rearm, requestReconcile, backOff, backoff, recordLaunched, resume, failLaunch',
  ],
  [
    /^(?:mend|Mending|speaker|Belongings|KnownWorld|gatherWorld|Doors|doors|shelf|shelves|Shelf)$/,
    'findRemedies, RemedyPlan, callAs, InstanceRelations, EvaluationInputs, endpoints, RegionCatalog',
  ],
  [/^(?:refuse|assert)[A-Z]/, 'requireX, which throws unless X holds'],
  [/^(?:obj|tmp|temp|stuff|foo|bar|util|utils|helper|helpers|misc)$/, 'a name that says what it is'],
];

/** In comments and messages: words with one meaning each, in plain English. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:must )?bears? repeating\b/i, 'idempotent'],
  [/\b(?:is|are) no more\b(?! than)/, 'no longer exists'],
  [/\b(?:is|are) none of ours\b/, 'is not ours'],
  [/\bcomes? to be\b|\bcame to be\b/, 'is created'],
  [/\bof itself\b/, 'on its own'],
];

type Named = { readonly name: string; readonly start: number };

/** The names that a pattern binds. */
function boundBy(pattern: Node | null): Named[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) =>
        boundBy(each.type === 'RestElement' ? each.argument : each.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundBy);
    case 'AssignmentPattern':
      return boundBy(pattern.left);
    case 'RestElement':
      return boundBy(pattern.argument);
    default:
      return [];
  }
}

function declared(node: Node): readonly Named[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return boundBy(node.id);
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [...boundBy(node.id), ...node.params.flatMap(boundBy)];
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return boundBy(node.id);
    case 'TSPropertySignature':
    case 'TSMethodSignature':
    case 'PropertyDefinition':
    case 'MethodDefinition':
    case 'Property':
      return boundBy(node.key);
    default:
      return [];
  }
}

function badNames({ program }: Source): Violation[] {
  const found: Violation[] = [];
  walk(program, (node) => {
    for (const { name, start } of declared(node)) {
      for (const [pattern, instead] of NAMES)
        if (pattern.test(name)) found.push({ name, at: start, instead });
    }
  });
  return found;
}

const badPhrases = ({ text }: Source): Violation[] =>
  PHRASES.flatMap(([pattern, instead]) =>
    [...text.matchAll(new RegExp(pattern, 'gi'))].map(({ 0: name, index }) => ({ name, at: index, instead })),
  );

const STORED = /^[a-z][a-z0-9]*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/;

/** Names that are rows in users' databases: of tables, logs and workflows, with where they stand. */
function storedNames({ program }: Source): { kind: 'table' | 'log' | 'workflow'; name: string }[] {
  const found: { kind: 'table' | 'log' | 'workflow'; name: string }[] = [];
  walk(program, (node) => {
    if (node.type !== 'CallExpression') return;
    const [first] = node.arguments;
    const callee = node.callee.type === 'CallExpression' ? node.callee.callee : node.callee;
    if (callee.type !== 'Identifier') return;
    if (callee.name === 'table' && first?.type === 'ObjectExpression') {
      for (const each of first.properties) {
        if (each.type !== 'Property' || each.key.type !== 'Identifier' || each.key.name !== 'name') continue;
        if (each.value.type === 'Literal') found.push({ kind: 'table', name: String(each.value.value) });
      }
    }
    if (first?.type !== 'Literal') return;
    if (callee.name === 'log') found.push({ kind: 'log', name: String(first.value) });
    if (callee.name === 'workflowRef') found.push({ kind: 'workflow', name: String(first.value) });
  });
  return found;
}

/** What the first parameter is called of the functions that take a context, and whether a transaction is open there. */
const STAGES: Readonly<Record<string, 'ctx' | 'context'>> = {
  calls: 'ctx',
  checks: 'context',
  preconditions: 'context',
  execute: 'context',
};

/** The same by the type of what is named so. */
const CONTEXTS: Readonly<Record<string, 'ctx' | 'context'>> = {
  CallContext: 'ctx',
  WorkflowContext: 'ctx',
  ResourceContext: 'ctx',
  ResolveContext: 'context',
  EffectContext: 'context',
  ExecuteContext: 'context',
};

const isOpen = (wanted: 'ctx' | 'context') =>
  `${wanted}: ${wanted === 'ctx' ? 'no' : 'a'} transaction is open here`;

function misnamedContexts({ program }: Source): Violation[] {
  const found: Violation[] = [];
  walk(program, (node, parents) => {
    if (node.type === 'Identifier' && /^(?:ctx|context)$/.test(node.name)) {
      const type = 'typeAnnotation' in node ? node.typeAnnotation?.typeAnnotation : undefined;
      const named = type?.type === 'TSTypeReference' && 'name' in type.typeName ? type.typeName.name : '';
      const wanted = Object.hasOwn(CONTEXTS, named) ? CONTEXTS[named] : undefined;
      if (wanted && wanted !== node.name)
        found.push({ name: `${node.name}: ${named}`, at: node.start, instead: isOpen(wanted) });
    }
    if (node.type !== 'FunctionExpression' && node.type !== 'ArrowFunctionExpression') return;
    const parent = parents.at(-1);
    if (parent?.type !== 'Property' || parent.key.type !== 'Identifier') return;
    const stage = parent.key.name;
    const wanted = Object.hasOwn(STAGES, stage) ? STAGES[stage] : undefined;
    const [first] = node.params;
    if (!wanted || first?.type !== 'Identifier' || first.name.replace(/^_/, '') === wanted) return;
    found.push({ name: `${stage}(${first.name})`, at: first.start, instead: isOpen(wanted) });
  });
  return found;
}

/** `checkX` is neither: what throws is `requireX`, what returns a Check `xCheck`. */
function misnamedThrowers({ program }: Source): Violation[] {
  const found: Violation[] = [];
  walk(program, (node) => {
    if (node.type !== 'FunctionDeclaration' || !node.id || !/^check[A-Z]/.test(node.id.name)) return;
    const instead = 'requireX where it throws, xCheck where it returns a Check';
    found.push({ name: node.id.name, at: node.start, instead });
  });
  return found;
}

/** `{ account: string; region: string }` written out. */
function inlineScopes({ path, program }: Source): Violation[] {
  if (path === 'aws/scope.ts') return [];
  const found: Violation[] = [];
  walk(program, (node) => {
    if (node.type !== 'TSTypeLiteral' && node.type !== 'TSInterfaceBody') return;
    const members = node.type === 'TSTypeLiteral' ? node.members : node.body;
    const names = members.map((each) =>
      each.type === 'TSPropertySignature' && each.key.type === 'Identifier' ? each.key.name : '',
    );
    if (names.sort().join() !== 'account,region') return;
    found.push({ name: '{ account, region }', at: node.start, instead: 'Scope of aws/scope.ts' });
  });
  return found;
}

/** What breaks a rule, by file and name: a line moves too easily to be what an exception is named by. */
const foundBy = (rule: (source: Source) => readonly Violation[]) =>
  new Map(
    handWritten.flatMap((source) =>
      rule(source).map(({ name, at, instead }): [string, string] => [
        `${source.path} ${name}`,
        `line ${lineOf(source, at)}; say ${instead}`,
      ]),
    ),
  );

describe('the vocabulary', () => {
  test('names are those that the house uses for the thing', () => {
    assertOnlyExceptions('names', foundBy(badNames));
  });

  test('comments and messages say it in plain English', () => {
    assertOnlyExceptions('phrases', foundBy(badPhrases));
  });

  test('stored names have one pattern: service.nouns-in-kebab, and service.noun.verb for workflows', () => {
    const all = sources.flatMap((source) =>
      storedNames(source).map((each) => ({ ...each, path: source.path })),
    );
    assert.ok(all.filter(({ kind }) => kind === 'table').length > 50, 'tables were found');
    const wrong = all.filter(
      ({ kind, name }) =>
        !STORED.test(name) ||
        (kind === 'workflow' ? name.split('.').length !== 3 : name.split('.').length !== 2),
    );
    assertOnlyExceptions(
      'stored names',
      new Map(
        wrong.map(({ kind, name, path }) => [
          `${path} ${name}`,
          kind === 'workflow' ? 'service.noun.verb, in kebab-case' : 'service.nouns, in kebab-case',
        ]),
      ),
    );
    const twice = all.filter(
      ({ kind, name }, at) => all.findIndex((each) => each.name === name && each.kind === kind) !== at,
    );
    assert.deepEqual(twice, [], 'stored names are unique');
  });

  test('ctx is a context without a transaction, context one with it', () => {
    assertOnlyExceptions('contexts', foundBy(misnamedContexts));
  });

  test('requireX throws, xCheck returns a Check', () => {
    assertOnlyExceptions('who throws', foundBy(misnamedThrowers));
  });

  test('an account in a Region is a Scope', () => {
    assertOnlyExceptions('scopes', foundBy(inlineScopes));
  });
});
