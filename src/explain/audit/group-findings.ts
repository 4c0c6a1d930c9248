/** Auto Scaling groups whose keys do not let their service-linked roles launch. */
import { type GroupLaunches, groupLaunches } from '../../services/autoscaling/index.ts';
import { launchKeys } from '../../services/ec2/index.ts';
import { type KeyFacts, keyFacts } from '../../services/kms/index.ts';
import { namedResource } from '../denial/explained-check.ts';
import type { KnownPrincipals } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import { KeyRights } from '../rights/rights.ts';
import { THROUGH_EC2 } from '../rights/ways.ts';
import { lastSegment } from '../words/names.ts';
import { type Finding, finding, type RuleId } from './finding.ts';

/** By what names the key. */
const RULES = {
  request: 'group-not-admitted',
  source: 'image-key-not-for-groups',
  default: 'default-key-not-for-groups',
} as const satisfies Readonly<Record<string, RuleId>>;

export async function groupFindings(from: Reading, known: KnownPrincipals): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const group of await groupLaunches(from.tx)) {
    const { account, region, launches } = group;
    for (const { keyArn, from: namedBy, needed } of await launchKeys(from.tx, group, launches)) {
      const key = await keyFacts({ tx: from.tx, account, region }, keyArn).catch(() => undefined);
      const lacking = key ? await lackingOf(from, key, known, group, needed) : [];
      if (key && lacking.length > 0) findings.push(notAdmitted(RULES[namedBy], group, key, lacking));
    }
  }
  return findings;
}

async function lackingOf(
  from: Reading,
  key: KeyFacts,
  known: KnownPrincipals,
  { roleArn }: GroupLaunches,
  needed: readonly string[],
): Promise<string[]> {
  const role = known.asked.find(({ name }) => name === roleArn);
  if (!role) return [];
  const actions = key.allActions.filter(({ action }) => needed.includes(action));
  const rights = await new KeyRights(from, key, known.accounts).of(role, actions);
  return needed.filter(
    (action) => !rights.some((right) => right.action === action && right.way === THROUGH_EC2),
  );
}

function notAdmitted(rule: RuleId, group: GroupLaunches, key: KeyFacts, lacking: readonly string[]): Finding {
  const role = lastSegment(group.roleArn);
  const isForeign = key.account !== group.account;
  const own = `Add statements to the key policy that allow ${role} (${group.roleArn}) ${lacking.join(', ')}; kms:CreateGrant with kms:GrantIsForAWSResource.`;
  const foreign = `Allow account ${group.account} kms:CreateGrant in the key policy, and create a grant for ${group.roleArn} there (aws kms create-grant).`;
  return finding(rule, {
    subject: group.arn,
    name: `Auto Scaling group ${group.name}`,
    what: `${role} may not ${lacking.join(', ')} on ${namedResource(key.arn, key)}, under which the group's volumes ${rule === 'image-key-not-for-groups' ? 'come from its image' : 'are encrypted'}.`,
    fix: `${isForeign ? foreign : own} latchkey explain ${group.name} gives the documents once a launch has failed.`,
  });
}
