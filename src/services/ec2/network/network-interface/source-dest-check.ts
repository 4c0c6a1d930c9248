/** An instance shows the source and destination check of its primary interface as its own: one change is of both. */
import type { ExecuteContext } from '../../../../invoke/context.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { type InstanceRecord, instanceKind, instances } from '../../instance/instance.ts';
import { findResource } from '../../resource/kind.ts';
import { type NetworkInterfaceRecord, networkInterfaces } from './network-interface.ts';

/** A terminated instance has none. */
export async function primaryInterface(
  tx: ReadTransaction,
  { account, region, id }: Pick<InstanceRecord, 'account' | 'region' | 'id'>,
): Promise<NetworkInterfaceRecord | undefined> {
  const [primary] = await tx.find(networkInterfaces, 'attachedTo', {
    prefix: [account, region, id],
    limit: 1,
  });
  return primary;
}

export async function putSourceDestCheck(
  context: ExecuteContext,
  eni: NetworkInterfaceRecord,
  sourceDestCheck: boolean,
): Promise<void> {
  const { tx } = context;
  tx.put(networkInterfaces, { ...eni, sourceDestCheck });
  if (eni.attachment?.deviceIndex !== 0) return;
  const instance = await findResource(tx, instanceKind, context, eni.attachment.instanceId);
  if (instance) tx.put(instances, { ...instance, sourceDestCheck });
}
