/** Tags: their rules, and tagging at creation (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues, CreationCheck, Found } from '../../../invoke/verdict.ts';
import { isReservedTag, setsReservedTags } from '../../../service-kit/reserved-tags.ts';
import type { Tag as RequestTag, TagSpecification } from '../../../shapes/generated/ec2.ts';
import { ec2Arn } from './arn.ts';
import type { ResourceType } from './resource-type.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Where CloudTrail records tags: whoever shares a snapshot does not learn those that its users give. */
export const TAGS_IN_AUDIT = ['tagSpecificationSet', 'tagSet'] as const;

const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 127;
const MAX_VALUE_LENGTH = 255;

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

/** The tags of a request, each key once; a tag without a value has the empty one. */
function requestTags(tags: readonly RequestTag[] | undefined): Tag[] {
  const seen = new Set<string>();
  return (tags ?? []).map(({ Key: key, Value: value = '' }) => {
    if (!key) throw invalid('Tag key must have a value');
    if (key.length > MAX_KEY_LENGTH) {
      throw invalid(`Tag key exceeds the maximum length of ${MAX_KEY_LENGTH} characters`);
    }
    if (value.length > MAX_VALUE_LENGTH) {
      throw invalid(`Tag value exceeds the maximum length of ${MAX_VALUE_LENGTH} characters`);
    }
    if (seen.has(key)) throw invalid(`Duplicate tag key '${key}' specified.`);
    seen.add(key);
    return { Key: key, Value: value };
  });
}

/** Those of CreateTags, where a tag that is to have no value has an empty one. */
export function namedTags(tags: readonly RequestTag[]): Tag[] {
  for (const { Key: key, Value: value } of tags) {
    if (!key) {
      throw invalid("Value ( '' ) for parameter Tag key is invalid. Tag key cannot be null or empty.");
    }
    if (value === undefined) {
      throw invalid(
        `Value ( ${key} ) for parameter value is invalid. Tag value cannot be null. Use empty string instead.`,
      );
    }
  }
  return requestTags(tags);
}

const RESERVED = `Tag keys starting with 'aws:' are reserved for internal use`;

function requireUnreservedTags({ caller }: ResolveContext, tags: readonly Tag[]): void {
  if (setsReservedTags(caller, keysOf(tags))) throw invalid(RESERVED);
}

/** CreateTags and DeleteTags name the key: https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/5120 */
export function requireUnreservedKeys({ caller }: ResolveContext, keys: readonly string[]): void {
  const reserved = keys.find((key) => setsReservedTags(caller, [key]));
  if (reserved) throw invalid(`Value ( ${reserved} ) for parameter key is invalid. ${RESERVED}`);
}

export const keysOf = (tags: readonly Tag[]) => tags.map(({ Key }) => Key);

/** `current` with `added` over it. */
export function mergeTags(current: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const merged = new Map([...current, ...added].map((tag) => [tag.Key, tag]));
  // AWS's own do not count.
  if ([...merged.keys()].filter((key) => !isReservedTag(key)).length > MAX_TAGS) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
  return [...merged.values()];
}

/** The tags that a creating call gives to each type of resource; types that it does not create are refused. */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  types: readonly string[],
): ReadonlyMap<string, readonly Tag[]> {
  const byType = new Map<string, readonly Tag[]>();
  for (const { ResourceType: type, Tags: tags } of specifications ?? []) {
    if (!type) throw invalid('Tag specification resource type must have a value');
    if (!types.includes(type)) {
      throw invalid(`'${type}' is not a valid taggable resource type for this operation.`);
    }
    if (!tags || tags.length === 0) throw invalid('Tag specification must have at least one tag');
    if (byType.has(type)) {
      throw invalid(`Found duplicate resource type '${type}' in tag specifications.`);
    }
    byType.set(type, mergeTags([], requestTags(tags)));
  }
  return byType;
}

export function requestTagKeys(all: readonly Tag[]): ConditionValues {
  const tags = all.filter(({ Key }) => !isReservedTag(Key));
  if (tags.length === 0) return {};
  const values: Record<string, string | string[]> = { 'aws:TagKeys': keysOf(tags) };
  for (const { Key, Value } of tags) values[`aws:RequestTag/${Key}`] = Value;
  return values;
}

interface TaggedRequest {
  readonly TagSpecifications?: readonly TagSpecification[];
}

/** The tags that a request gives to the one type of resource that it creates. */
export function tagsOf(input: TaggedRequest, type: ResourceType): readonly Tag[] {
  return specifiedTags(input.TagSpecifications, [type]).get(type) ?? [];
}

/** The checks for the resource that a request is about to create, with the tags that it names beside the rest of the plan. */
export function taggedCreationCheck<P extends object>(
  context: ResolveContext,
  action: string,
  kind: { readonly type: ResourceType },
  input: TaggedRequest,
  plan: P,
  conditions?: () => ConditionValues,
): { readonly create: CreationCheck<P & { readonly tags: readonly Tag[] }>; readonly tag?: Check<null> } {
  const tags = tagsOf(input, kind.type);
  const [create, tag] = creationChecks(context, action, kind.type, tags, conditions);
  return { create: { ...create!, plan: { ...plan, tags } }, tag };
}

/** The checks for a resource about to be created, `volume/*`: the action, and ec2:CreateTags where it comes with tags. */
export function creationChecks(
  context: ResolveContext,
  action: string,
  type: ResourceType,
  tags: readonly Tag[],
  conditions: () => ConditionValues = () => ({}),
): Found<null>[] {
  requireUnreservedTags(context, tags);
  const resource = ec2Arn(context, type, '*');
  const { account } = context;
  const requested = () => ({ 'ec2:Region': context.region, ...requestTagKeys(tags), ...conditions() });
  const create: Found<null> = { action, resource, account, record: null, conditions: requested };
  if (keysOf(tags).every(isReservedTag)) return [create];
  const createAction = action.slice(action.indexOf(':') + 1);
  return [
    create,
    {
      action: 'ec2:CreateTags',
      resource,
      account,
      record: null,
      conditions: () => ({ ...requested(), 'ec2:CreateAction': createAction }),
    },
  ];
}
