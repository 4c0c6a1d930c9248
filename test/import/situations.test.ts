/**
 * Proof that a snapshot answers as its account would: every situation of the corpus is played on one server, the server is
 * read as a real account is, and the snapshot must say what the server says. What it cannot know is listed, with the reason.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Audit } from '../../src/explain/audit/audit.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import type { WhoCan } from '../../src/explain/who-can.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { type ImportedWorld, openImportedWorld } from '../../src/imported-world.ts';
import { SITUATIONS } from '../situations/corpus/index.ts';
import { explained, type Staged, stage } from '../situations/play.ts';
import { runImportScript } from '../worlds/import-script.ts';
import { addEvents, eventsOf, readAccount } from '../worlds/imported.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { UNKNOWABLE } from './unknowable.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-situations-'));
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
after(async () => {
  for (const work of cleanUp.reverse()) await work();
});

/** `npm run situations:import`: all of them in all ways, which takes minutes. */
const isWhole = process.env.SITUATIONS === 'whole';

const PLAYED = SITUATIONS.filter(({ waitedSeconds }) => waitedSeconds === undefined);

/** Of these the script's files are taken, too: between them they hold a thing of each kind that is read. */
const SOME = [
  'start-with-volumes-under-two-keys',
  'controller-launches-under-a-new-key',
  'boundary-that-denies',
  'role-deleted-and-made-again',
  'group-with-a-grant-of-the-wrong-account',
];

const BY_SCRIPT = isWhole ? PLAYED.map(({ name }) => name) : SOME;

/** With policies of every kind in the events: of keys, identities and the organization, grants, and keys of others. */
const FROM_LOGS = [
  ...SOME,
  'scp-denies-grants-of-services',
  'foreign-key-owner-side-missing',
  'key-policy-names-the-user-without-create-grant',
  'session-named-in-the-key-policy',
];

interface Asked {
  readonly staged: Staged;
  readonly live: Explanation;
  /** Of each key and account of the situation: what was asked, and the server's answer. */
  readonly more: readonly { readonly question: string; readonly body: object; readonly answer: object }[];
}

const asked = new Map<string, Asked>();
let bySdk: ImportedWorld;
let byLogs: ImportedWorld;
let byScript: ImportedWorld;

before(async () => {
  const byOrganization = (accountId: string, region: string) => async (error: Error) => {
    assert.equal(error.name, 'AccessDeniedException');
    const { records } = await server.ask<{ records: { event: object }[] }>('records', { accountId, region });
    return records.map(({ event }) => ({ CloudTrailEvent: JSON.stringify(event) }));
  };
  const server = await startServerFor({ after: (work) => void cleanUp.push(work as () => unknown) });
  const into = { reads: new Reads(), history: new History() };
  for (const situation of PLAYED) {
    const staged = await stage(server, situation);
    const live = await explained(staged);
    asked.set(situation.name, { staged, live, more: await askedMore(server, staged) });
    // At once: some go on for months, and event history has ninety days.
    for (const account of staged.scene.accounts) {
      const credentials = await server.root(account);
      const regions = regionsOf(situation);
      await readAccount(server, into, { credentials, regions, sinceDays: 0 });
      const isByScript = BY_SCRIPT.includes(situation.name);
      if (isByScript)
        await runImportScript(server, credentials, { out: join(folder, 'script', account), regions });
      for (const region of regions) {
        // Whom policies keep out of the account's event history has the log files of the organization's trail.
        const events = await eventsOf(server, credentials, region).catch(byOrganization(account, region));
        await addEvents(into.history, events);
        writeLogFile('logs', account, region, events);
        if (isByScript) writeLogFile('script', account, region, events);
      }
    }
  }
  saveSnapshot(join(folder, 'by-sdk'), into);
  bySdk = await opened('by-sdk');
  byLogs = await imported('logs');
  byScript = await imported('script');
});

async function opened(name: string): Promise<ImportedWorld> {
  const world = await openImportedWorld(join(folder, name));
  cleanUp.push(() => world.close());
  return world;
}

async function imported(name: string): Promise<ImportedWorld> {
  const into = { reads: new Reads(), history: new History() };
  await importFiles([join(folder, name)], into);
  saveSnapshot(join(folder, `by-${name}`), into);
  return opened(`by-${name}`);
}

