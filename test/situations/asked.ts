/**
 * Situations of the corpus played on a server, which is then read as a real account is: by the SDK, by the script and log files,
 * and by log files alone; and what the server and each snapshot say. A few at a time share a server and its snapshots: who may use
 * a key is asked of every account there is.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Explanation } from '../../src/explain/denial/explanation.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { type ImportedWorld, openImportedWorld } from '../../src/imported-world.ts';
import { runImportScript } from '../worlds/import-script.ts';
import { addEvents, eventsOf, readAccount } from '../worlds/imported.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { explained, judged, type Played, type Staged, stage } from './play.ts';
import type { Situation } from './situation.ts';

export type Way = 'sdk' | 'logs' | 'script';

export interface Sentence {
  readonly sentence: string;
}

/** One question of a key or an account of the situation, and what each way has answered. */
export interface More {
  readonly question: 'audit' | 'what-if' | 'who-can';
  readonly live: object;
  readonly said: Readonly<Partial<Record<Way, object>>>;
}

export interface Asked {
  readonly name: string;
  readonly live: Explanation;
  /** What is to be said of the live explanation, and of doing what it proposes. */
  readonly played: Played;
  readonly said: Readonly<Partial<Record<Way, Explanation | Sentence>>>;
  readonly more: readonly More[];
}

export interface Asking {
  readonly situation: Situation;
  /** By which it is asked about keys and accounts, too; of what happened SDK and logs are asked always. */
  readonly ways: readonly Way[];
}

const AT_ONCE = 10;

/** In the order given. */
export async function askAll(all: readonly Asking[]): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-situations-'));
    const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
    const server = await startServerFor({ after: (work) => void cleanUp.push(work as () => unknown) });
    try {
      asked.push(...(await askSome(server, folder, all.slice(from, from + AT_ONCE))));
    } finally {
      for (const work of cleanUp.reverse()) await work();
    }
  }
  return asked;
}

interface AskedLive extends Asking {
  readonly staged: Staged;
  readonly live: Explanation;
  readonly played: Played;
  readonly questions: readonly Question[];
  readonly answers: readonly object[];
}

type Question = readonly [question: More['question'], body: object];

async function askSome(server: TestServer, folder: string, all: readonly Asking[]): Promise<Asked[]> {
  const into = { reads: new Reads(), history: new History() };
  const asked: AskedLive[] = [];
  for (const asking of all) {
    const staged = await stage(server, asking.situation);
    const live = await explained(staged);
    const questions = questionsOf(asking, staged);
    const answers = await Promise.all(
      questions.map(([question, body]) => server.ask<object>(question, body).catch(sentenceOf)),
    );
    // At once: some go on for months, and event history has ninety days.
    await readAccounts(server, into, folder, { ...asking, staged });
    // What is proposed is done to what has been read.
    asked.push({ ...asking, staged, live, played: await judged(staged, live), questions, answers });
  }
  saveSnapshot(join(folder, 'by-sdk'), into);
  const said = {
    sdk: await saidBy(folder, 'sdk', asked),
    logs: await saidBy(folder, 'logs', asked),
    script: asked.some(({ ways }) => ways.includes('script'))
      ? await saidBy(folder, 'script', asked)
      : undefined,
  };
  return asked.map(({ staged, live, played, questions, answers }, at) => ({
    name: staged.situation.name,
    live,
    played,
    said: { sdk: said.sdk[at]?.answer, logs: said.logs[at]?.answer, script: said.script?.[at]?.answer },
    more: questions.map(([question], each) => ({
      question,
      live: answers[each] as object,
      said: {
        sdk: said.sdk[at]?.more[each],
        logs: said.logs[at]?.more[each],
        script: said.script?.[at]?.more[each],
      },
    })),
  }));
}

