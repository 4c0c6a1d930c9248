/**
 * Every situation of the corpus is explained as an expert would, and what is proposed works in one round. And a snapshot answers as
 * its account would: the server on which it is played is read as a real account is, before anything that is proposed is done, and
 * the snapshot must say what the server says. What it cannot know is listed, with the reason.
 *
 * `npm run situations:import` plays all in all ways; `-- 2/8` every eighth from the second on, `-- NAME` those of that name.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Audit } from '../../src/explain/audit/audit.ts';
import type { Explanation } from '../../src/explain/denial/explanation.ts';
import type { WhoCan } from '../../src/explain/rights/who-can.ts';
import { type Asked, askAll, type More, type Sentence, type Way } from './asked.ts';
import { SITUATIONS } from './corpus/index.ts';
import type { Played } from './play.ts';
import { Stage } from './play-all.ts';
import { DOCS, docsPage } from './report.ts';
import type { Situation } from './situation.ts';
import { UNKNOWABLE } from './unknowable.ts';

const isWhole = process.env.SITUATIONS === 'whole';
const [, , part = ''] = isWhole ? process.argv : [];

const CHOSEN = SITUATIONS.filter(isInPart);
/** Of others it matters how long the server's work takes: each waits for it on a server that is not read. */
const READ = CHOSEN.filter(({ waitedSeconds }) => waitedSeconds === undefined);

function isInPart({ name }: Situation, index: number): boolean {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
  return of === undefined ? name.includes(part) : index % Number(of) === Number(number) - 1;
}

/** Of these the script's files are taken, too: between them they hold a thing of each kind that is read. */
const BY_SCRIPT = [
  'start-with-volumes-under-two-keys',
  'controller-launches-under-a-new-key',
  'boundary-that-denies',
  'role-deleted-and-made-again',
  'group-with-a-grant-of-the-wrong-account',
];

/** With policies of every kind in the events: of keys, identities and the organization, grants, and keys of others. */
const FROM_LOGS = [
  ...BY_SCRIPT,
  'scp-denies-grants-of-services',
  'foreign-key-owner-side-missing',
  'key-policy-names-the-user-without-create-grant',
  'session-named-in-the-key-policy',
];

function waysOf({ name }: Situation): Way[] {
  return [
    'sdk',
    ...(isWhole || FROM_LOGS.includes(name) ? (['logs'] as const) : []),
    ...(isWhole || BY_SCRIPT.includes(name) ? (['script'] as const) : []),
  ];
}

const asked = new Map<string, Asked>();
const stage = new Stage();

before(async () => {
  const all = await askAll(READ.map((situation) => ({ situation, ways: waysOf(situation) })));
  for (const each of all) asked.set(each.name, each);
});
after(() => stage.close());

describe('each is explained as an expert would, and mended as proposed', () => {
  const played: Played[] = [];

  for (const situation of CHOSEN) {
    test(situation.name, async () => {
      const { name, story, expect, knownWrong } = situation;
      const one = asked.get(name)?.played ?? (await stage.play(situation));
      played.push(one);
      const isWrong = one.result === 'wrong';
      assert.equal(isWrong, knownWrong !== undefined, `${name}: ${story}\n${one.faults.join('\n')}`);
      if (one.result === 'cannot tell') assert.equal(expect.verdict, 'unknown', one.faults.join('\n'));
    });
  }

  test('has a name of its own and says where it is from', () => {
    assert.equal(new Set(SITUATIONS.map(({ name }) => name)).size, SITUATIONS.length);
    for (const { name, source } of SITUATIONS) assert.match(source, /^https:\/\/\S+$|^own: ./, name);
  });

  test('docs/situations.md shows what was played (npm run situations -- --write)', () => {
    if (CHOSEN.length === SITUATIONS.length) assert.equal(readFileSync(DOCS, 'utf8'), docsPage(played));
  });
});

/**
 * What an explanation says, without what differs from one asking to the next. Of several questions that one call was denied,
 * a record names the first; what mends the others is there all the same.
 */
