/** Log groups of real accounts, and who may put events into them. What was logged is not read. */
import type { Scope } from '../../../aws/scope.ts';
import {
  type Adoption,
  entriesOf,
  missingAnswer,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { LogGroup, ResourcePolicy } from '../../../shapes/generated/logs.ts';
import { groupArn, type LogGroupRecord, logGroups } from '../group/group.ts';
import { resourcePolicies } from '../resource-policy/resource-policy.ts';

export async function adoptLogGroups(adoption: Adoption): Promise<void> {
  for (const account of adoption.described.accounts()) {
    for (const region of adoption.described.regions()) {
      adoptGroups(adoption, { account, region });
      adoptPolicies(adoption, { account, region });
    }
  }
}

function adoptGroups(adoption: Adoption, scope: Scope): void {
  const operation = 'logs:DescribeLogGroups';
  const [answer] = adoption.described.of(operation, scope) ?? [];
  for (const described of entriesOf<LogGroup>(adoption, operation, scope, 'logGroups')) {
    const group = groupOf(adoption, scope, described);
    adoption.tx.put(logGroups, group);
    if (answer) noteOrigin(adoption, groupArn(scope, group.name), operation, answer);
  }
}

const groupOf = ({ entropy, described }: Adoption, scope: Scope, group: LogGroup): LogGroupRecord => ({
  ...scope,
  name: group.logGroupName ?? '',
  groupId: uuid(entropy),
  createdAtMs: timeOf(group.creationTime),
  retentionDays: group.retentionInDays,
  tags: (described.get('logs:ListTagsForResource', scope, { resourceArn: group.logGroupArn })?.output?.tags ??
    {}) as LogGroupRecord['tags'],
  storedBytes: group.storedBytes ?? 0,
  kmsKeyArn: group.kmsKeyId,
  expires: false,
});

function adoptPolicies(adoption: Adoption, scope: Scope): void {
  const operation = 'logs:DescribeResourcePolicies';
  const name = `resource policies of CloudWatch Logs in account ${scope.account}, ${scope.region}`;
  const missing = missingAnswer(adoption, operation, scope, { kind: 'policy', name });
  const common = { ...scope, groupName: '', revisionId: '' };
  if (missing)
    adoption.tx.put(resourcePolicies, { ...common, name: '', document: '', updatedAtMs: 0, missing });
  for (const policy of entriesOf<ResourcePolicy>(adoption, operation, scope, 'resourcePolicies')) {
    adoption.tx.put(resourcePolicies, {
      ...common,
      name: policy.policyName ?? '',
      document: policy.policyDocument ?? '',
      updatedAtMs: timeOf(policy.lastUpdatedTime),
    });
  }
}
