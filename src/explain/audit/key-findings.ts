/** What is wrong with one key: its policy, its grants, its state. */
import type { Statement } from '../../policy/policy.ts';
import { rootArn } from '../../policy/root-user.ts';
import type { VolumeUse } from '../../services/ec2/index.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import { namedResource } from '../denial/explained-check.ts';
import { everybody, type KnownPrincipals } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import { type Ground, KeyRights } from '../rights/rights.ts';
import { type IdleStatement, idleStatements } from '../statements/idle-statements.ts';
import { allInWords } from '../words/condition-words.ts';
import { type Names, namesIn } from '../words/principal-names.ts';
import { type Finding, finding } from './finding.ts';
import { unrestrictedGranting } from './granting.ts';

export interface AuditedKey {
  readonly from: Reading;
  readonly key: KeyFacts;
  readonly known: KnownPrincipals;
  readonly volumes: readonly VolumeUse[];
  readonly nowMs: number;
}

export async function keyFindings(audited: AuditedKey): Promise<Finding[]> {
  const { key, from } = audited;
  const names = await namesIn(from, [key.policy], key.grants, key.writtenNames);
  const idle = idleStatements(key.policy.policy, key.arn);
  return [
    ...(await openness(audited)),
    ...grantMakers(audited, names, idle),
    ...formerNames(audited, names),
    ...idle.map((statement) => withoutEffect(key, statement)),
    ...(await administration(audited)),
    ...usability(audited),
  ];
}

const about = (key: KeyFacts) => ({ subject: key.arn, name: namedResource(key.arn, key) });

/** What anybody of any account may do. */
async function openness({ from, key, known }: AuditedKey): Promise<Finding[]> {
  const rights = await new KeyRights(from, key, known.accounts).of(everybody(), key.allActions);
  const byStatement = new Map<number, { ground: Ground; actions: Set<string> }>();
  for (const { action, grounds } of rights) {
    for (const ground of grounds) {
      const statement = statementOf(key, ground);
      if (!statement) continue;
      const known = byStatement.get(statement.index) ?? { ground, actions: new Set<string>() };
      known.actions.add(action);
      byStatement.set(statement.index, known);
    }
  }
  return [...byStatement].map(([index, { ground, actions }]) => {
    const isOpen = ground.where.length === 0;
    const what = listed([...actions].map((action) => action.replace('kms:', '')));
    return finding(isOpen ? 'open-to-everybody' : 'open-under-condition', {
      ...about(key),
      statement: referenceTo(key, index),
      what: `Principals of every AWS account may ${what}${isOpen ? '' : `, where ${allInWords(ground.where)}`}.`,
      fix: `Name the principals or accounts in statement ${index + 1}, or add a condition on kms:CallerAccount or aws:PrincipalOrgID that holds for yours alone.`,
    });
  });
}

/** The key policy's statement that lets in whom the account's own policies may then allow. */
function statementOf({ policy }: KeyFacts, { by }: Ground): Statement | undefined {
  if (by === 'root' || 'grantId' in by) return undefined;
  const open = policy.policy.statements.filter(
    ({ effect, principals }) =>
      effect === 'Allow' && (principals?.not || principals?.patterns.some(({ value }) => value === '*')),
  );
  return by.policyName === policy.name ? policy.policy.statements[by.index] : open[0];
}

const referenceTo = ({ policy }: KeyFacts, index: number) => {
  const { sid, line } = policy.policy.statements[index] as Statement;
  return { policyName: policy.name, index, line, ...(sid === undefined ? {} : { sid }) };
};

/** So many are listed. */
const MAX_LISTED = 5;

export function listed(names: readonly string[]): string {
  if (names.length <= MAX_LISTED) return names.join(', ');
  return `${names.slice(0, MAX_LISTED - 1).join(', ')} and ${names.length - MAX_LISTED + 1} more`;
}

