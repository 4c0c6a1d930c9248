/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclEntry.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { networkAcls } from '../networked.ts';
import { requestedEntry, requireEntry, withEntry } from './entry-request.ts';
import { networkAclKind } from './network-acl.ts';

export default ec2.operation('ReplaceNetworkAclEntry', {
  async checks(context, input) {
    requestedEntry(input);
    const action = 'ec2:ReplaceNetworkAclEntry';
    return { acl: await ownResourceCheck(context, networkAclKind, action, input.NetworkAclId) };
  },
  preconditions: (_context, input, { acl }) => requireEntry(acl.record, requestedEntry(input)),
  async execute(context, input, { acl }) {
    await networkAcls.put(context.tx, withEntry(acl.record, requestedEntry(input)));
    return {};
  },
});
