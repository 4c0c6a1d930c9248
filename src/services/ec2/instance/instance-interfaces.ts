/** The network interfaces of an instance: made at its launch, with public addresses while it runs, gone with it. */
import type { EffectContext } from '../../../invoke/context.ts';
import {
  detached,
  type NetworkInterfaceRecord,
  networkInterfaces,
} from '../network/network-interface/network-interface.ts';
import { putNewInterface } from '../network/network-interface/new-network-interface.ts';
import { newPublicIp } from '../network/public-ip.ts';
import { newId } from '../resource/kind.ts';
import type { PlannedInterface, PlannedNetwork } from './launch-network.ts';

/** The network interfaces of a new instance. */
export async function makeInterfaces(
  context: EffectContext,
  plan: PlannedNetwork,
  instanceId: string,
  tags: NetworkInterfaceRecord['tags'],
): Promise<void> {
  for (const each of [plan, ...plan.further]) await makeInterface(context, each, instanceId, tags);
}

async function makeInterface(
  context: EffectContext,
  plan: PlannedInterface,
  instanceId: string,
  tags: NetworkInterfaceRecord['tags'],
): Promise<void> {
  const attachment = {
    id: newId(context.entropy, 'eni-attach'),
    instanceId,
    deviceIndex: plan.deviceIndex,
    deleteOnTermination: plan.deleteOnTermination,
    attachedAtMs: context.nowMs,
  };
  const { assignsPublicIp, connectionTracking, description, interfaceType, ipv4, ipv6 } = plan;
  const publicIp = assignsPublicIp ? newPublicIp(context) : undefined;
  if (plan.existing) {
    const own = plan.existing.elasticIp && plan.existing.publicIp;
    context.tx.put(networkInterfaces, { ...plan.existing, publicIp: own ?? publicIp, attachment });
    return;
  }
  const groupIds = plan.groups.map(({ id }) => id);
  const chosen = {
    tags,
    description,
    interfaceType,
    ipv4,
    ipv6,
    groupIds,
    assignsPublicIp,
    publicIp,
    attachment,
    connectionTracking,
  };
  await putNewInterface(context, plan.subnet, chosen);
}

/** Public addresses go when an instance stops, and new ones come when it starts; elastic ones stay. */
export async function changePublicIps(
  context: EffectContext,
  instanceId: string,
  isUp: boolean,
): Promise<void> {
  const { account, region, tx } = context;
  for (const each of await tx.find(networkInterfaces, 'attachedTo', {
    prefix: [account, region, instanceId],
  })) {
    if (each.elasticIp) continue;
    const publicIp = isUp && each.assignsPublicIp ? (each.publicIp ?? newPublicIp(context)) : undefined;
    if (publicIp !== each.publicIp) tx.put(networkInterfaces, { ...each, publicIp });
  }
}

export async function deleteInterfaces(context: EffectContext, instanceId: string): Promise<void> {
  const { account, region, tx } = context;
  for (const each of await tx.find(networkInterfaces, 'attachedTo', {
    prefix: [account, region, instanceId],
  })) {
    if (each.attachment?.deleteOnTermination) tx.delete(networkInterfaces, [account, region, each.id]);
    else tx.put(networkInterfaces, detached(each));
  }
}
