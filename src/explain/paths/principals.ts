/** Who reaches a key, and by which policy or grant. */
import { parseArn } from '../../aws/arn.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import type { KnownPrincipals } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import type { Ground, Right } from '../rights/rights.ts';
import { rightsOnKey } from '../rights/who-can.ts';
import { lastSegment, resourceName } from '../words/names.ts';
import type { PathGraph } from './graph.ts';

/** Grants of sessions that are listed one by one; EC2 holds one for each instance. */
const MAX_GRANTS = 100;

export async function addPrincipals(
  from: Reading,
  graph: PathGraph,
  key: KeyFacts,
  known: KnownPrincipals,
  wanted: string | undefined,
): Promise<void> {
  const { arn, account } = key;
  graph.add({ id: arn, kind: 'key', noun: 'key', name: key.alias ?? resourceName(arn), account });
  const { users, otherGrants } = await rightsOnKey(from, key, key.actions, known);
  for (const { who, principal, rights, account: theirs } of users) {
    if (wanted && !`${who} ${principal}`.includes(wanted)) continue;
    graph.add({
      id: principal,
      kind: 'principal',
      noun: principalNoun(principal),
      name: who,
      account: theirs || undefined,
    });
    for (const right of rights)
      for (const ground of right.grounds) addGround(graph, key, principal, right, ground);
  }
  const grants = otherGrants.filter(({ grantee }) => !wanted || grantee.includes(wanted));
  for (const { grantId, grantee, actions } of grants.slice(0, MAX_GRANTS)) {
    const noun = principalNoun(grantee);
    graph.add({
      id: grantee,
      kind: 'principal',
      noun,
      name: sessionName(grantee),
      account: accountOf(grantee),
    });
    graph.add(grantNode(grantId, account));
    graph.join({ from: grantee, to: grantId, state: 'allowed', label: 'holds' });
    graph.join({ from: grantId, to: arn, state: 'allowed', label: actions.map(shortAction).join(', ') });
  }
  addManyGrants(graph, key, grants.slice(MAX_GRANTS));
}

/** The others as one node, with all that they allow between them. */
function addManyGrants(graph: PathGraph, { arn, account }: KeyFacts, others: readonly Held[]): void {
  const [first] = others;
  if (!first) return;
  const count = others.length;
  const [holders, grants] = [`more principals of ${arn}`, `more grants of ${arn}`];
  const name = (what: string) => `${count.toLocaleString('en')} more ${what}`;
  const noun = principalNoun(first.grantee);
  graph.add({
    id: holders,
    kind: 'principal',
    noun,
    name: name('principals'),
    account: accountOf(first.grantee),
    count,
  });
  graph.add({ id: grants, kind: 'grant', noun: 'grant', name: name('grants'), account, count });
  graph.join({ from: holders, to: grants, state: 'allowed', label: 'holds' });
  const actions = new Set(others.flatMap((each) => each.actions.map(shortAction)));
  graph.join({ from: grants, to: arn, state: 'allowed', label: [...actions].join(', ') });
}

interface Held {
  readonly grantee: string;
  readonly actions: readonly string[];
}

const INFRASTRUCTURE = '/aws:ec2-infrastructure/';

/** EC2 opens the volumes of an instance by a session of that name. */
const sessionName = (arn: string) =>
  arn.includes(INFRASTRUCTURE) ? `EC2 for ${lastSegment(arn)}` : lastSegment(arn);

const accountOf = (principal: string) => parseArn(principal)?.account || undefined;

const NOUNS: readonly (readonly [pattern: RegExp, noun: string])[] = [
  [/:assumed-role\/aws:ec2-infrastructure\//, 'EC2 session'],
  [/:assumed-role\//, 'session'],
  [/:role\/aws-service-role\//, 'service-linked role'],
  [/:role\//, 'role'],
  [/:user\//, 'user'],
  [/:root$/, 'root user'],
  [/^role /, 'role'],
  [/^user /, 'user'],
  [/\.amazonaws\.com$/, 'service'],
  [/^(?:\d{12}|\*)$/, 'account'],
];

/** Of a name, an ARN, or what somebody is called who is not known. */
export const principalNoun = (principal: string): string =>
  NOUNS.find(([pattern]) => pattern.test(principal))?.[1] ?? 'principal';

export const shortAction = (action: string) => action.replace(/^kms:/, '');

const grantNode = (grantId: string, account: string) =>
  ({ id: grantId, kind: 'grant', noun: 'grant', name: `grant ${grantId.slice(0, 8)}…`, account }) as const;

/** A key's own policy stands beside it; that of a principal leads to every key that it lets it use. */
function policyNode({ arn, account }: KeyFacts, by: Exclude<Ground['by'], { readonly grantId: string }>) {
  const kind = 'policy' as const;
  if (by === 'root')
    return { id: `root ${account}`, kind, noun: 'account', name: 'root of the account', account };
  const { policyName: name, policyType } = by;
  if (policyType === 'resource-based policy')
    return { id: `${name} ${arn}`, kind, noun: 'key policy', name, account };
  return { id: `${name} ${account}`, kind, noun: policyType, name, account };
}

function addGround(
  graph: PathGraph,
  key: KeyFacts,
  principal: string,
  { action }: Right,
  { by, where, unless, provided = [] }: Ground,
): void {
  const isFree = where.length === 0 && unless.length === 0;
  const state = provided.length > 0 ? 'unknown' : isFree ? 'allowed' : 'conditional';
  const conditions = [
    ...where.map(({ operator, key: name, expected }) => `${name} ${operator} ${expected.join(', ')}`),
    ...provided.map(({ name, why }) => `${name}: ${why}`),
  ].join('; ');
  const reason = conditions ? { reason: conditions } : {};
  const isGrant = by !== 'root' && 'grantId' in by;
  const node = isGrant ? grantNode(by.grantId, key.account) : policyNode(key, by);
  graph.add(node);
  graph.join({ from: principal, to: node.id, state, label: isGrant ? 'holds' : 'is let in by', ...reason });
  graph.join({ from: node.id, to: key.arn, state, label: shortAction(action), ...reason });
}
