/**
 * The addresses of a network interface beside its primary one: those that its properties name, and as many more as they
 * count, which EC2 chooses.
 */
import type { Call } from '../../../invoke/context.ts';
import type { NetworkInterface } from '../../../shapes/generated/ec2.ts';
import type { Json, JsonObject } from '../template/json.ts';

interface AddressKind {
  named(properties: JsonObject): readonly string[];
  counted(properties: JsonObject): number;
  /** Those that the interface has. */
  present(eni: NetworkInterface): readonly string[];
  assign(call: Call, NetworkInterfaceId: string, wanted: readonly string[] | number): Promise<unknown>;
  unassign(call: Call, NetworkInterfaceId: string, gone: string[]): Promise<unknown>;
}

type ListedAddress = { readonly Primary?: boolean; readonly PrivateIpAddress: string };

const listed = (addresses: Json | undefined) => (addresses ?? []) as unknown as readonly ListedAddress[];

/** An address that stands alone is the primary one, marked or not. */
export function primaryOf(addresses: Json | undefined): string | undefined {
  const all = listed(addresses);
  return (all.find(({ Primary }) => Primary) ?? (all.length === 1 ? all[0] : undefined))?.PrivateIpAddress;
}

const KINDS: readonly AddressKind[] = [
  {
    named: ({ PrivateIpAddresses: addresses }) =>
      listed(addresses)
        .map(({ PrivateIpAddress }) => PrivateIpAddress)
        .filter((each) => each !== primaryOf(addresses)),
    counted: ({ SecondaryPrivateIpAddressCount: count }) => Number(count ?? 0),
    present: ({ PrivateIpAddresses: all = [] }) =>
      all.filter(({ Primary }) => !Primary).map(({ PrivateIpAddress = '' }) => PrivateIpAddress),
    assign: (call, NetworkInterfaceId, wanted) =>
      call('ec2', 'AssignPrivateIpAddresses', {
        NetworkInterfaceId,
        ...(typeof wanted === 'number'
          ? { SecondaryPrivateIpAddressCount: wanted }
          : { PrivateIpAddresses: [...wanted] }),
      }),
    unassign: (call, NetworkInterfaceId, PrivateIpAddresses) =>
      call('ec2', 'UnassignPrivateIpAddresses', { NetworkInterfaceId, PrivateIpAddresses }),
  },
  {
    named: ({ Ipv6Addresses = [] }) =>
      (Ipv6Addresses as unknown as readonly { Ipv6Address: string }[]).map(({ Ipv6Address }) => Ipv6Address),
    counted: ({ Ipv6AddressCount: count }) => Number(count ?? 0),
    present: ({ Ipv6Addresses: all = [] }) => all.map(({ Ipv6Address = '' }) => Ipv6Address),
    assign: (call, NetworkInterfaceId, wanted) =>
      call('ec2', 'AssignIpv6Addresses', {
        NetworkInterfaceId,
        ...(typeof wanted === 'number' ? { Ipv6AddressCount: wanted } : { Ipv6Addresses: [...wanted] }),
      }),
    unassign: (call, NetworkInterfaceId, Ipv6Addresses) =>
      call('ec2', 'UnassignIpv6Addresses', { NetworkInterfaceId, Ipv6Addresses }),
  },
];

/** Brings an interface's addresses from those of one set of properties to those of another. */
export async function changeAddresses(
  call: Call,
  id: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  for (const kind of KINDS) {
    const [before, after] = [kind.named(from), kind.named(to)];
    const [count, wantedCount] = [kind.counted(from), kind.counted(to)];
    if (sameList(before, after) && count === wantedCount) continue;
    const { NetworkInterfaces: [eni = {}] = [] } = await call('ec2', 'DescribeNetworkInterfaces', {
      NetworkInterfaceIds: [id],
    });
    const chosen = kind.present(eni).filter((each) => !before.includes(each));
    const surplus = chosen.slice(Math.min(wantedCount, count));
    const gone = [...before.filter((each) => !after.includes(each)), ...surplus];
    const added = after.filter((each) => !before.includes(each));
    if (gone.length > 0) await kind.unassign(call, id, gone);
    if (added.length > 0) await kind.assign(call, id, added);
    if (wantedCount > count) await kind.assign(call, id, wantedCount - count);
  }
}

const sameList = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((each, index) => each === others[index]);
