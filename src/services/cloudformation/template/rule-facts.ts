/**
 * What rules may say of the parameters that name something in the account: all values of a type, and attributes of what
 * they name, looked up with the caller's rights (aws-facts H31).
 */
import { asText } from '../../../aws/as-text.ts';
import type { Call } from '../../../invoke/context.ts';
import { validationError } from '../cloudformation.ts';
import type { Template } from './definition.ts';
import { functionOf, isScalar, type Json } from './json.ts';
import { itemsOf, type ParameterValues, storedValueType } from './parameters.ts';

/** The value with the functions of rules replaced by what they give. */
export async function withRuleFacts(
  call: Call,
  { parameters }: Pick<Template, 'parameters'>,
  values: ParameterValues,
  value: Json,
): Promise<Json> {
  const named = (wanted: (name: string, type: string) => boolean): Named[] =>
    Object.entries(parameters)
      .map(([name, { Type }]) => ({ name, type: elementType(Type) }))
      .filter(({ name, type }) => wanted(name, type))
      .flatMap(({ name, type }) =>
        values[name] === undefined ? [] : itemsOf(values[name]).map((id) => ({ type, id })),
      );
  const resolve = async (each: Json): Promise<Json> => {
    if (isScalar(each)) return each;
    const { name: wanted = '', argument } = functionOf(each) ?? {};
    if (wanted === 'Fn::RefAll')
      return named((_name, type) => type === elementType(asText(argument ?? ''))).map(({ id }) => id);
    if (wanted === 'Fn::ValueOf' || wanted === 'Fn::ValueOfAll') {
      const [of, attribute] = textsOf(wanted, argument);
      const found = named((name, type) => (wanted === 'Fn::ValueOf' ? name : type) === elementType(of));
      return (await Promise.all(found.map((one) => attributeOf(call, one, attribute)))).flat();
    }
    if (Array.isArray(each)) return Promise.all(each.map(resolve));
    const members = Object.entries(each).map(async ([name, inner]) => [name, await resolve(inner)] as const);
    return Object.fromEntries(await Promise.all(members));
  };
  return resolve(value);
}

interface Named {
  readonly type: string;
  readonly id: string;
}

const elementType = (type: string): string => (storedValueType(type) ?? type).replace(/^List<(.*)>$/, '$1');

function textsOf(name: string, argument: Json | undefined): readonly [string, string] {
  const [of, attribute] = Array.isArray(argument) ? argument : [];
  if (typeof of === 'string' && typeof attribute === 'string') return [of, attribute];
  throw validationError(`Template error: ${name} requires a list of two strings.`);
}

interface Described {
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
}

/** What is described of each type, and its attributes beside tags. */
const DESCRIPTIONS: Readonly<Record<string, (call: Call, id: string) => Promise<Described | undefined>>> = {
  'AWS::EC2::SecurityGroup::Id': async (call, id) =>
    (await call('ec2', 'DescribeSecurityGroups', { GroupIds: [id] })).SecurityGroups?.[0],
  'AWS::EC2::Subnet::Id': async (call, id) =>
    (await call('ec2', 'DescribeSubnets', { SubnetIds: [id] })).Subnets?.[0],
  'AWS::EC2::VPC::Id': async (call, id) => (await call('ec2', 'DescribeVpcs', { VpcIds: [id] })).Vpcs?.[0],
};

type Attribute = (call: Call, id: string, described: Described) => unknown;

const ofVpc = (id: string, Name: string, value: string) => [
  { Name: 'vpc-id', Values: [id] },
  { Name, Values: [value] },
];

const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = {
  'AWS::EC2::SecurityGroup::Id': {},
  'AWS::EC2::Subnet::Id': {
    AvailabilityZone: (_call, _id, described) =>
      (described as { AvailabilityZone?: string }).AvailabilityZone,
    VpcId: (_call, _id, described) => (described as { VpcId?: string }).VpcId,
  },
  'AWS::EC2::VPC::Id': {
    async DefaultNetworkAcl(call, id) {
      const Filters = ofVpc(id, 'default', 'true');
      return (await call('ec2', 'DescribeNetworkAcls', { Filters })).NetworkAcls?.[0]?.NetworkAclId;
    },
    async DefaultSecurityGroup(call, id) {
      const Filters = ofVpc(id, 'group-name', 'default');
      return (await call('ec2', 'DescribeSecurityGroups', { Filters })).SecurityGroups?.[0]?.GroupId;
    },
  },
};

async function attributeOf(call: Call, { type, id }: Named, attribute: string): Promise<string[]> {
  const tag = /^Tags\.(.+)$/.exec(attribute)?.[1];
  const attributes = ATTRIBUTES[type] ?? {};
  const read = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (!DESCRIPTIONS[type] || (tag === undefined && !read)) {
    throw validationError(`Template error: ${attribute} is no attribute of parameters of type ${type}.`);
  }
  const described = (await DESCRIPTIONS[type](call, id)) ?? {};
  const value =
    tag === undefined
      ? await read?.(call, id, described)
      : described.Tags?.find(({ Key }) => Key === tag)?.Value;
  return typeof value === 'string' ? [value] : [];
}
