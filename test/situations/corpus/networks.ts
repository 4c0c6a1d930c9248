/** Denies of what does not come from a network or through an endpoint: which way is to be taken, and what each way is good for. */
import { encrypt } from '../calls.ts';
import type { Situation, Statement, Thing } from '../situation.ts';
import { may, mayNot } from '../statements.ts';

const network = (name: string): Thing => ({
  as: 'root',
  call: 'ec2:CreateVpc',
  with: { CidrBlock: '10.7.0.0/16' },
  name,
});
const door = (name: string, service = 'kms'): Thing => ({
  as: 'root',
  call: 'ec2:CreateVpcEndpoint',
  with: {
    VpcId: '<vpc>',
    VpcEndpointType: 'Interface',
    ServiceName: `com.amazonaws.us-east-1.${service}`,
    PrivateDnsEnabled: false,
  },
  name,
});
const world = (Condition: object, ...more: Thing[]): Thing[] => [
  network('vpc'),
  door('door'),
  ...more,
  { key: 'data' },
  { user: 'john', policy: [may('kms:*'), deny(Condition)] },
];
const deny = (Condition: object): Statement => mayNot('kms:*', { Sid: 'Perimeter', Condition });
const KEYS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html';
const DENY_IP =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html';
const denied = { verdict: 'denied', who: '<john>', denies: 'Perimeter' } as const;

export const NETWORK_SITUATIONS: readonly Situation[] = [
  {
    name: 'call-outside-the-endpoint',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html',
    story: 'Keys may be used through one VPC endpoint, and the call comes over the internet.',
    world: world({ StringNotEquals: { 'aws:SourceVpce': '<door>' } }),
    call: encrypt('john'),
    expect: {
      ...denied,
      fixes: [{ kind: 'request', says: /a call that is made through VPC endpoint vpce-[0-9a-f]+\.$/ }],
    },
    again: encrypt('john', {}, { through: '<door>' }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'call-outside-the-network-and-the-endpoint',
    source: 'https://github.com/aws-samples/data-perimeter-policy-examples',
    story: "A perimeter lets in the company's addresses and its VPC; the call comes from elsewhere.",
    world: world({
      NotIpAddressIfExists: { 'aws:SourceIp': ['203.0.113.0/24', '198.51.100.0/24'] },
      StringNotEqualsIfExists: { 'aws:SourceVpc': '<vpc>' },
      BoolIfExists: { 'aws:ViaAWSService': 'false' },
    }),
    call: encrypt('john'),
    expect: {
      ...denied,
      fixes: [
        {
          kind: 'request',
          says: /made from an address in 203\.0\.113\.0\/24 or 198\.51\.100\.0\/24, or through an endpoint of vpc-[0-9a-f]+\.$/,
        },
      ],
    },
    again: encrypt('john', {}, { through: '<door>' }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'private-and-public-network-in-one-list',
    source: DENY_IP,
    story: 'A Deny lists a private network beside a public one; AWS sees addresses of the second alone.',
    world: world({ NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } }),
    call: encrypt('john'),
    expect: {
      ...denied,
      fixes: [{ kind: 'request', says: /made from an address in 203\.0\.113\.0\/24\.$/ }],
    },
    // From where a client calls, this house cannot choose.
    again: { as: 'root', call: 'kms:DescribeKey', with: { KeyId: '<data>' } },
    stillRefused: [encrypt('john')],
  },
  {
    name: 'private-network-in-a-deny',
    source: `${KEYS}#condition-keys-vpcsourceip`,
    story:
      'A Deny of all that does not come from 10.0.0.0/8 meets everybody: AWS sees no such source address.',
    world: world({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    call: encrypt('john'),
    expect: {
      ...denied,
      says: [/aws:SourceVpc says which is meant/, /of those over the internet a public one/],
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<john>',
          document: mayNot('kms:*', {
            Condition: { NotIpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } },
          }),
        },
      ],
    },
    again: encrypt('john', {}, { through: '<door>' }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'deny-of-all-but-private-calls',
    source: KEYS,
    story: 'A Deny by Null meets whatever does not come through a VPC endpoint.',
    world: world({ Null: { 'aws:SourceVpce': 'true' } }),
    call: encrypt('john'),
    expect: { ...denied, fixes: [{ kind: 'request', says: /made through a VPC endpoint\.$/ }] },
    again: encrypt('john', {}, { through: '<door>' }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'call-from-another-subnet',
    source: `${KEYS}#condition-keys-vpcsourceip`,
    story: 'Keys may be used from one subnet, and the call comes through the endpoint from another.',
    world: world({ NotIpAddress: { 'aws:VpcSourceIp': '10.7.1.0/24' } }),
    call: encrypt('john', {}, { through: '<door>/10.7.2.5' }),
    expect: {
      ...denied,
      fixes: [{ kind: 'request', says: /through a VPC endpoint, from an address in 10\.7\.1\.0\/24\.$/ }],
    },
    again: encrypt('john', {}, { through: '<door>/10.7.1.5' }),
    stillRefused: [encrypt('john'), encrypt('john', {}, { through: '<door>/10.7.2.5' })],
  },
  {
    name: 'endpoint-of-another-service',
    source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html',
    story: 'A Deny names the endpoint for EC2, through which no call to KMS comes.',
    world: world({ StringNotEquals: { 'aws:SourceVpce': '<other>' } }, door('other', 'ec2')),
    call: encrypt('john'),
    expect: {
      ...denied,
      neverSays: /made through VPC endpoint/,
      says: /no such call comes through vpce-[0-9a-f]+: it is an endpoint for another service/,
      fixes: [{ kind: 'narrowed-deny', target: '<john>' }],
    },
  },
];
