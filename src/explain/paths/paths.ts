/**
 * Who reaches which instance by which key: principals, the policies and grants that let them, keys, the volumes and snapshots
 * under them, the instances that hold those, and the groups of these. What was refused is a broken edge, with its reason.
 */
import { parseArn } from '../../aws/arn.ts';
import type { Scope } from '../../aws/scope.ts';
import { allKeyFacts, type KeyFacts } from '../../services/kms/index.ts';
import { type KnownPrincipals, knownPrincipals } from '../question/asked-principals.ts';
import { keyNamed, noSuchKey } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';
import { type StandingProblem, standingProblems } from '../why/standing.ts';
import { lastSegment } from '../words/names.ts';
import { type PathEdge, PathGraph, type PathNode } from './graph.ts';
import { addPrincipals, principalNoun, shortAction } from './principals.ts';
import { addResources, groupNode, resourcesUnderKeys } from './resources.ts';

export type { PathEdge, PathNode };

export interface Paths {
  readonly nodes: readonly PathNode[];
  readonly edges: readonly PathEdge[];
  /** Keys that are not in this answer, since there are too many. */
  readonly omitted: number;
  /** The `after` of the next answer, where there are keys left. */
  readonly next?: number;
}

export interface PathQuestion extends Scope {
  /** Only this key; only what this principal's name contains; only what this instance holds. */
  readonly key?: string;
  readonly principal?: string;
  readonly instance?: string;
  /** How many keys were answered about before. */
  readonly after?: number;
}

/** Who may use each is solved for every principal: so many keys at a time, and none begun when `isTimeUp`. */
const MAX_KEYS = 40;

export async function pathsOf(
  from: Reading,
  question: PathQuestion,
  isTimeUp: () => boolean = () => false,
): Promise<Paths> {
  const { tx } = from;
  const { after = 0, principal, instance } = question;
  const known = await knownPrincipals(tx);
  const broken = await brokenAt(from, question);
  const resources = await resourcesUnderKeys(tx, new Set(broken.map(({ subject }) => subject)), instance);
  const keys = await keysAsked(from, question, broken, resources.volumes);
  const graph = new PathGraph();
  let done = after;
  for (const key of keys.slice(after, after + MAX_KEYS)) {
    if (done > after && isTimeUp()) break;
    await addPrincipals(from, graph, key, known, principal);
    addResources(graph, key.arn, resources);
    done++;
  }
  for (const problem of broken) addBroken(graph, problem, known, principal);
  const omitted = Math.max(0, keys.length - (done - after));
  return { ...graph.whole(), omitted, ...(done < keys.length && { next: done }) };
}

/** What was refused and not put right since, to somebody here or on something that is here. */
async function brokenAt(from: Reading, { account, region }: Scope): Promise<StandingProblem[]> {
  const all = await standingProblems(from);
  return all.filter((each) => {
    const on = parseArn(each.resource ?? '');
    return [each, on].some((where) => where?.account === account && where.region === region);
  });
}

/** Those about which something was refused come first, then those that hold something: of these people ask. */
async function keysAsked(
  from: Reading,
  question: PathQuestion,
  broken: readonly StandingProblem[],
  used: ReadonlyMap<string, readonly Scope[]>,
): Promise<KeyFacts[]> {
  const all = await allKeyFacts(from.tx);
  if (question.key) {
    const arn = await keyNamed({ ...from, ...question }, question.key);
    if (!arn) throw await noSuchKey({ ...from, ...question }, question.key);
    return all.filter((key) => key.arn === arn);
  }
  if (question.instance) return all.filter(({ arn }) => used.has(arn));
  const isHere = ({ account, region }: Scope) => account === question.account && region === question.region;
  const refused = new Set(broken.map(({ resource }) => resource));
  // A key of another account belongs here where something of this one is under it.
  const rank = (key: KeyFacts) =>
    refused.has(key.arn) ? 0 : used.get(key.arn)?.some(isHere) ? 1 : isHere(key) ? 2 : 3;
  return all
    .map((key) => [key, rank(key)] as const)
    .filter(([, each]) => each < 3)
    .sort(([, one], [, other]) => one - other)
    .map(([key]) => key);
}

/** From who asked to the key, and from there to what came to nothing for it. */
function addBroken(
  graph: PathGraph,
  { who, action, resource, symptom, kind, subject, account }: StandingProblem,
  { asked }: KnownPrincipals,
  wanted: string | undefined,
): void {
  if (!who || !action || !resource || !graph.has(resource) || (wanted && !who.includes(wanted))) return;
  // Whoever reaches no key is not shown yet.
  const id = asked.find((each) => each.who === who && each.account === account)?.name ?? who;
  graph.add({ id, kind: 'principal', noun: principalNoun(id), name: who, account });
  graph.join({ from: id, to: resource, state: 'broken', label: shortAction(action), reason: symptom });
  if (kind === 'call') return;
  const node =
    kind === 'group' ? groupNode(lastSegment(subject)) : { id: subject, kind, noun: kind, name: subject };
  // What is there for all that stands under its volume already.
  if (graph.has(node.id)) return;
  graph.add({ ...node, account });
  graph.join({ from: resource, to: node.id, state: 'broken', label: 'failed', reason: symptom });
}
