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

/** What EC2 asks for whoever launches: of the key of a new volume (aws-facts B2, E2.2), and of an image's (aws-facts B5.1). */
const OF_NEW_VOLUMES = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant'];
const OF_IMAGES = ['kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:CreateGrant'];

interface WantedKey {
  readonly keyId: string;
  readonly rule: RuleId;
  readonly needed: readonly string[];
}

export async function groupFindings(from: EvaluationInputs, known: KnownPrincipals): Promise<Finding[]> {
  const groups = await groupLaunches(from.tx);
  const templates = await templateKeys(from.tx);
  const defaults = await defaultKeys(from.tx);
  const findings: Finding[] = [];
  for (const group of groups) {
    const template = templateOf(group, templates);
    const named = keysNamed(group, template);
    const byDefault = defaults.find(
      ({ account, region }) => account === group.account && region === group.region,
    );
    // A volume that names no key, in a template or an image, gets the default one.
    const usesDefault = byDefault !== undefined || named.includes(undefined);
    const wanted: WantedKey[] = named.flatMap((keyId) =>
      keyId === undefined ? [] : [{ keyId, rule: 'group-not-admitted' as const, needed: OF_NEW_VOLUMES }],
    );
    if (usesDefault && byDefault?.keyId) {
      const { keyId } = byDefault;
      wanted.push({ keyId, rule: 'default-key-not-for-groups', needed: OF_NEW_VOLUMES });
    }
    for (const keyId of template?.imageKeyArns ?? [])
      wanted.push({ keyId, rule: 'image-key-not-for-groups', needed: OF_IMAGES });
    for (const { keyId, rule, needed } of wanted) {
      const key = await keyFacts({ tx: from.tx, account: group.account, region: group.region }, keyId).catch(
        () => undefined,
      );
      const lacking = key ? await lackingOf(from, key, known, group, needed) : [];
      if (key && lacking.length > 0) findings.push(notAdmitted(rule, group, key, lacking));
    }
  }
  return findings;
}

function templateOf({ template }: GroupLaunches, templates: readonly TemplateUse[]): TemplateUse | undefined {
  if (!template) return undefined;
  const { id, version } = template;
  const isMeant = ({ isLatest, isDefault, number }: TemplateUse) => {
    if (version === '$Latest') return isLatest;
    return version === '$Default' ? isDefault : String(number) === version;
  };
  return templates.find((each) => each.templateId === id && isMeant(each));
}

/** Undefined stands for the default key. */
function keysNamed(
  { template: isByTemplate, encryptsByConfiguration }: GroupLaunches,
  template: TemplateUse | undefined,
): (string | undefined)[] {
  if (!isByTemplate) return encryptsByConfiguration ? [undefined] : [];
  return [...new Set(template?.keyIds ?? [])];
}

async function lackingOf(
  from: EvaluationInputs,
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
  const foreign = `Let account ${group.account} kms:CreateGrant in the key policy, and there make a grant for ${group.roleArn} (aws kms create-grant).`;
  return finding(rule, {
    subject: group.arn,
    name: `Auto Scaling group ${group.name}`,
    what: `${role} may not ${lacking.join(', ')} on ${namedResource(key.arn, key)}, under which the group's volumes ${rule === 'image-key-not-for-groups' ? 'come from its image' : 'are encrypted'}.`,
    fix: `${isForeign ? foreign : own} latchkey explain ${group.name} gives the documents once a launch has failed.`,
  });
}
