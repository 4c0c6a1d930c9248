/** A role as questions about calls that nobody makes see it: its trust policy decides who may assume it. */
import type { ResourceFactsSource } from '../../../invoke/ports/resource-facts.ts';
import { storedPolicy } from '../../../policy/stored.ts';
import { findByArn } from '../identity/identity.ts';
import { tagRecord } from '../tag/tag.ts';
import { roleArn, roles } from './role.ts';

/** What a trust policy allows beside (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts-comparison.html). */
const WITH_ASSUMING: ReadonlySet<string> = new Set([
  'sts:SetContext',
  'sts:SetSourceIdentity',
  'sts:TagSession',
]);

export const roleFactsSource: ResourceFactsSource = {
  async resourceFacts(tx, { account }, name, action) {
    const arn = name.startsWith('role/') ? `arn:aws:iam::${account}:${name}` : name;
    const role = await findByArn(tx, roles, arn);
    if (!role) return undefined;
    const tags = Object.entries(tagRecord(role.tags)).map(([key, value]) => [
      `aws:ResourceTag/${key}`,
      value,
    ]);
    const isAssumed = action.startsWith('sts:AssumeRole') || WITH_ASSUMING.has(action);
    return {
      arn: roleArn(role),
      account: role.account,
      conditions: Object.fromEntries(tags),
      resourceRule: isAssumed ? 'trust' : 'none',
      ...(isAssumed && {
        resourcePolicy: storedPolicy(role.trustDocument, 'trust', `trust policy of role ${role.name}`),
      }),
    };
  },
};