/** As CloudTrail delivers them. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html */
function writeLogFile(into: string, account: string, region: string, events: readonly object[]): void {
  const path = join(folder, into, 'AWSLogs', account, 'CloudTrail', region, '2026/11/28');
  mkdirSync(path, { recursive: true });
  const Records = (events as { CloudTrailEvent: string }[]).map(({ CloudTrailEvent }) =>
    JSON.parse(CloudTrailEvent),
  );
  writeFileSync(
    join(path, `${account}_CloudTrail_${region}_20261128T0000Z_Nqkm1ChKHzOoYIYq.json.gz`),
    gzipSync(JSON.stringify({ Records })),
  );
}

function regionsOf(situation: Staged['situation']): string[] {
  const named = JSON.stringify(situation).matchAll(/"region":"([a-z0-9-]+)"/g);
  return [...new Set(['us-east-1', ...[...named].map(([, region]) => region as string)])];
}

/** Who can use each key, what if its policy were the default one, and what is wrong in each account. */
async function askedMore(server: TestServer, { scene, situation }: Staged): Promise<Asked['more']> {
  const questions: [string, object][] = scene.accounts.map((accountId) => ['audit', { accountId }]);
  for (const thing of situation.world) {
    if (!('key' in thing) || !('key' === Object.keys(thing)[0])) continue;
    const { key, in: account, region = 'us-east-1' } = thing as { key: string; in?: string; region?: string };
    const body = { key: scene.text(`<${key}>`), accountId: scene.account(account), region };
    questions.push(['who-can', body]);
    if (BY_SCRIPT.includes(situation.name))
      questions.push(['what-if', { ...body, policy: defaultPolicy(body.accountId) }]);
  }
  return Promise.all(
    questions.map(async ([question, body]) => ({
      question,
      body,
      answer: await server.ask<object>(question, body).catch(sentenceOf),
    })),
  );
}

const defaultPolicy = (account: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });

/** Some keys are gone by then: that has to be said, too. */
const sentenceOf = ({ message }: Error) => ({ sentence: message });

/**
 * What an explanation says, without what differs from one asking to the next. Of several questions that one call was denied,
 * a record names the first; what mends the others is there all the same.
 */
const essence = ({ verdict, headline, checks: [check], remedies, now }: Explanation): unknown =>
  plain({
    verdict,
    headline,
    who: check?.principal.who,
    check: [check?.action, check?.resource, check?.verdict, check?.policyType],
    remedies: remedies.map(({ kind, shape, document, target, commands }) => ({
      kind,
      shape,
      document,
      target,
      commands,
    })),
    now,
  });

const plain = (value: unknown): never => JSON.parse(JSON.stringify(value)) as never;

const told = async <Answer = never>(world: ImportedWorld, question: string, body: object): Promise<Answer> =>
  plain(await world.questions[question]?.(body as Record<string, unknown>));

const answerOf = (world: ImportedWorld, { situation, scene, question }: Staged): Promise<Explanation> => {
  const { accountId, region } = question;
  return situation.can
    ? told(world, 'can', { ...scene.filled(situation.can), accountId, region })
    : told(world, 'explain', question);
};

/**
 * But for how many were asked about, how much was recorded, and lines: the AWS CLI shows IAM's documents in lines of its own.
 * What a change would have done to recorded calls is told by use, where the server tells it by call; and of the uses that
 * trails have, a server says nothing there.
 */
const NOT_COMPARED: Readonly<Record<string, readonly string[]>> = {
  audit: ['accounts', 'keys', 'principals', 'unknown', 'recordedUsage'],
  'what-if': [
    ...['agreement', 'allowed', 'days', 'denied', 'hasVerdict', 'judged', 'since', 'undecided', 'unjudged'],
    ...['accounts', 'asked', 'recordedUses'],
  ],
  'who-can': ['accounts', 'asked', 'recordedUses'],
};

function comparable(question: string, answer: object): unknown {
  const entries = Object.entries(answer).filter(([name]) => !NOT_COMPARED[question]?.includes(name));
  const withoutLines = (name: string, value: unknown) => (name === 'line' ? undefined : value);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries), withoutLines));
}

