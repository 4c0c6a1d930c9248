/** What belongs to instances and is stored for itself: volumes, network interfaces, and the groups of those. */
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import {
  type NetworkInterfaceRecord,
  networkInterfaces,
} from '../network/network-interface/network-interface.ts';
import type { SecurityGroupRecord } from '../network/network-records.ts';
import { securityGroups } from '../network/networked.ts';
import { type VolumeRecord, volumes, volumesOf } from '../volume/volume.ts';

/** What belongs to instances, by instance id. */
export interface InstanceRelations {
  volumes(instanceId: string): readonly VolumeRecord[];
  interfaces(instanceId: string): readonly NetworkInterfaceRecord[];
  readonly groups: ReadonlyMap<string, SecurityGroupRecord>;
}

/** Two lists for all instances of the region; by index for a single one. */
export async function readInstanceRelations(
  tx: ReadTransaction,
  scope: Scope,
  instanceId?: string,
): Promise<InstanceRelations> {
  const prefix = [scope.account, scope.region, ...(instanceId ? [instanceId] : [])];
  const attachedVolumes = instanceId
    ? await volumesOf(tx, scope, instanceId)
    : await tx.find(volumes, 'attachedTo', { prefix });
  const attachedInterfaces = await tx.find(networkInterfaces, 'attachedTo', { prefix });
  const groups = await securityGroups.list(tx, scope);
  const byVolume = new Map<string, VolumeRecord[]>();
  // A record found by an index appears once for each of its keys.
  for (const volume of new Set(attachedVolumes)) {
    for (const { instanceId } of volume.attachments) {
      const group = byVolume.get(instanceId);
      if (group) group.push(volume);
      else byVolume.set(instanceId, [volume]);
    }
  }
  const byInterface = Map.groupBy(attachedInterfaces, ({ attachment }) => attachment?.instanceId);
  return {
    volumes: (id) => byVolume.get(id) ?? [],
    interfaces: (id) => byInterface.get(id) ?? [],
    groups: new Map(groups.map((group) => [group.id, group])),
  };
}
