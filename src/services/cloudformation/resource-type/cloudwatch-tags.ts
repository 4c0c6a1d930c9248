/** The tags of alarms and dashboards. */
import type { JsonObject } from '../template/json.ts';
import type { ResourceContext } from './resource-type.ts';
import { changedTags } from './tags.ts';

/** What CloudWatch puts anew keeps its tags. */
export async function cloudwatchRetag(
  { call }: ResourceContext,
  ResourceARN: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { removed, added } = changedTags(from, to);
  if (removed.length > 0) await call('cloudwatch', 'UntagResource', { ResourceARN, TagKeys: removed });
  if (added.length > 0) await call('cloudwatch', 'TagResource', { ResourceARN, Tags: added });
}