describe('a snapshot says of each situation what the server says', () => {
  for (const situation of PLAYED) {
    const unknowable = UNKNOWABLE[situation.name];
    test(`${situation.name}${unknowable ? `, but for this: ${unknowable[0]}` : ''}`, async () => {
      const { staged, live } = asked.get(situation.name) as Asked;
      const answer = await answerOf(bySdk, staged);
      if (!unknowable) return assert.deepEqual(essence(answer), essence(live));
      assert.match(answer.headline, unknowable[1]);
      if (live.now !== 'allowed') assert.notEqual(answer.now, 'allowed');
      assert.ok(answer.verdict === live.verdict || answer.verdict === 'unknown', answer.verdict);
    });
  }

  test('and no exception is kept that is none any more', () => {
    const names = new Set(PLAYED.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(UNKNOWABLE).filter((name) => !names.has(name)),
      [],
    );
  });

  test('who-can, what-if and audit, too', async () => {
    const differ: string[] = [];
    for (const [name, { more }] of asked) {
      for (const { question, body, answer } of more) {
        const said = await told(bySdk, question, body).catch(sentenceOf);
        // Not by an assertion: it would spend minutes to show where two answers of a thousand rights differ.
        if (!isDeepStrictEqual(comparable(question, said), comparable(question, answer)))
          differ.push(`${name}: ${question}`);
      }
    }
    assert.deepEqual(differ, []);
  });
});

/** What is wrong of an answer from records alone: it may say less than the server, and nothing else. */
function faultsOf(answer: Explanation | { readonly sentence: string }, live: Explanation): string[] {
  if ('sentence' in answer) return NOTHING_KNOWN.test(answer.sentence) ? [] : [answer.sentence];
  const [check] = answer.checks;
  const [other] = live.checks;
  const proposed = ({ remedies }: Explanation) => remedies.map(({ kind, target }) => `${kind} ${target}`);
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
  test('of denied calls', async () => {
    const wrong: string[] = [];
    for (const [name, { staged, live }] of asked) {
      const answer = await answerOf(byLogs, staged).catch(sentenceOf);
      wrong.push(...faultsOf(answer, live).map((fault) => `${name}: ${fault}`));
    }
    assert.deepEqual(wrong, []);
  });

  test('of keys: whoever may use one is named, for certain only where he may', async () => {
    const wrong: string[] = [];
    for (const { name, body, answer } of askedOf<WhoCan>('who-can')) {
      const said = await told<WhoCan>(byLogs, 'who-can', body);
      const live = rightsIn(answer);
      const logs = rightsIn(said);
      const unseen = [...live.keys()].filter((right) => !logs.has(right) && !isUnseen(right));
      const made = [...logs].filter(([right, isCertain]) => isCertain && !live.has(right));
      wrong.push(
        ...unseen.map((right) => `${name}: not ${right}`),
        ...made.map(([right]) => `${name}: ${right}`),
      );
      if (said.unknown.length === 0) wrong.push(`${name}: says nothing of what is unknown`);
    }
    assert.deepEqual(wrong, []);
  });

  test('of accounts: nothing is found wrong that is not', async () => {
    const named = ({ findings }: Audit) => findings.map(({ rule, subject }) => `${rule} ${subject}`);
    const wrong: string[] = [];
    for (const { name, body, answer } of askedOf<Audit>('audit')) {
      const made = named(await told<Audit>(byLogs, 'audit', body));
      wrong.push(
        ...made.filter((finding) => !named(answer).includes(finding)).map((each) => `${name}: ${each}`),
      );
    }
    assert.deepEqual(wrong, []);
  });
});

/** What was asked of the server and answered: of all situations, or of some where time is short. */
function askedOf<Answer>(question: string): { name: string; body: object; answer: Answer }[] {
  return [...asked].flatMap(([name, { more }]) =>
    isWhole || FROM_LOGS.includes(name)
      ? more
          .filter((each) => each.question === question && !('sentence' in each.answer))
          .map(({ body, answer }) => ({ name, body, answer: answer as Answer }))
      : [],
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
  for (const name of BY_SCRIPT) {
    test(name, async () => {
      const { staged, more } = asked.get(name) as Asked;
      assert.deepEqual(essence(await answerOf(byScript, staged)), essence(await answerOf(bySdk, staged)));
      for (const { question, body } of more) {
        const [one, other] = await Promise.all([told(byScript, question, body), told(bySdk, question, body)]);
        assert.ok(isDeepStrictEqual(comparable(question, one), comparable(question, other)), question);
      }
    });
  }
});
