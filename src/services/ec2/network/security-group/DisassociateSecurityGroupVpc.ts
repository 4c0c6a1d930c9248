/** Once nothing in the VPC uses it: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSecurityGroupVpc.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import {
  associationChecks,
  associationWith,
  putAssociation,
  settleAssociationStep,
} from './vpc-association.ts';

export default ec2.operation('DisassociateSecurityGroupVpc', {
  checks: (context, input) => associationChecks(context, 'ec2:DisassociateSecurityGroupVpc', input),
  async preconditions({ tx }, _input, { group: { record: group }, vpc: { record: vpc } }) {
    if (!associationWith(group, vpc.id)) {
      throw new AwsError(
        'InvalidAssociationID.NotFound',
        `The security group '${group.id}' is not associated with the VPC '${vpc.id}'.`,
      );
    }
    const interfaces = await tx.list(networkInterfaces, { prefix: [group.account, group.region] });
    if (!interfaces.some(({ vpcId, groupIds }) => vpcId === vpc.id && groupIds.includes(group.id))) return;
    throw new AwsError(
      'DependencyViolation',
      `The security group '${group.id}' is used by network interfaces in the VPC '${vpc.id}'.`,
    );
  },
  async execute(context, _input, { group: { record: group }, vpc: { record: vpc } }) {
    const association = { vpcId: vpc.id, state: 'disassociating' } as const;
    await putAssociation(context.tx, group, association);
    context.schedule(settleAssociationStep, { groupId: group.id, vpcId: vpc.id });
    return { State: association.state };
  },
});
