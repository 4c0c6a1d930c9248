/**
 * The addresses of a network interface beside its primary one: those that its properties name, and as many more as they
 * count, which EC2 chooses.
 */
import type { Call } from '../../../invoke/context.ts';
import type { NetworkInterface } from '../../../shapes/generated/ec2.ts';
import { type Json, type JsonObject, sameValue } from '../template/json.ts';

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
    await changeNamedAndCounted({
      from: { named: kind.named(from), count: kind.counted(from) },
      to: { named: kind.named(to), count: kind.counted(to) },
      async present() {
        const { NetworkInterfaces: [eni = {}] = [] } = await call('ec2', 'DescribeNetworkInterfaces', {
          NetworkInterfaceIds: [id],
        });
        return kind.present(eni);
      },
      assign: (wanted) => kind.assign(call, id, wanted),
      unassign: (gone) => kind.unassign(call, id, gone),
    });
  }
}

interface NamedAndCounted {
  readonly named: readonly string[];
  readonly count: number;
}

interface NamedAndCountedChange {
  readonly from: NamedAndCounted;
  readonly to: NamedAndCounted;
  present(): Promise<readonly string[]>;
  assign(wanted: readonly string[] | number): Promise<unknown>;
  unassign(gone: string[]): Promise<unknown>;
}

/** What is named comes and goes by name; of what was chosen, by number or unasked, the surplus goes. */
export async function changeNamedAndCounted(change: NamedAndCountedChange): Promise<void> {
  const { from, to } = change;
  if (sameValue(from.named, to.named) && from.count === to.count) return;
  const chosen = (await change.present()).filter((each) => !from.named.includes(each));
  const gone = [
    ...from.named.filter((each) => !to.named.includes(each)),
    ...chosen.slice(Math.min(from.count, to.count)),
  ];
  const added = to.named.filter((each) => !from.named.includes(each));
  if (gone.length > 0) await change.unassign(gone);
  if (added.length > 0) await change.assign(added);
  if (to.count > from.count) await change.assign(to.count - from.count);
}
