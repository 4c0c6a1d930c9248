/**
 * EC2-Classic is gone, and no VPC is linked to it. Clients still ask of each, as Ansible does of one that it has made.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcClassicLink.html
 */
import { describeResources } from '../../describe/describe.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import type { VpcRecord } from '../network-records.ts';
import { vpcKind } from './vpc.ts';

const fields: FilterFields<VpcRecord> = { 'is-classic-link-enabled': () => false };

export default ec2.operation('DescribeVpcClassicLink', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcClassicLink') }),
  async execute(context, { VpcIds: ids, Filters: filters }) {
    const { items } = await describeResources(context.tx, context, {
      kind: vpcKind,
      ids,
      idsName: 'vpcIds',
      filters,
      fields,
    });
    return { Vpcs: items.map(({ id, tags }) => ({ VpcId: id, ClassicLinkEnabled: false, Tags: [...tags] })) };
  },
});
