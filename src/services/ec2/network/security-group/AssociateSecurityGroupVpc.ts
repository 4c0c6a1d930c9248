/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSecurityGroupVpc.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { securityGroups } from '../networked.ts';
import {
  associationChecks,
  associationWith,
  putAssociation,
  requireFreeName,
  settleAssociationStep,
} from './vpc-association.ts';

export default ec2.operation('AssociateSecurityGroupVpc', {
  checks: (context, input) => associationChecks(context, 'ec2:AssociateSecurityGroupVpc', input),
  async preconditions(context, _input, { group: { record: group }, vpc: { record: vpc } }) {
    if (group.name === 'default') {
      throw new AwsError(
        'InvalidParameterValue',
        'A default security group cannot be associated with a VPC.',
      );
    }
    if (vpc.isDefault) {
      throw new AwsError(
        'InvalidParameterValue',
        'A security group cannot be associated with the default VPC.',
      );
    }
    if (group.vpcId === vpc.id || associationWith(group, vpc.id)) {
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `The security group '${group.id}' is already associated with the VPC '${vpc.id}'.`,
      );
    }
    requireFreeName(await securityGroups.list(context.tx, context), group.name, vpc.id);
  },
  async execute(context, _input, { group: { record: group }, vpc: { record: vpc } }) {
    const association = { vpcId: vpc.id, state: 'associating' } as const;
    await putAssociation(context.tx, group, association);
    context.schedule(settleAssociationStep, { groupId: group.id, vpcId: vpc.id });
    return { State: association.state };
  },
});
