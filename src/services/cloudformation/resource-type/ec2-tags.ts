/** Brings the tags of an EC2 resource from those of one set of properties to those of another. */
import type { JsonObject } from '../template/json.ts';
import type { ResourceContext } from './resource-type.ts';
import { changedTags } from './tags.ts';

export async function updateTags(
  { call }: ResourceContext,
  physicalId: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { removed, added } = changedTags(from, to);
  const Resources = [physicalId];
  if (removed.length > 0)
    await call('ec2', 'DeleteTags', { Resources, Tags: removed.map((Key) => ({ Key })) });
  if (added.length > 0) await call('ec2', 'CreateTags', { Resources, Tags: added });
}
