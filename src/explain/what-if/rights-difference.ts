/** Who would gain rights on keys by a change, and who would lose them, used or not: the difference of two who-cans. */
import { allKeyFacts, type KeyFacts } from '../../services/kms/index.ts';
import { type AskedPrincipal, knownPrincipals, namedByKey } from '../question/asked-principals.ts';
import { policiesOf } from '../question/guardrails.ts';
import type { Reading } from '../question/reading.ts';
import { KeyRights, type Right } from '../rights/rights.ts';
import { servicesNamed } from '../rights/ways.ts';
import { changedPorts, isUse, type PolicyChange } from './policy-change.ts';

/** Rights of one principal on one key, the same way. */
export interface RightsDifference {
  readonly who: string;
  readonly principal: string;
  readonly key: string;
  readonly alias?: string;
  readonly way: string;
  /** `kms:Decrypt` */
  readonly actions: readonly string[];
}

export interface Differences {
  readonly gained: readonly RightsDifference[];
  readonly lost: readonly RightsDifference[];
  /** Rights that are there before and after, under other conditions. */
  readonly changed: readonly RightsDifference[];
}

export async function rightsDifference(from: Reading, change: PolicyChange): Promise<Differences> {
  const known = await knownPrincipals(from.tx);
  const after = { tx: from.tx, ports: changedPorts(from.ports, change) };
  const keys = change.key ? [change.key] : await allKeyFacts(from.tx);
  const gained: RightsDifference[] = [];
  const lost: RightsDifference[] = [];
  const changed: RightsDifference[] = [];
  const affected = await affectedOf(from, after, known.asked, change);
  for (const key of keys) {
    const then = change.facts(key);
    const asked = change.key
      ? distinctNames([...known.asked, ...namedByKey(key, known), ...namedByKey(then, known)])
      : affected;
    const services = [...servicesNamed([key.policy]), ...servicesNamed([then.policy])];
    const [one, other] = [
      new KeyRights(from, key, known.accounts, services),
      new KeyRights(after, then, known.accounts, services),
    ];
    for (const each of asked) {
      const was = await one.of(each, key.actions);
      const all = await other.of(each, then.actions);
      const will = change.stopsUse ? all.filter(({ action }) => !isUse(action)) : all;
      lost.push(...missing(each, key, was, will));
      gained.push(...missing(each, key, will, was));
      changed.push(...conditioned(each, key, was, will));
    }
  }
  return { gained, lost, changed };
}

/** Those whose own policies, or those of their organization, become others. */
async function affectedOf(
  from: Reading,
  after: Reading,
  asked: readonly AskedPrincipal[],
  change: PolicyChange,
): Promise<AskedPrincipal[]> {
  if (change.key) return [];
  const text = async ({ ports, tx }: Reading, { principal, account }: AskedPrincipal) => {
    const { identity, boundary } = await ports.policies.identityPolicies(tx, principal);
    const guardrails = policiesOf(await ports.guardrails.over(tx, account));
    return [...identity, ...(boundary ? [boundary] : []), ...guardrails].map(({ policy }) => policy);
  };
  const found: AskedPrincipal[] = [];
  for (const each of asked) {
    const [one, other] = [await text(from, each), await text(after, each)];
    if (one.length !== other.length || one.some((policy, at) => policy !== other[at])) found.push(each);
  }
  return found;
}

function distinctNames(asked: readonly AskedPrincipal[]): AskedPrincipal[] {
  return [...new Map(asked.map((each) => [each.name, each])).values()];
}

function missing(
  asked: AskedPrincipal,
  key: KeyFacts,
  have: readonly Right[],
  lack: readonly Right[],
): RightsDifference[] {
  const kept = new Set(lack.map(({ action, way }) => `${action} ${way}`));
  return byWay(
    asked,
    key,
    have.filter(({ action, way }) => !kept.has(`${action} ${way}`)),
  );
}

const conditionsOf = ({ grounds }: Right): string =>
  JSON.stringify(grounds.map(({ where, unless }) => [where, unless]));

function conditioned(
  asked: AskedPrincipal,
  key: KeyFacts,
  was: readonly Right[],
  will: readonly Right[],
): RightsDifference[] {
  const before = new Map(was.map((right) => [`${right.action} ${right.way}`, conditionsOf(right)]));
  const others = will.filter((right) => {
    const conditions = before.get(`${right.action} ${right.way}`);
    return conditions !== undefined && conditions !== conditionsOf(right);
  });
  return byWay(asked, key, others);
}

function byWay({ who, name }: AskedPrincipal, key: KeyFacts, rights: readonly Right[]): RightsDifference[] {
  const ways = Map.groupBy(rights, ({ way }) => way);
  return [...ways].map(([way, some]) => ({
    who,
    principal: name,
    key: key.arn,
    alias: key.alias,
    way,
    actions: some.map(({ action }) => action),
  }));
}
