/**
 * Who reaches which instance by which key: principals, the policies and grants that let them, keys, the volumes under them, and
 * the instances that hold those. What was refused is a broken edge, with its reason.
 */
import type { Scope } from '../aws/scope.ts';
import { volumesUnderKeys } from '../services/ec2/index.ts';
import { allKeyFacts, type KeyFacts } from '../services/kms/index.ts';
import { type KnownPrincipals, knownPrincipals } from './asked-principals.ts';
import { keyNamed, NoAnswer } from './key-question.ts';
import { lastSegment, resourceName } from './names.ts';
import type { EvaluationInputs, Ground, Right } from './rights.ts';
import { type StandingWorld, standingProblems } from './standing.ts';
import { rightsOnKey } from './who-can.ts';

export interface PathNode {
  /** An ARN or an id; of a policy, its name and the key. */
  readonly id: string;
  readonly kind: 'principal' | 'policy' | 'grant' | 'key' | 'volume' | 'instance';
  readonly name: string;
}

export interface PathEdge {
  readonly from: string;
  readonly to: string;
  /** `conditional`: on what the request must meet; `unknown`: on what was not read. */
  readonly state: 'allowed' | 'conditional' | 'unknown' | 'broken';
  /** What is allowed, or what was refused. */
  readonly label: string;
  readonly reason?: string;
}

export interface Paths {
  readonly nodes: readonly PathNode[];
  readonly edges: readonly PathEdge[];
  /** Keys that are not shown, since there are too many. */
  readonly omitted: number;
}

export interface PathQuestion extends Scope {
  /** Only this key; only what this principal's name contains; only what this instance holds. */
  readonly key?: string;
  readonly principal?: string;
  readonly instance?: string;
}

export type PathWorld = EvaluationInputs & StandingWorld;

/** Who may use each is solved for every principal: so many keys at a time. */
const MAX_KEYS = 40;
const MAX_VOLUMES_OF_KEY = 400;

export async function pathsOf(from: PathWorld, question: PathQuestion): Promise<Paths> {
  const { tx } = from;
  const known = await knownPrincipals(tx);
  const uses = (await volumesUnderKeys(tx)).filter(
    ({ instanceIds }) => !question.instance || instanceIds.includes(question.instance),
  );
  const keys = await keysAsked(from, question, new Set(uses.map(({ keyArn }) => keyArn)));
  const graph = new Graph();
  for (const key of keys.slice(0, MAX_KEYS)) {
    await addPrincipals(from, graph, key, known, question);
    const volumes = uses.filter(({ keyArn }) => keyArn === key.arn).slice(0, MAX_VOLUMES_OF_KEY);
    for (const { volumeId, instanceIds } of volumes) {
      graph.add({ id: volumeId, kind: 'volume', name: volumeId });
      graph.join({ from: key.arn, to: volumeId, state: 'allowed', label: 'encrypts' });
      for (const id of instanceIds) {
        graph.add({ id, kind: 'instance', name: id });
        graph.join({ from: volumeId, to: id, state: 'allowed', label: 'attached' });
      }
    }
  }
  await addBroken(from, graph, question);
  return { ...graph.whole(), omitted: Math.max(0, keys.length - MAX_KEYS) };
}

async function keysAsked(
  from: PathWorld,
  question: PathQuestion,
  used: ReadonlySet<string>,
): Promise<KeyFacts[]> {
  const all = await allKeyFacts(from.tx);
  if (question.key) {
    const arn = await keyNamed({ ...from, ...question }, question.key);
    if (!arn) throw new NoAnswer(`There is no key ${question.key}.`);
    return all.filter((key) => key.arn === arn);
  }
  if (question.instance) return all.filter(({ arn }) => used.has(arn));
  const here = all.filter(
    ({ account, region }) => account === question.account && region === question.region,
  );
  // Those that hold something are what people ask about.
  return here.sort((one, other) => Number(used.has(other.arn)) - Number(used.has(one.arn)));
}

class Graph {
  readonly #nodes = new Map<string, PathNode>();
  readonly #edges = new Map<string, PathEdge>();

  add(node: PathNode): void {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
  }

