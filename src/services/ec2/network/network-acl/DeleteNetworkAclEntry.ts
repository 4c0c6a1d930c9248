/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { networkAcls } from '../networked.ts';
import { requireEntry, withoutEntry } from './entry-request.ts';
import { networkAclKind } from './network-acl.ts';

export default ec2.operation('DeleteNetworkAclEntry', {
  async checks(context, input) {
    const action = 'ec2:DeleteNetworkAclEntry';
    return { acl: await ownResourceCheck(context, networkAclKind, action, input.NetworkAclId) };
  },
  preconditions: (_context, { Egress: isEgress, RuleNumber: ruleNumber }, { acl }) =>
    requireEntry(acl.record, { isEgress, ruleNumber }),
  async execute(context, { Egress: isEgress, RuleNumber: ruleNumber }, { acl }) {
    await networkAcls.put(context.tx, withoutEntry(acl.record, { isEgress, ruleNumber }));
    return {};
  },
});