const essence = ({ verdict, headline, checks: [check], remedies, now }: Explanation): unknown =>
  plain({
    verdict,
    headline,
    who: check?.principal.who,
    check: [check?.action, check?.resource, check?.verdict, check?.policyType, check?.by?.sid],
    nearMisses: nearMissesOf(check),
    remedies: remedies.map(({ kind, shape, document, target, commands }) => ({
      kind,
      shape,
      document,
      target,
      commands,
    })),
    now,
  });

const nearMissesOf = (check: Explanation['checks'][number] | undefined) =>
  check?.policies.flatMap(({ statements }) =>
    statements.filter(({ isNearMiss }) => isNearMiss).map(({ sid }) => sid),
  );

/** A date that is proposed lies a day from when one asks. */
const plain = (value: unknown): never =>
  JSON.parse(
    JSON.stringify(value).replace(/(aws:CurrentTime[\\"]+:[\\"]+)20\d\d-[^"\\]+/g, '$1<date>'),
  ) as never;

/**
 * But for how many were asked about, how much was recorded, and lines: the AWS CLI shows IAM's documents in lines of its own.
 * What a change would have done to recorded calls is told by use, where the server tells it by call; and of the uses that
 * trails have, a server says nothing there. Nor what was changed after the reading: situations move the server's clock, and the
 * script's files have the time of the machine.
 */
const NOT_COMPARED: Readonly<Record<string, readonly string[]>> = {
  audit: ['accounts', 'changedSince', 'keys', 'principals', 'unknown', 'recordedUsage'],
  'what-if': [
    ...['agreement', 'allowed', 'days', 'denied', 'hasVerdict', 'judged', 'since', 'undecided', 'unjudged'],
    ...['accounts', 'asked', 'provided', 'recordedUses'],
  ],
  'who-can': ['accounts', 'asked', 'changedSince', 'recordedUses'],
};

function comparable(question: string, answer: object): unknown {
  const entries = Object.entries(answer).filter(([name]) => !NOT_COMPARED[question]?.includes(name));
  const withoutLines = (name: string, value: unknown) => (name === 'line' ? undefined : value);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries), withoutLines));
}

const askedOf = (name: string): Asked => asked.get(name) as Asked;

describe('a snapshot says of each situation what the server says', () => {
  for (const situation of READ) {
    const unknowable = UNKNOWABLE[situation.name];
    test(`${situation.name}${unknowable ? `, but for this: ${unknowable[0]}` : ''}`, () => {
      const { live, said } = askedOf(situation.name);
      const answer = explanationIn(said.sdk);
      if (!unknowable) return assert.deepEqual(essence(answer), essence(live));
      assert.match(answer.headline, unknowable[1]);
      if (live.now !== 'allowed') assert.notEqual(answer.now, 'allowed');
      assert.ok(answer.verdict === live.verdict || answer.verdict === 'unknown', answer.verdict);
    });
  }

  test('and no exception is kept that is none any more', () => {
    const names = new Set(SITUATIONS.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(UNKNOWABLE).filter((name) => !names.has(name)),
      [],
    );
  });

  test('who-can, what-if and audit, too', () => {
    const differ: string[] = [];
    for (const { name, more } of asked.values()) {
      for (const { question, live, said } of more) {
        // Not by an assertion: it would spend minutes to show where two answers of a thousand rights differ.
        if (!isSame(question, said.sdk, live)) differ.push(`${name}: ${question}`);
      }
    }
    assert.deepEqual(differ, []);
  });
});

const isSame = (question: string, one: object | undefined, other: object | undefined): boolean =>
  isDeepStrictEqual(comparable(question, one ?? {}), comparable(question, other ?? {}));

function explanationIn(said: Explanation | Sentence | undefined): Explanation {
  if (!said || 'sentence' in said) assert.fail(said?.sentence ?? 'it was not asked');
  return said;
}

