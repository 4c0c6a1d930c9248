/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { networkAcls, subnets } from '../networked.ts';
import { networkAclKind, subnetsOf } from './network-acl.ts';

export default ec2.operation('DeleteNetworkAcl', {
  async checks(context, input) {
    const action = 'ec2:DeleteNetworkAcl';
    return { acl: await ownResourceCheck(context, networkAclKind, action, input.NetworkAclId) };
  },
  async preconditions({ tx }, _input, { acl: { record: acl } }) {
    if (acl.isDefault) {
      throw new AwsError('InvalidParameterValue', `cannot delete default network ACL ${acl.id}`);
    }
    if (subnetsOf(acl, await subnets.list(tx, acl)).length === 0) return;
    throw new AwsError(
      'DependencyViolation',
      `The networkAcl '${acl.id}' has dependencies and cannot be deleted.`,
    );
  },
  async execute(context, _input, { acl }) {
    await networkAcls.remove(context.tx, acl.record);
    return {};
  },
});
