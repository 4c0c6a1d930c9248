/** An instance shows the source and destination check of its primary interface as its own: one change is of both. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ExecuteContext } from '../../../../invoke/context.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { type InstanceRecord, instanceKind, instances } from '../../instance/instance.ts';
import { findResource } from '../../resource/kind.ts';
import { type NetworkInterfaceRecord, networkInterfaces } from './network-interface.ts';

/**
 * What is said of an instance is said of its interface, where it has one; a terminated instance has none.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidInstanceID)
 */
export async function onlyInterface(
  tx: ReadTransaction,
  { account, region, id }: Pick<InstanceRecord, 'account' | 'region' | 'id'>,
): Promise<NetworkInterfaceRecord | undefined> {
  const prefix = [account, region, id];
  const [only, further] = await tx.find(networkInterfaces, 'attachedTo', { prefix, limit: 2 });
  if (!further) return only;
  throw new AwsError(
    'InvalidInstanceID',
    `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
  );
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
