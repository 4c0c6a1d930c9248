/** Tags among a resource's properties, and what changes between two sets of them. */
import { asText } from '../../../aws/as-text.ts';
import { isObject, type Json, type JsonObject } from '../template/json.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags among the properties: the resource's own, the stack's, and those that say which stack it belongs to. */
export const tagsOf = ({ Tags = [] }: JsonObject): Tag[] =>
  listedTags(Tags).map(({ Key, Value }) => ({ Key, Value }));

/** A few types have an object of tags instead of a list. */
export const listedTags = (tags: Json): readonly Tag[] =>
  isObject(tags)
    ? Object.entries(tags).map(([Key, value]) => ({ Key, Value: asText(value) }))
    : (tags as unknown as readonly Tag[]);

/** The keys that go and the tags that come, or get another value. */
export function changedTags(
  from: JsonObject,
  to: JsonObject,
): { readonly removed: string[]; readonly added: Tag[] } {
  const [before, after] = [tagsOf(from), tagsOf(to)];
  const valueBefore = new Map(before.map(({ Key, Value }) => [Key, Value]));
  const keysAfter = new Set(after.map(({ Key }) => Key));
  return {
    removed: before.map(({ Key }) => Key).filter((key) => !keysAfter.has(key)),
    added: after.filter(({ Key, Value }) => valueBefore.get(Key) !== Value),
  };
}
