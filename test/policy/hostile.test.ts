/** Policies are written by those whom they restrict: none may make a decision wrong, slow or impossible. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccessRequest, PolicyInputs } from '../../src/policy/decision.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { compileGlob } from '../../src/policy/glob.ts';
import { JsonSyntaxError, type JsonValue, readJson } from '../../src/policy/json-reader.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { possibilities } from '../../src/policy/possibilities.ts';
import { type GlobPart, parseTemplate } from '../../src/policy/template.ts';

const glob = (pattern: string) =>
  compileGlob(parseTemplate(pattern, { variables: false, wildcards: true }) as GlobPart[]);

/** By dynamic programming, as slow and as plain as can be. */
function matches(pattern: string, text: string): boolean {
  let reachable = Array.from({ length: text.length + 1 }, (_, i) => i === 0);
  for (const char of pattern) {
    const next: boolean[] = [];
    for (let i = 0; i <= text.length; i++) {
      if (char === '*') next[i] = (reachable[i] ?? false) || (i > 0 && (next[i - 1] ?? false));
      else next[i] = i > 0 && (reachable[i - 1] ?? false) && (char === '?' || char === text[i - 1]);
    }
    reachable = next;
  }
  return reachable[text.length] ?? false;
}

const from = (alphabet: string, maxLength: number, minLength = 0) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });

describe('wildcards', () => {
  test('match as the definition says', () => {
    fc.assert(
      fc.property(from('ab*?', 12), from('ab', 12), (pattern, text) => {
        assert.equal(glob(pattern)(text), matches(pattern, text));
      }),
      { numRuns: 5000 },
    );
  });

  test('match as the definition says over many machine words', () => {
    const gapped = fc.tuple(from('ab?\0', 70, 33), fc.nat(69), from('ab', 60));
    fc.assert(
      fc.property(gapped, ([segment, gap, before]) => {
        const pattern = `*${segment}*`;
        const text = `${before}${segment.replaceAll('?', gap % 2 ? 'a' : 'b')}${before}`;
        assert.equal(glob(pattern)(text), true);
        const other = `${text.slice(0, gap)}c${text.slice(gap + 1)}`;
        assert.equal(glob(pattern)(other), matches(pattern, other));
      }),
      { numRuns: 1000 },
    );
  });

  test('count UTF-16 units, as IAM does', () => {
    assert.equal(glob('?')('𐐀'), false);
    assert.equal(glob('??')('𐐀'), true);
  });
});

const asked = (resource: string, values: readonly string[] = []): AccessRequest => ({
  principal: {
    kind: 'user',
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/m',
    id: 'AIDAM',
  },
  action: 's3:GetObject',
  resource,
  resourceAccount: '111122223333',
  condition: (key) => (key === 'k' ? values : undefined),
});

function decisionMs(document: object, resource: string, values: readonly string[] = []): number {
  const parsed = parsePolicy(JSON.stringify(document), 'identity');
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
  const inputs: PolicyInputs = {
    identity: [{ policy: parsed.policy, name: 'hostile' }],
    resourceRule: 'none',
  };
  const startedMs = performance.now();
  assert.equal(decide(inputs, asked(resource, values)).allowed, false);
  return performance.now() - startedMs;
}

// Twenty patterns of this length fill the largest policy document there is (a key policy, 32 KiB).
describe('a hostile policy is decided in bounded time', () => {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const long = 'a'.repeat(2000);
  const patterns: Readonly<Record<string, string>> = {
    'stars and letters in turn': '*a'.repeat(900),
    'stars and gaps in turn': '*a?'.repeat(650),
    'one long segment that nearly fits everywhere': `*${'a'.repeat(1000)}b*`,
    'one long segment with a gap': `*?${'a'.repeat(998)}b*`,
    'a period that nearly fits': `*${'ab'.repeat(400)}?b*`,
  };
  for (const [name, pattern] of Object.entries(patterns)) {
    test(`${name}, 20 times over`, () => {
      const Resource = Array.from({ length: 20 }, (_, i) => `arn:aws:s3:::${pattern}x${i}`);
      const doc = { Version: '2012-10-17', Statement: [{ ...statement, Resource }] };
      assert.ok(decisionMs(doc, `arn:aws:s3:::${long}`) < 500);
      const Condition = { StringLike: { k: Resource.map((_, i) => `${pattern}x${i}`) } };
      const conditional = { Version: '2012-10-17', Statement: [{ ...statement, Condition }] };
      assert.ok(decisionMs(conditional, '*', [long]) < 500);
    });
  }

  test('ten thousand values of a key against a thousand operands', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => `v${i}`);
    const operands = Array.from({ length: 1000 }, (_, i) => `w${i}*`);
    const Condition = { 'ForAnyValue:StringLike': { k: operands } };
    assert.ok(
      decisionMs({ Version: '2012-10-17', Statement: { ...statement, Condition } }, '*', values) < 2000,
    );
  });
});

