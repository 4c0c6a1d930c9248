/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { notServed } from '../../resource/unserved.ts';
import { newPublicIp } from '../public-ip.ts';
import { type ElasticAddressRecord, elasticAddressKind } from './elastic-address.ts';

const AMAZON = 'amazon';

export default ec2.operation('AllocateAddress', {
  unserved: ['Address', 'CustomerOwnedIpv4Pool', 'IpamPoolId'],
  checks(context, input) {
    const { NetworkBorderGroup: group, PublicIpv4Pool: pool = AMAZON } = input;
    if (group && group !== context.region) {
      throw new AwsError('InvalidParameterValue', `Network border group '${group}' does not exist.`);
    }
    if (pool !== AMAZON) throw notServed('address pools of your own');
    const action = 'ec2:AllocateAddress';
    // Any domain but that of VPCs is of the past: AWS takes the word and gives an address for VPCs.
    const asked = { isForVpc: input.Domain !== undefined };
    const { create, tag } = taggedCreationCheck(context, action, elasticAddressKind, input, asked);
    return { address: create, tag };
  },
  async execute(context, _input, { address: { plan } }) {
    const { account, region, tx } = context;
    const others = await elasticAddressKind.records.list(tx, context);
    const taken = new Set(others.map(({ publicIp }) => publicIp));
    let publicIp = newPublicIp(context);
    while (taken.has(publicIp)) publicIp = newPublicIp(context);
    const address: ElasticAddressRecord = {
      account,
      region,
      id: newId(context.entropy, elasticAddressKind.prefix),
      tags: plan.tags,
      publicIp,
    };
    await elasticAddressKind.records.put(tx, address);
    return {
      PublicIp: publicIp,
      AllocationId: address.id,
      PublicIpv4Pool: AMAZON,
      NetworkBorderGroup: region,
      Domain: 'vpc',
    };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, elasticAddressKind.type, [output?.AllocationId]),
  },
});