/** What is wrong of an answer from records alone: it may say less than the server, and nothing else. */
function faultsOf(answer: Explanation | { readonly sentence: string }, live: Explanation): string[] {
  if ('sentence' in answer) return NOTHING_KNOWN.test(answer.sentence) ? [] : [answer.sentence];
  const [check] = answer.checks;
  const [other] = live.checks;
  const proposed = ({ remedies }: Explanation) =>
    remedies.map(({ kind, target, document }) => `${kind} ${target} ${JSON.stringify(document)}`);
  return [
    ...([live.verdict, 'unknown', 'depends'].includes(answer.verdict) ? [] : [answer.verdict]),
    ...(answer.now === 'allowed' && live.now !== 'allowed' ? ['would be allowed now'] : []),
    ...(check && other && nameOf(check) !== nameOf(other) ? [nameOf(check)] : []),
    ...(answer.remediesVerified ? proposed(answer).filter((remedy) => !proposed(live).includes(remedy)) : []),
  ];
}

const NOTHING_KNOWN = /^Of \S+ nothing is known: the (?:keys|identities) of account \d{12}.* were not read/;
const nameOf = ({ principal, action, resource }: Explanation['checks'][number]) =>
  [principal.who, action, resource].join(' ');

describe('log files alone say less than the server, and nothing else', () => {
  test('of denied calls', () => {
    const wrong = [...asked.values()].flatMap(({ name, live, said }) =>
      faultsOf(said.logs as Explanation | Sentence, live).map((fault) => `${name}: ${fault}`),
    );
    assert.deepEqual(wrong, []);
  });

  test('of keys: whoever may use one is named, for certain only where he may', () => {
    const wrong: string[] = [];
    for (const { name, live, said } of answersFromLogs<WhoCan>('who-can')) {
      const [rights, ofLogs] = [rightsIn(live), rightsIn(said)];
      const unseen = [...rights.keys()].filter((right) => !ofLogs.has(right) && !isUnseen(right));
      const made = [...ofLogs].filter(([right, isCertain]) => isCertain && !rights.has(right));
      wrong.push(
        ...unseen.map((right) => `${name}: not ${right}`),
        ...made.map(([right]) => `${name}: ${right}`),
      );
      if (said.unknown.length === 0) wrong.push(`${name}: says nothing of what is unknown`);
    }
    assert.deepEqual(wrong, []);
  });

  test('of accounts: nothing is found wrong that is not', () => {
    // By its name: no record has the id that is in the ARN of an Auto Scaling group.
    const named = ({ findings }: Audit) => findings.map(({ rule, name }) => `${rule} ${name}`);
    const wrong = answersFromLogs<Audit>('audit').flatMap(({ name, live, said }) =>
      named(said)
        .filter((finding) => !named(live).includes(finding))
        .map((finding) => `${name}: ${finding}`),
    );
    assert.deepEqual(wrong, []);
  });
});

/** What the server and log files alone have answered, where the server has an answer. */
function answersFromLogs<Answer>(question: More['question']): { name: string; live: Answer; said: Answer }[] {
  return [...asked.values()].flatMap(({ name, more }) =>
    more
      .filter((each) => each.question === question && each.said.logs && !('sentence' in each.live))
      .map(({ live, said }) => ({ name, live: live as Answer, said: said.logs as Answer })),
  );
}

/** Each right, and whether anything that nobody has read could take it away. */
function rightsIn({ users }: WhoCan): Map<string, boolean> {
  return new Map(
    users.flatMap(({ who, rights }) =>
      rights.map(({ action, way, grounds }): [string, boolean] => [
        `${who} ${action} ${way}`,
        grounds.some(({ provided = [] }) => provided.length === 0),
      ]),
    ),
  );
}

/** Made by AWS itself, and in no record: that not everybody was read is said. */
const isUnseen = (right: string): boolean => right.startsWith('role AWSServiceRole');

describe('the files of the script and log files say what the SDK was told', () => {
  for (const situation of READ.filter((each) => waysOf(each).includes('script'))) {
    test(situation.name, () => {
      const { said, more } = askedOf(situation.name);
      assert.deepEqual(essence(explanationIn(said.script)), essence(explanationIn(said.sdk)));
      for (const each of more)
        assert.ok(isSame(each.question, each.said.script, each.said.sdk), each.question);
    });
  }
});