describe('a hostile document is refused', () => {
  const refused: Readonly<Record<string, string>> = {
    'nested a hundred thousand deep': '['.repeat(100_000),
    'nested within a statement': `{"Version":"2012-10-17","Statement":${'{"Condition":'.repeat(5000)}`,
    'larger than the API takes': `{"Version":"2012-10-17","Id":"${'x'.repeat(200_000)}","Statement":[]}`,
    'with a prototype for a member': '{"__proto__":{},"Version":"2012-10-17","Statement":[]}',
    'with a method for a member':
      '{"Statement":[{"constructor":"x","Effect":"Allow","Action":"*","Resource":"*"}]}',
    'with a lone surrogate escape cut short': '{"Id":"\\ud8',
  };
  for (const [name, source] of Object.entries(refused)) {
    test(name, () => {
      const startedMs = performance.now();
      assert.equal(parsePolicy(source, 'identity').ok, false);
      assert.ok(performance.now() - startedMs < 500);
    });
  }
});

test('a document is read up to the length that IAM’s API takes', () => {
  const document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
  const isRead = (length: number) => parsePolicy(document.padEnd(length), 'identity').ok;
  assert.deepEqual([131_072, 131_073].map(isRead), [true, false]);
});

test('of all the ways in which conditions of many levels can be met, some are told', () => {
  const statements = Array.from({ length: 12 }, (_, at) => ({
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/k': `${at}` } },
  }));
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity');
  assert.ok(parsed.ok);
  const level = [{ policy: parsed.policy, name: 'p' }];
  const inputs = { identity: level, serviceControl: Array(6).fill(level), resourceRule: 'none' } as const;
  const isOpen = () => true;
  // Twelve to the seventh power of ways.
  const told = possibilities(inputs, asked('*'), isOpen);
  assert.ok(told.length > 0 && told.length <= 64, `${told.length}`);
});

/** What JSON.parse would have made of it. */
function plain(value: JsonValue): unknown {
  if (value.kind === 'object')
    return Object.fromEntries(value.members.map(({ key, value }) => [key, plain(value)]));
  if (value.kind === 'array') return value.items.map(plain);
  return value.kind === 'string' ? value.text : JSON.parse(value.text);
}

describe('the JSON reader', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2), (text, indent) => {
        const json: unknown = JSON.parse(text);
        assert.deepEqual(
          plain(readJson(JSON.stringify(json, null, indent))),
          JSON.parse(JSON.stringify(json)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('refuses what JSON.parse refuses', () => {
    const damaged = fc.tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', '"', ',', '}', '\\', '0', '\t'),
    );
    fc.assert(
      fc.property(damaged, ([text, at, insert]) => {
        const place = at % (text.length + 1);
        const broken = text.slice(0, place) + insert + text.slice(place + (insert === '' ? 1 : 0));
        try {
          JSON.parse(broken);
        } catch {
          assert.throws(() => readJson(broken), JsonSyntaxError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses a member given twice, and knows the line of each value', () => {
    assert.throws(() => readJson('{"a":1,\n"b":2,\n"a":3}'), { name: 'JsonSyntaxError', line: 3 });
    const value = readJson('{\n "a": [\n  1,\n  2\n ]\n}');
    assert.ok(value.kind === 'object' && value.members[0]?.value.kind === 'array');
    assert.deepEqual(
      value.members[0].value.items.map(({ line }) => line),
      [3, 4],
    );
  });
});
