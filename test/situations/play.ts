/**
 * Plays a situation on a server: makes its world and its call, has it explained, compares, does what is proposed, and calls
 * again. Each part can be had alone, so that the explanation may come from elsewhere: from a snapshot of what was played.
 */
import type { Explanation } from '../../src/explain/denial/explanation.ts';
import type { WhoCan } from '../../src/explain/rights/who-can.ts';
import { renderExplanation } from '../../src/explain/why/render.ts';
import { HOUR_MS, REGION } from '../worlds/account.ts';
import { applyRemedies, type Explained } from '../worlds/remedies.ts';
import type { TestServer } from '../worlds/server.ts';
import { type Attempt, anew, attempt } from './attempt.ts';
import { judge } from './judge.ts';
import { make } from './make.ts';
import { Scene } from './scene.ts';
import type { NewKey, Situation } from './situation.ts';

/** What there is to be explained. */
export interface Staged {
  readonly situation: Situation;
  readonly scene: Scene;
  /** How the call went. */
  readonly first?: Attempt;
  /** For `latchkey explain`: what is asked about, and where. */
  readonly question: { readonly subject: string; readonly accountId: string; readonly region: string };
}

export interface Played {
  readonly situation: Situation;
  readonly result: 'right' | 'wrong' | 'cannot tell';
  /** In words; empty where it is right. */
  readonly faults: readonly string[];
  readonly explanation?: Explained;
}

/** How far the clock leaps for what takes its time: within the hour that a stack gives its group. */
const PAUSE_MS = HOUR_MS / 2;

/** Makes the world and the call. */
export async function stage(server: TestServer, situation: Situation): Promise<Staged> {
  const scene = await Scene.on(server, situation.waitedSeconds === undefined ? 0 : PAUSE_MS);
  await make(scene, situation.world);
  const { call, waitedSeconds, afterwards = [] } = situation;
  const first = call && (await attempt(scene, call));
  if (waitedSeconds) await server.advance(waitedSeconds * 1000);
  await make(scene, afterwards);
  const accountId = scene.account(call?.in);
  const subject = subjectOf(scene, situation, first);
  return { situation, scene, first, question: { subject, accountId, region: call?.region ?? REGION } };
}

function subjectOf(scene: Scene, { call, ask }: Situation, first: Attempt | undefined): string {
  if (!call || !first) return '';
  const { made, error } = first;
  if (ask === 'the message') {
    const operation = call.call.split(':')[1];
    return `An error occurred (${error?.code}) when calling the ${operation} operation: ${error?.message}`;
  }
  const about = typeof ask === 'object' ? scene.text(ask.subject) : undefined;
  const subject = about ?? (ask === 'the request' ? error?.requestId : (error?.requestId ?? made));
  if (!subject) throw new Error('there is nothing to ask about');
  return subject;
}

/** The answer of the server that it was played on. */
export async function explained({ scene, situation, question }: Staged): Promise<Explained> {
  const { server } = scene;
  if (!situation.can) return server.ask<Explained>('explain', question);
  const { accountId, region } = question;
  const answer = await server.ask<Explanation>('can', { ...scene.filled(situation.can), accountId, region });
  return { ...answer, text: renderExplanation(answer) };
}

/** What is wrong with an answer, from wherever it comes. */
function faultsOf({ scene, situation, first }: Staged, answer: Explained): string[] {
  const { verdict } = situation.expect;
  const isRefused = verdict === 'denied' || verdict === 'failed';
  const played = first && isRefused && first.works ? ['the call works: there is nothing to explain'] : [];
  return [...played, ...judge(scene, situation.expect, answer)];
}

/** Does what the answer proposes, and calls again: it must work now, and nothing else that it should not. */
async function faultsOfFix(staged: Staged, answer: Explained): Promise<string[]> {
  const { scene, situation } = staged;
  const { expect, call, again, stillRefused = [] } = situation;
  if (!expect.fixes || (expect.fixes.length === 0 && !again)) return [];
  const before = await usersOfKeys(staged);
  await applyRemedies(scene.server, answer, (by, account) => scene.credentialsOf(by, account));
  await make(scene, situation.byHand ?? []);
  if (scene.takesItsTime) await scene.settled();
  const after = await usersOfKeys(staged);
  const faults: string[] = [];
  if (call) {
    const second = await attempt(scene, again ?? anew(call), true);
    if (!second.works) {
      faults.push(`done and called again, it ends with ${second.outcome}: ${second.error?.message ?? ''}`);
    }
  } else {
    const { verdict } = await explained(staged);
    if (verdict !== 'allowed' && verdict !== 'depends') faults.push(`done and asked again, it is ${verdict}`);
  }
  const { who = '', gains = [] } = expect;
  const expected = new Set([who, ...gains, ...namedIn(expect)].map((each) => scene.text(each)));
  for (const each of after.difference(before)) {
    const [, , principal] = each.split(' ');
    if (!expected.has(principal as string)) faults.push(`with it, ${each} as well`);
  }
  for (const each of stillRefused) {
    if ((await attempt(scene, each)).works) faults.push(`with it, ${each.as} can call ${each.call} as well`);
  }
  return faults;
}

/** Who asks for somebody may be another than who is refused first: whom the statements that are expected name. */
function namedIn({ fixes = [] }: Situation['expect']): string[] {
  return fixes.flatMap(({ document }) => {
    const { AWS = [] } = Object((document as { Principal?: unknown })?.Principal) as {
      AWS?: string | string[];
    };
    return [AWS].flat();
  });
}

/** Who may do what with each key of the situation: `key action principal way`. */
async function usersOfKeys({ scene, situation }: Staged): Promise<Set<string>> {
  const found = new Set<string>();
  for (const thing of situation.world) {
    if (Object.keys(thing)[0] !== 'key') continue;
    const { key, in: account, region = REGION } = thing as NewKey;
    const accountId = scene.account(account);
    const { users } = await scene.server.ask<Pick<WhoCan, 'users'>>('who-can', {
      key: scene.text(`<${key}>`),
      accountId,
      region,
    });
    for (const { principal, rights } of users) {
      for (const { action, way } of rights) found.add(`${key} ${action} ${principal} ${way}`);
    }
  }
  return found;
}

export async function play(server: TestServer, situation: Situation): Promise<Played> {
  const staged = await stage(server, situation);
  return judged(staged, await explained(staged));
}

/** What is to be said of the server's answer, and of doing what it proposes. */
export async function judged(staged: Staged, explanation: Explained): Promise<Played> {
  const { situation } = staged;
  const faults = faultsOf(staged, explanation);
  if (explanation.verdict === situation.expect.verdict)
    faults.push(...(await faultsOfFix(staged, explanation)));
  const isSilent = explanation.verdict === 'unknown' || explanation.verdict === 'depends';
  const isSaid = faults.length > 0 && isSilent;
  const isUnknowable = situation.can !== undefined && explanation.verdict === 'unknown';
  const result = isSaid || isUnknowable ? 'cannot tell' : faults.length > 0 ? 'wrong' : 'right';
  return { situation, result, faults, explanation };
}
