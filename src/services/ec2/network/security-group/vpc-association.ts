/**
 * A security group is of the VPC that it was made in, and of those that it is associated with
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html, aws-facts F50).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../../invoke/context.ts';
import { workflow } from '../../../../invoke/workflow.ts';
import { workflowRef } from '../../../../invoke/workflow-ref.ts';
import type { SecurityGroupVpcAssociation } from '../../../../shapes/generated/ec2.ts';
import type { Transaction } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2 } from '../../ec2.ts';
import { findResource, ownResourceCheck } from '../../resource/kind.ts';
import type { SecurityGroupRecord, VpcAssociation } from '../network-records.ts';
import { securityGroups } from '../networked.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { securityGroupKind } from './security-group.ts';

/** The checks of an action on a group and a VPC that it is, or is to be, associated with. */
export const associationChecks = async (
  context: ResolveContext,
  action: string,
  { GroupId, VpcId }: { readonly GroupId: string; readonly VpcId: string },
) => ({
  group: await ownResourceCheck(context, securityGroupKind, action, GroupId),
  vpc: await ownResourceCheck(context, vpcKind, action, VpcId),
});

export const associationWith = (group: SecurityGroupRecord, vpcId: string): VpcAssociation | undefined =>
  group.vpcAssociations?.find((each) => each.vpcId === vpcId);

/** In the place of the one with the same VPC. */
export const putAssociation = (tx: Transaction, group: SecurityGroupRecord, association: VpcAssociation) =>
  securityGroups.put(tx, {
    ...group,
    vpcAssociations: [...associationsBut(group, association.vpcId), association],
  });

const associationsBut = ({ vpcAssociations: all = [] }: SecurityGroupRecord, vpcId: string) =>
  all.filter((each) => each.vpcId !== vpcId);

export const settleAssociationStep = workflowRef<{ readonly groupId: string; readonly vpcId: string }>(
  'ec2.security-group-vpc-association.settle',
);

export const settleAssociationWorkflow = workflow(
  settleAssociationStep,
  ec2,
  async (_ctx, { groupId, vpcId }) =>
    async (context) => {
      const { tx } = context;
      const group = await findResource(tx, securityGroupKind, context, groupId);
      const association = group && associationWith(group, vpcId);
      if (association?.state === 'associating') {
        await putAssociation(tx, group!, { vpcId, state: 'associated' });
      } else if (association?.state === 'disassociating') {
        await securityGroups.put(tx, { ...group!, vpcAssociations: associationsBut(group!, vpcId) });
      }
    },
);

/** Throws where the VPC has a group of that name. */
export function requireFreeName(groups: readonly SecurityGroupRecord[], name: string, vpcId: string): void {
  const isTaken = groups.some(
    (each) => each.name === name && (each.vpcId === vpcId || associationWith(each, vpcId)),
  );
  if (!isTaken) return;
  throw new AwsError(
    'InvalidGroup.Duplicate',
    `The security group '${name}' already exists for VPC '${vpcId}'`,
  );
}

interface AssociationOfGroup extends VpcAssociation {
  readonly group: SecurityGroupRecord;
}

export const associationsOf = (groups: readonly SecurityGroupRecord[]): readonly AssociationOfGroup[] =>
  groups.flatMap((group) => (group.vpcAssociations ?? []).map((each) => ({ ...each, group })));

export const showVpcAssociation = ({
  group,
  vpcId,
  state,
}: AssociationOfGroup): SecurityGroupVpcAssociation => ({
  GroupId: group.id,
  VpcId: vpcId,
  VpcOwnerId: group.account,
  State: state,
  GroupOwnerId: group.account,
});

export const associationFilters: FilterFields<AssociationOfGroup> = {
  'group-id': ({ group }) => group.id,
  'group-owner-id': ({ group }) => group.account,
  state: ({ state }) => state,
  'vpc-id': ({ vpcId }) => vpcId,
  'vpc-owner-id': ({ group }) => group.account,
};