/** The account itself is let in by the default key policy: then its identity policies are what counts. */
function grantMakers({ key }: AuditedKey, names: Names, idle: readonly IdleStatement[]): Finding[] {
  if (key.manager === 'AWS') return [];
  return unrestrictedGranting(key.policy).flatMap((statement) => {
    if (idle.some(({ index }) => index === statement.index)) return [];
    const named = (statement.principals?.patterns ?? []).filter(
      ({ value }) => value !== rootArn(key.account) && value !== key.account,
    );
    if (named.length === 0 || statement.principals?.not) return [];
    const who = named.map(({ value }) =>
      value === '*' ? 'principals of every AWS account' : names.of(value),
    );
    return [
      finding('unrestricted-create-grant', {
        ...about(key),
        statement: referenceTo(key, statement.index),
        what: `${listed(who)} may make any grant on the key.`,
        fix: 'Put kms:CreateGrant into a statement of its own with "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } }.',
      }),
    ];
  });
}

function formerNames({ key }: AuditedKey, names: Names): Finding[] {
  const inPolicy = key.policy.policy.statements.flatMap(({ index, principals }) =>
    (principals?.patterns ?? [])
      .filter(({ value }) => names.former(value))
      .map(({ value }) => ({ index, value })),
  );
  const inGrants = key.grants.filter(({ grantee }) => names.former(grantee));
  return [
    ...inPolicy.map(({ index, value }) =>
      finding('deleted-principal', {
        ...about(key),
        statement: referenceTo(key, index),
        what: `Statement ${index + 1} names ${names.of(value)}.`,
        fix: `Take ${value} out of the statement, or write the ARN again if the principal that has the name today is meant.`,
      }),
    ),
    ...inGrants.map(({ grantId, grantee }) =>
      finding('deleted-principal', {
        ...about(key),
        what: `Grant ${grantId.slice(0, 12)}… is for ${names.of(grantee)}.`,
        fix: `aws kms revoke-grant --key-id ${key.arn} --grant-id ${grantId}`,
      }),
    ),
  ];
}

const withoutEffect = (key: KeyFacts, { index, what, fix }: IdleStatement): Finding =>
  finding('statement-without-effect', { ...about(key), statement: referenceTo(key, index), what, fix });

async function administration({ from, key, known }: AuditedKey): Promise<Finding[]> {
  if (key.manager === 'AWS') return [];
  const solver = new KeyRights(from, key, known.accounts);
  const put = key.allActions.filter(({ action }) => action === 'kms:PutKeyPolicy');
  for (const asked of known.asked) {
    if (asked.account === key.account && (await solver.of(asked, put)).length > 0) return [];
  }
  return [
    finding('nobody-administers', {
      ...about(key),
      what: `None of the principals of account ${key.account} may kms:PutKeyPolicy.`,
      fix: 'Recreate a principal that the key policy names by its ARN, if there is one; otherwise ask AWS Support.',
    }),
  ];
}

const STATE_FIXES: Readonly<Partial<Record<KeyFacts['state'], (arn: string) => string>>> = {
  Disabled: (arn) => `aws kms enable-key --key-id ${arn}`,
  PendingDeletion: (arn) =>
    `aws kms cancel-key-deletion --key-id ${arn} && aws kms enable-key --key-id ${arn}`,
  PendingImport: (arn) =>
    `Import the key material again: aws kms get-parameters-for-import --key-id ${arn} …`,
};

function usability({ key, volumes, nowMs }: AuditedKey): Finding[] {
  if (volumes.length === 0) return [];
  const attached = volumes.filter(({ instanceIds }) => instanceIds.length > 0);
  const under = `${volumes.length} ${volumes.length === 1 ? 'volume is' : 'volumes are'} under it, ${attached.length} attached: ${listed(volumes.map(({ volumeId }) => volumeId))}`;
  if (key.state !== 'Enabled') {
    const due = key.deletionAtMs === undefined ? '' : `, due at ${new Date(key.deletionAtMs).toISOString()}`;
    const fix = STATE_FIXES[key.state]?.(key.arn) ?? 'Wait until the key is enabled.';
    return [
      finding('unusable-key-with-volumes', {
        ...about(key),
        what: `The key is ${key.state}${due}. ${under}.`,
        fix,
      }),
    ];
  }
  if (key.expiresAtMs === undefined || key.expiresAtMs < nowMs) return [];
  return [
    finding('expiring-material-with-volumes', {
      ...about(key),
      what: `Its material expires at ${new Date(key.expiresAtMs).toISOString()}. ${under}.`,
      fix: `Import the same material again with a later date: aws kms import-key-material --key-id ${key.arn} …`,
    }),
  ];
}
