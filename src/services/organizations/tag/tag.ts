/** Tags on roots, units, accounts and policies. */
import { constraintViolation, invalidInput } from '../errors.ts';
import type { OrganizationRecord, TagList } from '../organization/organization.ts';

const MOST_TAGS = 50;

export function mergeTags(existing: TagList, added: TagList): TagList {
  if (new Set(added.map(({ Key }) => Key)).size < added.length) {
    throw invalidInput('Tag keys cannot be repeated in a request.', 'DUPLICATE_TAG_KEY');
  }
  if (added.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    throw invalidInput("You can't add, edit, or delete system tags.", 'INVALID_SYSTEM_TAGS_PARAMETER');
  }
  const merged = new Map(existing.map((tag) => [tag.Key, tag]));
  for (const { Key, Value } of added) merged.set(Key, { Key, Value });
  if (merged.size > MOST_TAGS) {
    throw constraintViolation('You have exceeded the maximum number of tags.', 'MAX_TAG_LIMIT_EXCEEDED');
  }
  return [...merged.values()];
}

/** The organization with other tags on one of its parts. */
export function withTags(organization: OrganizationRecord, id: string, tags: TagList): OrganizationRecord {
  if (id === organization.rootId) return { ...organization, rootTags: tags };
  const { units, members, policies } = organization;
  if (units[id]) return { ...organization, units: { ...units, [id]: { ...units[id], tags } } };
  if (members[id]) return { ...organization, members: { ...members, [id]: { ...members[id], tags } } };
  if (policies[id]) return { ...organization, policies: { ...policies, [id]: { ...policies[id], tags } } };
  throw new Error(`${id} takes no tags`);
}
