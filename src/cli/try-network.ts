/**
 * What templates want to be given by whoever deploys them: a key pair, a VPC with subnets, a security group, an image. A
 * stack of its own makes one of each, for the parameters of AWS's types that have no value.
 */
import { type Parameters, textsOf } from './cloudformation-client.ts';

/** By name of an output, its value: several with commas. */
type Made = ReadonlyMap<string, string>;

const ZONES = [0, 1, 2];
const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });
/** The default VPC, since templates make security groups that name no VPC; its own subnets are far from these. */
const inVpc = { VpcId: { 'Fn::GetAtt': ['Group', 'VpcId'] } };

const TEMPLATE = JSON.stringify({
  Parameters: {
    Image: {
      Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      Default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    },
  },
  Resources: {
    KeyPair: { Type: 'AWS::EC2::KeyPair', Properties: { KeyName: 'try-templates' } },
    Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'try-templates' } },
    ...Object.fromEntries(
      ZONES.map((index) => [
        `Subnet${index}`,
        {
          Type: 'AWS::EC2::Subnet',
          Properties: {
            ...inVpc,
            AvailabilityZone: zone(index),
            CidrBlock: `172.31.${240 + index}.0/24`,
            MapPublicIpOnLaunch: true,
          },
        },
      ]),
    ),
  },
  Outputs: {
    Group: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } },
    Image: { Value: { Ref: 'Image' } },
    KeyPair: { Value: { Ref: 'KeyPair' } },
    Subnets: { Value: { 'Fn::Join': [',', ZONES.map((index) => ({ Ref: `Subnet${index}` }))] } },
    Vpc: { Value: inVpc.VpcId },
    Zones: { Value: { 'Fn::Join': [',', ZONES.map(zone)] } },
  },
});

/** By type of parameter: the output that has a value of it. */
const OUTPUTS: Readonly<Record<string, string>> = {
  'AWS::EC2::AvailabilityZone::Name': 'Zones',
  'AWS::EC2::Image::Id': 'Image',
  'AWS::EC2::KeyPair::KeyName': 'KeyPair',
  'AWS::EC2::SecurityGroup::Id': 'Group',
  'AWS::EC2::Subnet::Id': 'Subnets',
  'AWS::EC2::VPC::Id': 'Vpc',
};

/** Parameters that are mere texts, by what they are called. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^vpc_?(id)?$/i, 'Vpc'],
  [/subnet_?\d?_?id$/i, 'Subnets'],
  [/key_?(pair)?_?name$/i, 'KeyPair'],
  [/security_?group_?id$/i, 'Group'],
  [/^(image|ami)_?id$/i, 'Image'],
];

interface Declared {
  readonly name: string;
  readonly type: string;
  readonly hasDefault: boolean;
}

/** The parameters of a template, of the answer of GetTemplateSummary. */
export function declaredParameters(summary: string): Declared[] {
  return summary
    .split('<ParameterKey>')
    .slice(1)
    .map((text) => ({
      name: textsOf(`<ParameterKey>${text}`, 'ParameterKey')[0] ?? '',
      type: textsOf(text, 'ParameterType')[0] ?? '',
      hasDefault: /<DefaultValue>|<DefaultValue\/>/.test(text),
    }));
}

/** The stack's name and template, and what its description says it has made. */
export const NETWORK_STACK: Parameters = { StackName: 'try-templates', TemplateBody: TEMPLATE };

export function madeBy(description: string): Made {
  const values = textsOf(description, 'OutputValue');
  return new Map(textsOf(description, 'OutputKey').map((key, index) => [key, values[index] ?? '']));
}

export const wantsNetwork = (parameters: readonly Declared[]): boolean =>
  parameters.some((each) => !each.hasDefault && outputOf(each) !== undefined);

/** Values for those that have none; of several parameters of a type, each gets another where there are more. */
export function valuesFrom(made: Made, parameters: readonly Declared[]): Parameters {
  const used = new Map<string, number>();
  const given: Record<string, string> = {};
  for (const parameter of parameters) {
    const { name, type, hasDefault } = parameter;
    const output = outputOf(parameter);
    if (hasDefault || output === undefined) continue;
    const all = (made.get(output) ?? '').split(',');
    const nth = used.get(output) ?? 0;
    used.set(output, nth + 1);
    given[name] = type.startsWith('List<') ? all.join(',') : (all[nth % all.length] ?? '');
  }
  return given;
}

const outputOf = ({ name, type }: Declared): string | undefined =>
  type === 'String'
    ? TEXTS.find(([pattern]) => pattern.test(name))?.[1]
    : OUTPUTS[/^List<(.*)>$/.exec(type)?.[1] ?? type];
