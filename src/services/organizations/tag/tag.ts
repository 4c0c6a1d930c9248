/** Tags on roots, units, accounts and policies, the resource policy among them. */
import { addTagList, removeTagList, type TagRules } from '../../../service-kit/tag-rules.ts';
import { constraintViolation, invalidInput } from '../errors.ts';
import type { OrganizationRecord, TagList } from '../organization/organization.ts';

const RULES: TagRules = {
  max: 50,
  duplicate: () => invalidInput('Tag keys cannot be repeated in a request.', 'DUPLICATE_TAG_KEY'),
  reserved: () =>
    invalidInput("You can't add, edit, or delete system tags.", 'INVALID_SYSTEM_TAGS_PARAMETER'),
  tooMany: () =>
    constraintViolation('You have exceeded the maximum number of tags.', 'MAX_TAG_LIMIT_EXCEEDED'),
};

export const mergeTags = (existing: TagList, added: TagList): TagList =>
  addTagList(RULES, existing, added, undefined);

export const withoutTags = (existing: TagList, keys: readonly string[]): TagList =>
  removeTagList(RULES, existing, keys, undefined);

/** The organization with other tags on one of its parts. */
export function withTags(organization: OrganizationRecord, id: string, tags: TagList): OrganizationRecord {
  if (id === organization.rootId) return { ...organization, rootTags: tags };
  const { units, members, policies, resourcePolicy } = organization;
  if (id === resourcePolicy?.id) return { ...organization, resourcePolicy: { ...resourcePolicy, tags } };
  if (units[id]) return { ...organization, units: { ...units, [id]: { ...units[id], tags } } };
  if (members[id]) return { ...organization, members: { ...members, [id]: { ...members[id], tags } } };
  if (policies[id]) return { ...organization, policies: { ...policies, [id]: { ...policies[id], tags } } };
  throw new Error(`${id} takes no tags`);
}
