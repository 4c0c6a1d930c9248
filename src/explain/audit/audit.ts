/** What is wrong, or about to go wrong, with keys and whoever depends on them. */
import type { Missing } from '../../policy/policy.ts';
import { volumesUnderKeys } from '../../services/ec2/index.ts';
import { allKeyFacts, type KeyFacts } from '../../services/kms/index.ts';
import type { ChangedSinceRead } from '../history/changed-since-read.ts';
import type { KeyUsage } from '../history/key-uses.ts';
import { type KnownPrincipals, knownPrincipals } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import type { Finding, Severity } from './finding.ts';
import { groupFindings } from './group-findings.ts';
import { identityFindings } from './identity-findings.ts';
import { idleFindings } from './idle-findings.ts';
import { keyFindings } from './key-findings.ts';

export interface Audit {
  /** The gravest first. */
  readonly findings: readonly Finding[];
  /** How many keys and principals were looked at, in which accounts. */
  readonly keys: number;
  readonly principals: number;
  readonly accounts: readonly string[];
  /** Policies and grants of a real account that could not be read: what is wrong with those was not looked for. */
  readonly unknown: readonly Missing[];
  /** Of an imported account: the keys that were used, as trails have it. */
  readonly recordedUsage?: readonly KeyUsage[];
  /** Of an imported account: what was changed after it was read. */
  readonly changedSince?: readonly ChangedSinceRead[];
}

/** `account`: only what is that account's. */
export async function audit(
  from: Reading,
  { account, nowMs }: { readonly account?: string; readonly nowMs: number },
): Promise<Audit> {
  const known = await knownPrincipals(from.tx);
  const keys = await allKeyFacts(from.tx, account);
  const volumes = await volumesUnderKeys(from.tx);
  const findings: Finding[] = [];
  for (const key of keys) {
    const under = volumes.filter(({ keyArn }) => keyArn === key.arn);
    findings.push(...(await keyFindings({ from, key, known, volumes: under, nowMs })));
  }
  findings.push(
    ...(await identityFindings(from, known)),
    ...(await groupFindings(from, known)),
    ...(await idleFindings(from, known)),
  );
  const isMeant = ({ subject }: Finding) => account === undefined || subject.includes(`:${account}:`);
  return {
    findings: findings.filter(isMeant).sort(byGravity),
    keys: keys.length,
    principals: known.asked.length,
    accounts: account === undefined ? [...known.accounts] : [account],
    unknown: await unreadOf(from, keys, known, account),
  };
}

/** Each policy once, however many have it. */
async function unreadOf(
  { tx, ports }: Reading,
  keys: readonly KeyFacts[],
  { asked }: KnownPrincipals,
  account: string | undefined,
): Promise<Missing[]> {
  const missing = keys.flatMap(({ policy, unknownGrants }) => [policy.policy.missing, unknownGrants]);
  for (const { principal, account: own } of asked) {
    if (account !== undefined && own !== account) continue;
    const { identity, boundary } = await ports.policies.identityPolicies(tx, principal);
    missing.push(...identity.map(({ policy }) => policy.missing), boundary?.policy.missing);
  }
  const found = missing.filter((each) => each !== undefined);
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

const byGravity = (one: Finding, other: Finding): number =>
  GRAVITY[one.severity] - GRAVITY[other.severity] ||
  one.rule.localeCompare(other.rule) ||
  one.name.localeCompare(other.name);
