/** What is wrong, or about to go wrong, with keys and whoever depends on them. */
import { volumesUnderKeys } from '../../services/ec2/index.ts';
import { allKeyFacts } from '../../services/kms/index.ts';
import { knownPrincipals } from '../asked-principals.ts';
import type { Finding, Severity } from './finding.ts';
import { groupFindings } from './group-findings.ts';
import { identityFindings } from './identity-findings.ts';
import { type AuditedKey, keyFindings } from './key-findings.ts';

export interface Audit {
  /** The gravest first. */
  readonly findings: readonly Finding[];
  /** How many keys and principals were looked at, in which accounts. */
  readonly keys: number;
  readonly principals: number;
  readonly accounts: readonly string[];
}

/** `account`: only what is that account's. */
export async function audit(
  from: AuditedKey['from'],
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
  findings.push(...(await identityFindings(from, known)), ...(await groupFindings(from, known)));
  const isMeant = ({ subject }: Finding) => account === undefined || subject.includes(`:${account}:`);
  return {
    findings: findings.filter(isMeant).sort(byGravity),
    keys: keys.length,
    principals: known.asked.length,
    accounts: account === undefined ? [...known.accounts] : [account],
  };
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

const byGravity = (one: Finding, other: Finding): number =>
  GRAVITY[one.severity] - GRAVITY[other.severity] ||
  one.rule.localeCompare(other.rule) ||
  one.name.localeCompare(other.name);
