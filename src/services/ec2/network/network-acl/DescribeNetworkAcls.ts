/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { checkAccount } from '../../resource/kind.ts';
import { listSubnets } from '../subnet/subnet.ts';
import { listNetworkAcls, networkAclFilters, networkAclKind, showNetworkAcl } from './network-acl.ts';

export default ec2.operation('DescribeNetworkAcls', {
  readOnly: true,
  checks: (context) => ({ describe: checkAccount(context, 'ec2:DescribeNetworkAcls') }),
  async execute(context, input) {
    const subnets = await listSubnets(context.tx, context);
    const page = await describeResources(context.tx, context, {
      kind: networkAclKind,
      ids: input.NetworkAclIds,
      idsName: 'networkAclIds',
      filters: input.Filters,
      fields: networkAclFilters(subnets),
      page: input,
      list: () => listNetworkAcls(context.tx, context),
    });
    return { NetworkAcls: page.items.map((acl) => showNetworkAcl(acl, subnets)), NextToken: page.nextToken };
  },
});
