/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Check } from '../../../../invoke/verdict.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck, newId, ownResourceCheck } from '../../resource/kind.ts';
import type { SubnetRecord } from '../network-records.ts';
import { subnets } from '../networked.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { associationId, networkAclKind } from './network-acl.ts';

const ACTION = 'ec2:ReplaceNetworkAclAssociation';

export default ec2.operation('ReplaceNetworkAclAssociation', {
  async checks(context, { AssociationId: id, NetworkAclId }) {
    const found = (await subnets.list(context.tx, context)).find((each) => associationId(each) === id);
    const missing = new AwsError(
      'InvalidAssociationID.NotFound',
      `The association ID '${id}' does not exist`,
    );
    const subnet: Check<SubnetRecord> = found
      ? await ownResourceCheck(context, subnetKind, ACTION, found.id)
      : { ...accountCheck(context, ACTION), record: undefined, missing };
    return { acl: await ownResourceCheck(context, networkAclKind, ACTION, NetworkAclId), subnet };
  },
  preconditions(_context, _input, { acl: { record: acl }, subnet: { record: subnet } }) {
    if (acl.vpcId === subnet.vpcId) return;
    throw new AwsError(
      'InvalidParameterValue',
      `Network ACL ${acl.id} and subnet ${subnet.id} belong to different networks`,
    );
  },
  async execute(context, _input, { acl, subnet }) {
    const networkAcl = { id: acl.record.id, associationId: newId(context.entropy, 'aclassoc') };
    await subnets.put(context.tx, { ...subnet.record, networkAcl });
    return { NewAssociationId: networkAcl.associationId };
  },
});