  /** Between two nodes there is one edge: what is freest says how it looks, but what is broken stays so. */
  join(edge: PathEdge): void {
    const name = `${edge.from} ${edge.to}`;
    const known = this.#edges.get(name);
    const isWeaker = known !== undefined && RANK[edge.state] <= RANK[known.state];
    const labels = new Set([...(known?.label.split(', ') ?? []), ...edge.label.split(', ')]);
    this.#edges.set(name, { ...(isWeaker ? known : edge), label: [...labels].join(', ') });
  }

  whole(): Pick<Paths, 'nodes' | 'edges'> {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }
}

const RANK = { unknown: 0, conditional: 1, allowed: 2, broken: 3 } as const;

async function addPrincipals(
  from: PathWorld,
  graph: Graph,
  key: KeyFacts,
  known: KnownPrincipals,
  { principal: wanted }: PathQuestion,
): Promise<void> {
  graph.add({ id: key.arn, kind: 'key', name: key.alias ?? resourceName(key.arn) });
  const { users, otherGrants } = await rightsOnKey(from, key, key.actions, known);
  for (const { who, principal, rights } of users) {
    if (wanted && !`${who} ${principal}`.includes(wanted)) continue;
    graph.add({ id: principal, kind: 'principal', name: who });
    for (const right of rights)
      for (const ground of right.grounds) addGround(graph, key, principal, right, ground);
  }
  for (const { grantId, grantee, actions } of otherGrants) {
    if (wanted && !grantee.includes(wanted)) continue;
    graph.add({ id: grantee, kind: 'principal', name: sessionName(grantee) });
    graph.add({ id: grantId, kind: 'grant', name: `grant ${grantId.slice(0, 8)}…` });
    graph.join({ from: grantee, to: grantId, state: 'allowed', label: 'holds' });
    graph.join({ from: grantId, to: key.arn, state: 'allowed', label: actions.map(shortAction).join(', ') });
  }
}

/** EC2 opens the volumes of an instance by a session of that name. */
const sessionName = (arn: string) =>
  arn.includes('/aws:ec2-infrastructure/') ? `EC2 for ${lastSegment(arn)}` : lastSegment(arn);

const shortAction = (action: string) => action.replace(/^kms:/, '');

function addGround(
  graph: Graph,
  key: KeyFacts,
  principal: string,
  { action }: Right,
  { by, where, unless, provided = [] }: Ground,
) {
  const isFree = where.length === 0 && unless.length === 0;
  const state = provided.length > 0 ? 'unknown' : isFree ? 'allowed' : 'conditional';
  const reason = [
    ...where.map(({ operator, key: name, expected }) => `${name} ${operator} ${expected.join(', ')}`),
    ...provided.map(({ name, why }) => `${name}: ${why}`),
  ].join('; ');
  const isGrant = by !== 'root' && 'grantId' in by;
  const name =
    by === 'root' ? 'root of the account' : isGrant ? `grant ${by.grantId.slice(0, 8)}…` : by.policyName;
  const id = by === 'root' ? `root ${key.arn}` : isGrant ? by.grantId : `${by.policyName} ${key.arn}`;
  graph.add({ id, kind: isGrant ? 'grant' : 'policy', name });
  graph.join({
    from: principal,
    to: id,
    state,
    label: isGrant ? 'holds' : 'is named by',
    ...(reason && { reason }),
  });
  graph.join({ from: id, to: key.arn, state, label: shortAction(action), ...(reason && { reason }) });
}

/** What was refused and not put right since, from who asked to what it was for. */
async function addBroken(from: PathWorld, graph: Graph, { principal: wanted }: PathQuestion): Promise<void> {
  const { nodes } = graph.whole();
  const shown = new Map(nodes.map((node) => [node.id, node]));
  for (const { who, action, resource, symptom } of await standingProblems(from)) {
    if (!who || !action || !resource || !shown.has(resource) || (wanted && !who.includes(wanted))) continue;
    const asking = nodes.find((node) => node.kind === 'principal' && node.name === who);
    const id = asking?.id ?? who;
    graph.add({ id, kind: 'principal', name: who });
    graph.join({ from: id, to: resource, state: 'broken', label: shortAction(action), reason: symptom });
  }
}
