/** The types of resources that stacks may have. */
import { validationError } from '../cloudformation.ts';
import { autoScalingGroup } from './autoscaling-group.ts';
import { launchConfiguration } from './autoscaling-launch-configuration.ts';
import { cdkMetadata } from './cdk-metadata.ts';
import { instance } from './ec2-instance.ts';
import { keyPair } from './ec2-key-pair.ts';
import { launchTemplate } from './ec2-launch-template.ts';
import { securityGroup } from './ec2-security-group.ts';
import { securityGroupEgress, securityGroupIngress } from './ec2-security-group-rule.ts';
import { subnet } from './ec2-subnet.ts';
import { volume } from './ec2-volume.ts';
import { volumeAttachment } from './ec2-volume-attachment.ts';
import { vpc } from './ec2-vpc.ts';
import { rule } from './events-rule.ts';
import { accessKey } from './iam-access-key.ts';
import { group } from './iam-group.ts';
import { instanceProfile } from './iam-instance-profile.ts';
import { managedPolicy, policy } from './iam-policy.ts';
import { role } from './iam-role.ts';
import { serviceLinkedRole } from './iam-service-linked-role.ts';
import { user } from './iam-user.ts';
import { userToGroupAddition } from './iam-user-to-group-addition.ts';
import { alias } from './kms-alias.ts';
import { key } from './kms-key.ts';
import { replicaKey } from './kms-replica-key.ts';
import { logGroup } from './logs-log-group.ts';
import { logResourcePolicy } from './logs-resource-policy.ts';
import type { ResourceType } from './resource-type.ts';

const TYPES: readonly ResourceType[] = [
  accessKey,
  alias,
  autoScalingGroup,
  cdkMetadata,
  group,
  instance,
  instanceProfile,
  key,
  keyPair,
  launchConfiguration,
  launchTemplate,
  logGroup,
  logResourcePolicy,
  managedPolicy,
  policy,
  replicaKey,
  role,
  rule,
  securityGroup,
  securityGroupEgress,
  securityGroupIngress,
  serviceLinkedRole,
  subnet,
  user,
  userToGroupAddition,
  volume,
  volumeAttachment,
  vpc,
];

const byName: ReadonlyMap<string, ResourceType> = new Map(TYPES.map((type) => [type.name, type]));

export const findResourceType = (name: string): ResourceType | undefined => byName.get(name);

export function requireResourceType(name: string): ResourceType {
  const type = byName.get(name);
  if (!type) throw validationError(`Template format error: Unrecognized resource types: [${name}]`);
  return type;
}
