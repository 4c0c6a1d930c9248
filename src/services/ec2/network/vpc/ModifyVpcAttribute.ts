/** One attribute at a time: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ModifyVpcAttributeRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { attributeConditions } from '../../resource/attribute-conditions.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { onlyAttribute } from '../../resource/only-attribute.ts';
import type { VpcRecord } from '../network-records.ts';
import { vpcs } from '../networked.ts';
import { vpcKind } from './vpc.ts';

const ATTRIBUTES = {
  EnableDnsSupport: 'dnsSupport',
  EnableDnsHostnames: 'dnsHostnames',
  EnableNetworkAddressUsageMetrics: 'networkAddressUsageMetrics',
} as const satisfies Record<string, keyof VpcRecord>;

type Attribute = keyof typeof ATTRIBUTES;

export default ec2.operation('ModifyVpcAttribute', {
  async checks(context, input) {
    const { name, value } = requestedChange(input);
    const conditions = () => attributeConditions({ [name]: value });
    return {
      vpc: await ownResourceCheck(context, vpcKind, 'ec2:ModifyVpcAttribute', input.VpcId, conditions),
    };
  },
  preconditions(_context, input, { vpc: { record } }) {
    if (input.EnableDnsHostnames?.Value && !record.dnsSupport) {
      throw new AwsError(
        'InvalidParameterCombination',
        'DNS hostnames can only be enabled in a VPC with DNS support enabled.',
      );
    }
  },
  async execute(context, input, { vpc: { record } }) {
    const { name, value } = requestedChange(input);
    await vpcs.put(context.tx, { ...record, [ATTRIBUTES[name]]: value });
    return {};
  },
});

function requestedChange(input: ModifyVpcAttributeRequest): { name: Attribute; value: boolean } {
  const named = (Object.keys(ATTRIBUTES) as Attribute[]).filter((each) => input[each]?.Value !== undefined);
  const name = onlyAttribute(named);
  return { name, value: input[name]!.Value! };
}
