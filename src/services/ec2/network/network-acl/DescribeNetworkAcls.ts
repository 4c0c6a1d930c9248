/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { subnets } from '../networked.ts';
import { networkAclFilters, networkAclKind, showNetworkAcl } from './network-acl.ts';

export default ec2.operation('DescribeNetworkAcls', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeNetworkAcls') }),
  async execute(context, input) {
    const associated = await subnets.list(context.tx, context);
    const page = await describeResources(context.tx, context, {
      kind: networkAclKind,
      ids: input.NetworkAclIds,
      idsName: 'networkAclIds',
      filters: input.Filters,
      fields: networkAclFilters(associated),
      page: input,
    });
    return {
      NetworkAcls: page.items.map((acl) => showNetworkAcl(acl, associated)),
      NextToken: page.nextToken,
    };
  },
});
