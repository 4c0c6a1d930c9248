/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import type { VpcRecord } from '../network-records.ts';
import { vpcKind } from './vpc.ts';

const ATTRIBUTES = {
  enableDnsSupport: ({ dnsSupport }: VpcRecord) => ({ EnableDnsSupport: { Value: dnsSupport } }),
  enableDnsHostnames: ({ dnsHostnames }: VpcRecord) => ({ EnableDnsHostnames: { Value: dnsHostnames } }),
  enableNetworkAddressUsageMetrics: (vpc: VpcRecord) => ({
    EnableNetworkAddressUsageMetrics: { Value: vpc.networkAddressUsageMetrics },
  }),
};

export default ec2.operation('DescribeVpcAttribute', {
  readOnly: true,
  dryRunFirst: true,
  async checks(context, input) {
    return { vpc: await ownResourceCheck(context, vpcKind, 'ec2:DescribeVpcAttribute', input.VpcId) };
  },
  execute: (_context, input, { vpc: { record } }) => ({
    VpcId: record.id,
    ...ATTRIBUTES[input.Attribute](record),
  }),
});
