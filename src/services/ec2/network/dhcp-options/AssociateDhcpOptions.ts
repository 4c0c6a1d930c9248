/** With a VPC, `default` for none: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { vpcs } from '../networked.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { dhcpOptionsKind, NO_OPTIONS } from './dhcp-options.ts';

const ACTION = 'ec2:AssociateDhcpOptions';

export default ec2.operation('AssociateDhcpOptions', {
  async checks(context, { DhcpOptionsId: id, VpcId }) {
    return {
      options: id === NO_OPTIONS ? undefined : await ownResourceCheck(context, dhcpOptionsKind, ACTION, id),
      vpc: await ownResourceCheck(context, vpcKind, ACTION, VpcId),
    };
  },
  async execute({ tx }, { DhcpOptionsId: dhcpOptionsId }, { vpc: { record } }) {
    await vpcs.put(tx, { ...record, dhcpOptionsId });
    return {};
  },
});
