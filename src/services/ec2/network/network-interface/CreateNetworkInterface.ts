/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html. Addresses, not prefixes. */
import { principalId } from '../../../../invoke/caller.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { securityGroups } from '../networked.ts';
import { groupIdsIn, requireGroupsIn } from '../security-group/groups-of-interface.ts';
import { securityGroupKind } from '../security-group/security-group.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { ipv6Wish, requireIpv6Addresses } from './ipv6-addresses.ts';
import { networkInterfaceKind } from './network-interface.ts';
import { putNewInterface } from './new-network-interface.ts';
import { namedAddresses, privateWish, requireFreeAddresses } from './private-addresses.ts';
import { showNetworkInterface } from './show-network-interface.ts';

const ACTION = 'ec2:CreateNetworkInterface';
const { type } = networkInterfaceKind;

export default ec2.operation('CreateNetworkInterface', {
  unserved: [
    'Ipv4PrefixCount',
    'Ipv4Prefixes',
    'Ipv6Addresses[].IsPrimaryIpv6',
    'Ipv6PrefixCount',
    'Ipv6Prefixes',
    'EnablePrimaryIpv6',
    'Operator',
    ['InterfaceType', 'interface', 'efa'],
  ],
  async checks(context, input) {
    privateWish(input);
    const { create, tag } = taggedCreationCheck(context, ACTION, networkInterfaceKind, input, {});
    return {
      networkInterface: create,
      subnet: await ownResourceCheck(context, subnetKind, ACTION, input.SubnetId),
      groups: await Promise.all(
        (input.Groups ?? []).map((id) => ownResourceCheck(context, securityGroupKind, ACTION, id)),
      ),
      tag,
    };
  },
  async preconditions(context, input, { subnet: { record: subnet }, groups }) {
    if (await idsOfToken(context.tx, context, 'CreateNetworkInterface', input)) return;
    requireGroupsIn(subnet.vpcId, `subnet ${subnet.id}`, groups);
    await requireFreeAddresses(context.tx, subnet, namedAddresses(privateWish(input)));
    const ipv6 = ipv6Wish(input);
    if (ipv6) await requireIpv6Addresses(context.tx, subnet, ipv6);
  },
  async execute(context, input, { networkInterface, subnet: { record: subnet }, groups }) {
    const { tx } = context;
    const inAccount = await securityGroups.list(tx, context);
    const names = new Map(inAccount.map(({ id, name }) => [id, name]));
    const { ClientToken } = input;
    const [made] = (await idsOfToken(tx, context, 'CreateNetworkInterface', input)) ?? [];
    if (made) {
      const eni = await requireResource(tx, networkInterfaceKind, context, made);
      return { NetworkInterface: showNetworkInterface(eni, names), ClientToken };
    }
    const eni = await putNewInterface(context, subnet, {
      tags: networkInterface.plan.tags,
      description: input.Description ?? '',
      groupIds: await groupIdsIn(tx, subnet, groups),
      ipv4: privateWish(input),
      ipv6: ipv6Wish(input),
      interfaceType: input.InterfaceType,
      requesterId: principalId(context.caller),
      connectionTracking: input.ConnectionTrackingSpecification,
    });
    rememberToken(tx, context, 'CreateNetworkInterface', input, [eni.id]);
    return { NetworkInterface: { ...showNetworkInterface(eni, names), Status: 'pending' }, ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, type, [output?.NetworkInterface?.NetworkInterfaceId]),
  },
});
