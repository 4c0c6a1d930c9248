/** How the services take the tags of what a call makes: a tag that a policy asks for is put into the call's input. */
import { parseArn } from '../../aws/arn.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The input with the tag, in place of another value of it. */
type TagWriter = (input: Readonly<Record<string, unknown>>, tag: Tag) => object;

/** A list of tags under this member, whose own members are called so. */
const listOf =
  (member: string, name = 'Key', value = 'Value'): TagWriter =>
  (input, { Key, Value }) => {
    const before = (input[member] ?? []) as readonly Readonly<Record<string, string>>[];
    const others = before.filter((each) => each[name] !== Key);
    return { ...input, [member]: [...others, { [name]: Key, [value]: Value }] };
  };

const mapOf =
  (member: string): TagWriter =>
  (input, { Key, Value }) => ({ ...input, [member]: { ...(input[member] as object), [Key]: Value } });

const WRITERS: Readonly<Record<string, TagWriter>> = {
  autoscaling: listOf('Tags'),
  cloudformation: listOf('Tags'),
  events: listOf('Tags'),
  iam: listOf('Tags'),
  kms: listOf('Tags', 'TagKey', 'TagValue'),
  logs: mapOf('tags'),
  organizations: listOf('Tags'),
  ssm: listOf('Tags'),
  sts: listOf('Tags'),
};

/** EC2 tags what a call makes by its type; CreateTags alone has a plain list. */
function ec2Writer(operation: string, resource: string): TagWriter | undefined {
  if (operation === 'CreateTags') return listOf('Tags');
  const ResourceType = parseArn(resource)?.resource.split('/')[0];
  if (ResourceType === undefined) return undefined;
  return (input, tag) => {
    const before = (input.TagSpecifications ?? []) as readonly { ResourceType?: string; Tags?: Tag[] }[];
    const own = before.find((each) => each.ResourceType === ResourceType);
    const { Tags } = listOf('Tags')({ Tags: own?.Tags }, tag) as { Tags: Tag[] };
    return {
      ...input,
      TagSpecifications: [...before.filter((each) => each !== own), { ResourceType, Tags }],
    };
  };
}

/** Undefined where the call has no place for tags. */
export function withTag(call: RehearsedCall, resource: string, tag: Tag): RehearsedCall | undefined {
  const { service, name } = call.operation;
  const write = service.id === 'ec2' ? ec2Writer(name, resource) : WRITERS[service.id];
  return write && { ...call, input: write(call.input as Readonly<Record<string, unknown>>, tag) };
}
