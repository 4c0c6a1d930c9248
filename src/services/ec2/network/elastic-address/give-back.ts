/** The interface that had an elastic address, without it: it is given another where its instance runs and its subnet does so. */
import type { EffectContext } from '../../../../invoke/context.ts';
import { instanceKind } from '../../instance/instance.ts';
import { findResource } from '../../resource/kind.ts';
import { type NetworkInterfaceRecord, networkInterfaces } from '../network-interface/network-interface.ts';
import { newPublicIp } from '../public-ip.ts';

export async function giveBack(context: EffectContext, holder: NetworkInterfaceRecord): Promise<void> {
  const { instanceId } = holder.attachment ?? {};
  const instance = instanceId && (await findResource(context.tx, instanceKind, context, instanceId));
  const isUp = instance && instance.state === 'running';
  const publicIp = isUp && holder.assignsPublicIp ? newPublicIp(context) : undefined;
  context.tx.put(networkInterfaces, { ...holder, elasticIp: undefined, publicIp });
}
