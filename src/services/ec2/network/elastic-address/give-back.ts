/** The interface that had an elastic address, without it: it is given another where its instance runs and its subnet does so. */
import type { EffectContext } from '../../../../invoke/context.ts';
import { instanceKind } from '../../instance/instance.ts';
import { findResource } from '../../resource/kind.ts';
import { networkInterfaces, withAddress } from '../network-interface/network-interface.ts';
import { newPublicIp } from '../public-ip.ts';
import type { Holder } from './elastic-address.ts';

export async function giveBack(context: EffectContext, { eni, held }: Holder): Promise<void> {
  const { instanceId } = eni.attachment ?? {};
  const instance = instanceId && (await findResource(context.tx, instanceKind, context, instanceId));
  const isUp = instance && instance.state === 'running';
  const { privateIp } = held;
  // Only the primary address is given one of Amazon's.
  const isGiven = isUp && eni.assignsPublicIp && privateIp === eni.privateIp;
  const publicIp = isGiven ? newPublicIp(context) : undefined;
  context.tx.put(networkInterfaces, withAddress(eni, { privateIp, publicIp }));
}