async function readAccounts(
  server: TestServer,
  into: { reads: Reads; history: History },
  folder: string,
  { situation, ways, staged }: Asking & { staged: Staged },
): Promise<void> {
  const regions = regionsOf(situation);
  const byOrganization = (accountId: string, region: string) => async (error: Error) => {
    assert.equal(error.name, 'AccessDeniedException');
    const { records } = await server.ask<{ records: { event: object }[] }>('records', { accountId, region });
    return records.map(({ event }) => ({ CloudTrailEvent: JSON.stringify(event) }));
  };
  for (const account of staged.scene.accounts) {
    const credentials = await server.root(account);
    await readAccount(server, into, { credentials, regions, sinceDays: 0 });
    const isByScript = ways.includes('script');
    if (isByScript)
      await runImportScript(server, credentials, { out: join(folder, 'script', account), regions });
    for (const region of regions) {
      // Whom policies keep out of the account's event history has the log files of the organization's trail.
      const events = await eventsOf(server, credentials, region).catch(byOrganization(account, region));
      await addEvents(into.history, events);
      for (const way of isByScript ? ['logs', 'script'] : ['logs'])
        writeLogFile(join(folder, way), account, region, events);
    }
  }
}

/** As CloudTrail delivers them. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html */
function writeLogFile(into: string, account: string, region: string, events: readonly object[]): void {
  const path = join(into, 'AWSLogs', account, 'CloudTrail', region, '2026/11/28');
  mkdirSync(path, { recursive: true });
  const Records = (events as { CloudTrailEvent: string }[]).map(({ CloudTrailEvent }) =>
    JSON.parse(CloudTrailEvent),
  );
  writeFileSync(
    join(path, `${account}_CloudTrail_${region}_20261128T0000Z_Nqkm1ChKHzOoYIYq.json.gz`),
    gzipSync(JSON.stringify({ Records })),
  );
}

function regionsOf(situation: Situation): string[] {
  const named = JSON.stringify(situation).matchAll(/"region":"([a-z0-9-]+)"/g);
  return [...new Set(['us-east-1', ...[...named].map(([, region]) => region as string)])];
}

interface Said {
  readonly answer: Explanation | Sentence;
  readonly more: readonly object[];
}

async function saidBy(folder: string, way: Way, asked: readonly AskedLive[]): Promise<Said[]> {
  if (way !== 'sdk') {
    const into = { reads: new Reads(), history: new History() };
    await importFiles([join(folder, way)], into);
    saveSnapshot(join(folder, `by-${way}`), into);
  }
  const world = await openImportedWorld(join(folder, `by-${way}`));
  const said: Said[] = [];
  for (const { staged, questions, ways } of asked) {
    if (way === 'script' && !ways.includes('script')) {
      said.push({ answer: { sentence: 'not read' }, more: [] });
      continue;
    }
    const more = ways.includes(way) ? questions : [];
    said.push({
      answer: await answerOf(world, staged).catch(sentenceOf),
      more: await Promise.all(more.map(([question, body]) => ask(world, question, body).catch(sentenceOf))),
    });
  }
  await world.close();
  return said;
}

const plain = (value: unknown): never => JSON.parse(JSON.stringify(value)) as never;

const ask = async <Answer = never>(
  world: ImportedWorld,
  question: string,
  body: object,
): Promise<Answer | Sentence> => plain(await world.questions[question]?.(body as Record<string, unknown>));

function answerOf(
  world: ImportedWorld,
  { situation, scene, question }: Staged,
): Promise<Explanation | Sentence> {
  const { accountId, region } = question;
  return situation.can
    ? ask(world, 'can', { ...scene.filled(situation.can), accountId, region })
    : ask(world, 'explain', question);
}

/** Who can use each key, what if its policy were the default one, and what is wrong in each account. */
function questionsOf({ ways }: Asking, { scene, situation }: Staged): Question[] {
  const questions: Question[] = scene.accounts.map((accountId) => ['audit', { accountId }]);
  for (const thing of situation.world) {
    if (!('key' in thing) || !('key' === Object.keys(thing)[0])) continue;
    const { key, in: account, region = 'us-east-1' } = thing as { key: string; in?: string; region?: string };
    const body = { key: scene.text(`<${key}>`), accountId: scene.account(account), region };
    questions.push(['who-can', body]);
    if (ways.includes('script'))
      questions.push(['what-if', { ...body, policy: defaultPolicy(body.accountId) }]);
  }
  return questions;
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
const sentenceOf = ({ message }: Error): Sentence => ({ sentence: message });
