/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateIpAddresses.html. Addresses, not prefixes. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EffectContext } from '../../../../invoke/context.ts';
import type { AssignPrivateIpAddressesRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { instanceKind } from '../../instance/instance.ts';
import { findInstanceType } from '../../instance/instance-type.ts';
import { findResource, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { subnetKind } from '../subnet/subnet.ts';
import {
  addressesOf,
  type NetworkInterfaceRecord,
  networkInterfaceKind,
  networkInterfaces,
} from './network-interface.ts';
import { requireFreeAddresses, takeAddresses } from './private-addresses.ts';

export default ec2.operation('AssignPrivateIpAddresses', {
  unserved: ['Ipv4PrefixCount', 'Ipv4Prefixes'],
  async checks(context, input) {
    const action = 'ec2:AssignPrivateIpAddresses';
    return { eni: await ownResourceCheck(context, networkInterfaceKind, action, input.NetworkInterfaceId) };
  },
  async preconditions({ tx }, input, { eni: { record: eni } }) {
    const { PrivateIpAddresses: named = [], SecondaryPrivateIpAddressCount: count = 0 } = input;
    if (named.length > 0 === count > 0) {
      throw new AwsError(
        named.length > 0 ? 'InvalidParameterCombination' : 'MissingParameter',
        'The request must contain exactly one of the parameters secondaryPrivateIpAddressCount and privateIpAddresses',
      );
    }
    const subnet = await requireResource(tx, subnetKind, eni, eni.subnetId);
    const holders = await holdersOf(tx, eni, input);
    await requireFreeAddresses(
      tx,
      subnet,
      named.filter((ip) => !holders.has(ip)),
    );
    await requireRoom(tx, eni, named.length + count);
  },
  async execute(context, input, { eni: { record: eni } }) {
    const { tx } = context;
    const subnet = await requireResource(tx, subnetKind, eni, eni.subnetId);
    for (const [ip, holder] of await holdersOf(tx, eni, input)) takeAway(context, holder, ip);
    const current = await requireResource(tx, networkInterfaceKind, eni, eni.id);
    const { PrivateIpAddresses: named = [], SecondaryPrivateIpAddressCount: count = 0 } = input;
    const added = await takeAddresses(context, subnet, named, count);
    const { secondaryAddresses = [] } = current;
    tx.put(networkInterfaces, {
      ...current,
      secondaryAddresses: [...secondaryAddresses, ...added.map((privateIp) => ({ privateIp }))],
    });
    return {
      NetworkInterfaceId: eni.id,
      AssignedPrivateIpAddresses: added.map((PrivateIpAddress) => ({ PrivateIpAddress })),
    };
  },
});

/** The interfaces that a request lets go of its addresses, by address: secondary ones, of the same subnet. */
async function holdersOf(
  tx: ReadTransaction,
  { account, region, id, subnetId }: NetworkInterfaceRecord,
  { AllowReassignment: isAllowed, PrivateIpAddresses: named = [] }: AssignPrivateIpAddressesRequest,
): Promise<ReadonlyMap<string, NetworkInterfaceRecord>> {
  if (!isAllowed || named.length === 0) return new Map();
  const others = await tx.find(networkInterfaces, 'subnet', { prefix: [account, region, subnetId] });
  return new Map(
    others
      .filter((other) => other.id !== id)
      .flatMap((other) =>
        (other.secondaryAddresses ?? [])
          .filter(({ privateIp }) => named.includes(privateIp))
          .map(({ privateIp }) => [privateIp, other] as const),
      ),
  );
}

function takeAway({ tx }: EffectContext, holder: NetworkInterfaceRecord, ip: string): void {
  const secondaryAddresses = holder.secondaryAddresses?.filter(({ privateIp }) => privateIp !== ip);
  tx.put(networkInterfaces, { ...holder, secondaryAddresses });
}

async function requireRoom(tx: ReadTransaction, eni: NetworkInterfaceRecord, count: number): Promise<void> {
  const { attachment } = eni;
  const instance = attachment && (await findResource(tx, instanceKind, eni, attachment.instanceId));
  const limit = instance && findInstanceType(instance.type)?.info.NetworkInfo?.Ipv4AddressesPerInterface;
  if (limit === undefined || addressesOf(eni).length + count <= limit) return;
  throw new AwsError('PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.');
}
