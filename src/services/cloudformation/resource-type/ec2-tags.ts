import type { JsonObject } from '../template/json.ts';
import { type ResourceContext, tagsOf } from './resource-type.ts';

/** Brings the tags of an EC2 resource from those of one set of properties to those of another. */
export async function updateTags(
  { call }: ResourceContext,
  physicalId: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const before = tagsOf(from);
  const after = tagsOf(to);
  const removed = before.filter(({ Key }) => !after.some((tag) => tag.Key === Key));
  const added = after.filter(
    ({ Key, Value }) => !before.some((tag) => tag.Key === Key && tag.Value === Value),
  );
  const Resources = [physicalId];
  if (removed.length > 0) {
    await call('ec2', 'DeleteTags', { Resources, Tags: removed.map(({ Key }) => ({ Key })) });
  }
  if (added.length > 0) await call('ec2', 'CreateTags', { Resources, Tags: added });
}
