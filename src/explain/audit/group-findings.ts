/** Auto Scaling groups whose keys do not let their service-linked roles launch. */
import { type GroupLaunches, groupLaunches } from '../../services/autoscaling/index.ts';
import { defaultKeys, type TemplateUse, templateKeys } from '../../services/ec2/index.ts';
import { type KeyFacts, keyFacts } from '../../services/kms/index.ts';
import type { KnownPrincipals } from '../asked-principals.ts';
import { namedResource } from '../explained-check.ts';
import { lastSegment } from '../names.ts';
import { type EvaluationInputs, KeyRights } from '../rights.ts';
import { THROUGH_EC2 } from '../ways.ts';
import { type Finding, finding, type RuleId } from './finding.ts';

/** What EC2 asks of a new volume's key for whoever launches (aws-facts B2, E2.2). */
const NEEDED = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant'];

export async function groupFindings(from: EvaluationInputs, known: KnownPrincipals): Promise<Finding[]> {
  const groups = await groupLaunches(from.tx);
  const templates = await templateKeys(from.tx);
  const defaults = await defaultKeys(from.tx);
  const findings: Finding[] = [];
  for (const group of groups) {
    const named = keysNamed(group, templates);
    const byDefault = defaults.find(
      ({ account, region }) => account === group.account && region === group.region,
    );
    // A volume that names no key, in a template or an image, gets the default one.
    const usesDefault = byDefault !== undefined || named.includes(undefined);
    const wanted: [string, RuleId][] = named.flatMap((keyId) =>
      keyId === undefined ? [] : [[keyId, 'group-not-admitted'] as [string, RuleId]],
    );
    if (usesDefault && byDefault?.keyId) wanted.push([byDefault.keyId, 'default-key-not-for-groups']);
    for (const [keyId, rule] of wanted) {
      const key = await keyFacts({ tx: from.tx, account: group.account, region: group.region }, keyId).catch(
        () => undefined,
      );
      const lacking = key ? await lackingOf(from, key, known, group) : [];
      if (key && lacking.length > 0) findings.push(notAdmitted(rule, group, key, lacking));
    }
  }
  return findings;
}

/** Undefined stands for the default key. */
function keysNamed(
  { template, encryptsByConfiguration }: GroupLaunches,
  templates: readonly TemplateUse[],
): (string | undefined)[] {
  if (!template) return encryptsByConfiguration ? [undefined] : [];
  const { id, version } = template;
  const used = templates.find(
    (each) =>
      each.templateId === id &&
      (version === '$Latest'
        ? each.isLatest
        : version === '$Default'
          ? each.isDefault
          : String(each.number) === version),
  );
  return [...new Set(used?.keyIds ?? [])];
}

async function lackingOf(
  from: EvaluationInputs,
  key: KeyFacts,
  known: KnownPrincipals,
  { roleArn }: GroupLaunches,
): Promise<string[]> {
  const role = known.asked.find(({ name }) => name === roleArn);
  if (!role) return [];
  const actions = key.allActions.filter(({ action }) => NEEDED.includes(action));
  const rights = await new KeyRights(from, key, known.accounts).of(role, actions);
  return NEEDED.filter(
    (action) => !rights.some((right) => right.action === action && right.way === THROUGH_EC2),
  );
}

function notAdmitted(rule: RuleId, group: GroupLaunches, key: KeyFacts, lacking: readonly string[]): Finding {
  const role = lastSegment(group.roleArn);
  const isForeign = key.account !== group.account;
  const own = `Add statements to the key policy that allow ${role} (${group.roleArn}) ${lacking.join(' and ')}, the latter with kms:GrantIsForAWSResource.`;
  const foreign = `Let account ${group.account} kms:CreateGrant in the key policy, and there make a grant for ${group.roleArn} (aws kms create-grant).`;
  return finding(rule, {
    subject: group.arn,
    name: `Auto Scaling group ${group.name}`,
    what: `${role} may not ${lacking.join(' and ')} on ${namedResource(key.arn, key)}, under which the group's volumes are encrypted.`,
    fix: `${isForeign ? foreign : own} latchkey explain ${group.name} gives the documents once a launch has failed.`,
  });
}
