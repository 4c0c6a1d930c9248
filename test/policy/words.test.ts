/** What is told of each row of the tables: the whole trace, what could still allow it, the fault of a document and its line. */
import { describe, test } from 'node:test';
import type { AccessRequest, PolicyInputs } from '../../src/policy/decision.ts';
import { type JsonSyntaxError, readJson } from '../../src/policy/json-reader.ts';
import { type PolicyKind, parsePolicy } from '../../src/policy/parse.ts';
import { type Possibility, possibilities } from '../../src/policy/possibilities.ts';
import { explainDecision } from '../../src/policy/trace.ts';
import { witnessOf } from '../../src/policy/witness.ts';
import { wordsOf } from '../worlds/words.ts';
import statementMembers from './conformance/statement-members.json' with { type: 'json' };
import { type Case, conditions, decisions, documents, statements } from './tables.ts';

const words = wordsOf(import.meta.url);

function* traced({ inputs, request }: Case): Generator<unknown> {
  const { policies, grants, action, resource, ...of } = explainDecision(inputs, request);
  yield [action, resource];
  yield of;
  for (const { statements: each, ...policy } of policies) {
    yield policy;
    for (const statement of each) yield ` ${JSON.stringify(statement)}`;
  }
  yield* grants;
}

describe('what is told of', () => {
  for (const [name, rows] of Object.entries({ conditions, statements, decisions })) {
    test(name, () => {
      const { says, compare } = words(name);
      for (const row of rows) says(row.rule, ...traced(row));
      compare();
    });
  }

  test('documents', () => {
    const { says, compare } = words('documents');
    for (const { rule, source, kind } of documents) {
      const { ok, ...of } = parsePolicy(source, kind);
      says(`${rule} (${kind})`, ok ? 'well-formed' : of);
    }
    compare();
  });
});

test('text that is not JSON, and where', () => {
  const { says, compare } = words('json');
  const texts = [
    '',
    ' \n ',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{"a" 1}',
    '{a:1}',
    '{\n  "a": 1,\n  "a": 2\n}',
    '[1 2]',
    '[1,\n2,\n]',
    '[',
    '"x',
    '"x\ny"',
    '"\\x"',
    '"\\u00g0"',
    'tru',
    'nul',
    '01',
    '1.',
    '-',
    '1e',
    '+1',
    '{}\n{}',
    '\n\n  x',
    '['.repeat(1000),
  ];
  for (const text of texts) {
    let fault: unknown;
    try {
      readJson(text);
    } catch (error) {
      const { name, message, line, column } = error as JsonSyntaxError;
      fault = [name, message, line, column];
    }
    says(JSON.stringify(text.slice(0, 20)), fault ?? 'JSON');
  }
  compare();
});

/** A statement that a policy of the kind may have. */
const SOUND: Readonly<Record<PolicyKind, object>> = {
  managed: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  identity: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  session: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  'service-control': { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' },
  'resource-control': { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' },
  trust: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  key: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' },
  resource: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' },
  'log-resource': { Effect: 'Allow', Principal: '*', Action: 'logs:PutLogEvents', Resource: '*' },
};

/** Of a whole document, made of a sound statement of its kind. */
const DOCUMENTS: readonly (readonly [string, (sound: object) => unknown])[] = [
  ['no version', (sound) => ({ Statement: [sound] })],
  ['the version before', (sound) => ({ Version: '2008-10-17', Statement: [sound] })],
  ['a version that is none', (sound) => ({ Version: '2012-10-18', Statement: [sound] })],
  ['a version that is a number', (sound) => ({ Version: 2012, Statement: [sound] })],
  ['no statement', () => ({ Version: '2012-10-17' })],
  ['an empty list', () => ({ Version: '2012-10-17', Statement: [] })],
  ['a statement without a list', (sound) => ({ Version: '2012-10-17', Statement: sound })],
  ['a statement that is text', () => ({ Version: '2012-10-17', Statement: 'x' })],
  [
    'a Sid twice',
    (sound) => ({
      Version: '2012-10-17',
      Statement: [
        { ...sound, Sid: 'S' },
        { ...sound, Sid: 'S' },
      ],
    }),
  ],
  ['the second statement', (sound) => ({ Version: '2012-10-17', Statement: [sound, {}] })],
  ['an id', (sound) => ({ Version: '2012-10-17', Id: 'x', Statement: [sound] })],
  ['an id that is a number', (sound) => ({ Version: '2012-10-17', Id: 1, Statement: [sound] })],
  ['another member', (sound) => ({ Version: '2012-10-17', Comment: 'x', Statement: [sound] })],
  ['a list', (sound) => [sound]],
  ['text', () => 'x'],
  ['nothing', () => ({})],
];

test('each kind of policy, of all that a document may say', () => {
  const { says, compare } = words('kinds');
  // Each takes the place of what a sound statement says; with null it says nothing.
  const ofStatements = statementMembers.map((members) => {
    const said = (statement: object) =>
      Object.fromEntries(Object.entries({ ...statement, ...members }).filter(([, value]) => value !== null));
    const make = (sound: object): unknown => ({ Version: '2012-10-17', Statement: [said(sound)] });
    return [JSON.stringify(members), make] as const;
  });
  for (const [fault, make] of [...ofStatements, ...DOCUMENTS]) {
    const byAnswer = Map.groupBy(Object.entries(SOUND), ([kind, sound]) => {
      const source = JSON.stringify(make(sound), null, 1);
      const parsed = parsePolicy(source, kind as PolicyKind);
      return parsed.ok ? 'well-formed' : `${parsed.line ?? '-'} ${parsed.code}: ${parsed.message}`;
    });
    says(fault, ...[...byAnswer].map(([answer, of]) => `${of.map(([kind]) => kind).join(', ')}: ${answer}`));
  }
  compare();
});

/** Each key that some condition of the tables names. */
const KEYS = [
  ...new Set(
    [...decisions, ...conditions].flatMap(({ inputs }) =>
      [...JSON.stringify(inputs).matchAll(/"key":"([^"]+)"/g)].map(([, key]) =>
        (key as string).toLowerCase(),
      ),
    ),
  ),
].sort();

function* possible(inputs: PolicyInputs, request: AccessRequest): Generator<unknown> {
  const isOpen = () => true;
  for (const possibility of possibilities(inputs, request, isOpen)) {
    yield told(possibility);
    const witness = witnessOf(possibility, request, isOpen);
    yield ` ${JSON.stringify(witness ? KEYS.flatMap((key) => (witness(key) ? [[key, witness(key)]] : [])) : 'no witness')}`;
  }
}

const told = ({ by, requires, unless }: Possibility) => ({
  by,
  requires: requires.map(({ holds, tests, ...of }) => of),
  unless: unless.map(({ holds, tests, ...of }) => of),
});

describe('what would have to be asked for an allow, of', () => {
  for (const [name, rows] of Object.entries({ conditions, decisions })) {
    test(name, () => {
      const { says, compare } = words(`possible-${name}`);
      for (const { rule, inputs, request } of rows) says(rule, ...possible(inputs, request));
      compare();
    });
  }
});
