/**
 * What a stack's resources are changed into in place is what they would have been made as: one stack is made of the first
 * properties and changed to the second, in another account one is made of the second at once, and what their services describe
 * is the same. So it is with what a template gets and what it drops again: a third stack is made with no more than it must have.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { requireResourceType } from '../../src/services/cloudformation/resource-type/resource-types.ts';
import { HOUR_MS } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';
import { compareSteps, goldenOf } from '../worlds/transcript.ts';
import { att, propertiesOf, RESOURCES, type Which } from './changed-resources.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

const LISTS = new Set([
  'CidrBlockAssociations',
  'DnsEntries',
  'Ipv6CidrBlocks',
  'NetworkInterfaceIds',
  'SecondaryPrivateIpAddresses',
]);
/** What only a block of IPv6 addresses has, and what is neither a text nor a list. */
const ABSENT =
  /^Wide\.(?:IpSource|Ipv6AddressAttribute)$|\.(?:BlockPublicAccessStates|CapacityAllocationSet|CommitmentInfo|PublicDnsNames)$|^(?:Host|Second|Named)\.State$/;
const textOf = (id: string, attribute: string) =>
  LISTS.has(attribute) ? { 'Fn::Join': ['|', att(id, attribute)] } : att(id, attribute);
/** Begins what is listed in an output, and stands between. */
const LINE = '\n';
/** Whatever Fn::GetAtt gives of them: an output a resource, since a template has 200 at most. */
const OUTPUTS = Object.fromEntries(
  Object.entries(RESOURCES).flatMap(([id, [name]]) => {
    const shown = requireResourceType(`AWS::${name}`).attributes.filter(
      (attribute) => !ABSENT.test(`${id}.${attribute}`),
    );
    const lines = shown.flatMap((attribute) => [attribute, textOf(id, attribute)]);
    return lines.length > 0 ? [[id, { Value: { 'Fn::Join': [LINE, ['', ...lines]] } }]] : [];
  }),
);

const templateOf = (which: Which) => ({
  Parameters: { Primary: { Type: 'String' } },
  Outputs: OUTPUTS,
  Resources: Object.fromEntries(
    Object.entries(RESOURCES).map(([id, resource]) => {
      const [type, , , , more] = resource;
      return [id, { Type: `AWS::${type}`, Properties: propertiesOf(id, resource, which), ...more }];
    }),
  ),
});

const ofStack = { Filters: [{ Name: 'tag:aws:cloudformation:stack-name', Values: ['changed'] }] };
const QUESTIONS: readonly (readonly [string, object?])[] = [
  ['cloudformation:DescribeStacks', { StackName: 'changed' }],
  ['cloudformation:DescribeStackResources', { StackName: 'changed' }],
  ['ec2:DescribeVpcs', ofStack],
  ['ec2:DescribeSubnets', ofStack],
  ['ec2:DescribeSecurityGroups', ofStack],
  ['ec2:DescribeSecurityGroupVpcAssociations'],
  ['ec2:DescribeNetworkInterfaces', ofStack],
  ['ec2:DescribeRouteTables', ofStack],
  ['ec2:DescribeInternetGateways', ofStack],
  ['ec2:DescribeVpcEndpoints', ofStack],
  ['ec2:DescribeManagedPrefixLists', ofStack],
  ['ec2:DescribeVpcEndpointServiceConfigurations', ofStack],
  ['ec2:DescribeVolumes', ofStack],
  ['ec2:DescribeAddresses', ofStack],
  ['ec2:DescribeInstances', ofStack],
  ['ec2:DescribeInstanceCreditSpecifications'],
  ['ec2:DescribeEgressOnlyInternetGateways', ofStack],
  ['ec2:DescribeDhcpOptions', ofStack],
  ['ec2:DescribeNetworkAcls', ofStack],
  ['ec2:DescribeVpnConnections', ofStack],
  ['ec2:DescribeNatGateways', { Filter: ofStack.Filters }],
  ['ec2:DescribeVpcPeeringConnections', ofStack],
  ['ec2:DescribeVpnGateways', ofStack],
  ['ec2:DescribeCustomerGateways', ofStack],
  ['ec2:GetSnapshotBlockPublicAccessState'],
  ['ec2:DescribeVpcBlockPublicAccessOptions'],
  ['ec2:DescribeVpcBlockPublicAccessExclusions'],
  ['ec2:DescribeFlowLogs', { Filter: ofStack.Filters }],
  ['ec2:DescribeInstanceConnectEndpoints', ofStack],
  ['ec2:DescribeKeyPairs', ofStack],
  ['ec2:DescribeLaunchTemplateVersions', { Versions: ['$Latest'] }],
  ['ec2:DescribeLaunchTemplates', ofStack],
  ['ec2:DescribePlacementGroups'],
  ['ec2:DescribeCapacityReservations', ofStack],
  ['ec2:DescribeFleets'],
  ['ec2:DescribeSpotFleetRequests'],
  ['kms:ListAliases', { Limit: 1 }],
  ['logs:DescribeLogGroups'],
  ['logs:DescribeMetricFilters'],
  ['ssm:GetParameter', { Name: 'p' }],
  ['ssm:DescribeParameters'],
  ['ssm:ListTagsForResource', { ResourceType: 'Parameter', ResourceId: 'p' }],
  ['events:DescribeEventBus', { Name: 'bus' }],
  ['events:DescribeEventBus', { Name: 'policied' }],
  ['events:DescribeRule', { Name: 'rule' }],
  ['events:ListTargetsByRule', { Rule: 'rule' }],
  ['events:DescribeArchive', { ArchiveName: 'archive' }],
  ['events:DescribeEventBus', { Name: 'open' }],
  ['events:DescribeEventBus'],
  ['events:DescribeConnection', { Name: 'link' }],
  ['events:DescribeApiDestination', { Name: 'destination' }],
  ['logs:DescribeAccountPolicies', { policyType: 'DATA_PROTECTION_POLICY' }],
  ['logs:ListLogAnomalyDetectors'],
  ['logs:DescribeLogStreams', { logGroupName: 'log' }],
  ['logs:DescribeQueryDefinitions'],
  ['logs:DescribeResourcePolicies'],
  ['autoscaling:DescribeLaunchConfigurations'],
  ['autoscaling:DescribeAutoScalingGroups'],
  ['autoscaling:DescribeLifecycleHooks', { AutoScalingGroupName: 'scaled' }],
  ['autoscaling:DescribeNotificationConfigurations'],
  ['autoscaling:DescribePolicies'],
  ['autoscaling:DescribeScheduledActions'],
  ['cloudwatch:DescribeAlarms', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }],
  ['cloudwatch:GetDashboard', { DashboardName: 'board' }],
  ['iam:GetAccountAuthorizationDetails', { Filter: ['User', 'Group', 'LocalManagedPolicy'] }],
  ['iam:GetAccountAuthorizationDetails', { Filter: ['Role'] }],
  ['iam:ListAccessKeys', { UserName: 'user' }],
  ['iam:GetLoginProfile', { UserName: 'user2' }],
  ['iam:ListOpenIDConnectProviders'],
];

/** Keys wait for their deletion, fleets are shown for ever, and services keep the roles that they made for themselves. */
const STAYING =
  /^(?:cloudformation:|kms:ListKeys|ec2:DescribeFleets|ec2:DescribeSpotFleetRequests|ec2:DescribeVpcBlockPublicAccessOptions|iam:\S+ .*Role)/;

/** What the services say, without what differs from one making to the next: ids, times, numbers of versions and accounts. */
async function described(as: Credentials, account: string): Promise<unknown[][]> {
  const call = async (name: string, input: object = {}) => {
    const [service = '', operation = ''] = name.split(':');
    const { $metadata: _, ...output }: Record<string, unknown> = await anyCall(server, as, {
      service,
      operation,
      input,
    }).catch(({ name }) => ({ refused: name }));
    return output;
  };
  const answers: [string, unknown][] = [];
  for (const [name, input] of QUESTIONS)
    answers.push([`${name} ${JSON.stringify(input)}`, await call(name, input)]);
  const ofAll = async (list: string, of: string, id: string, operations: readonly string[]) => {
    const found = (await call(list, list === 'kms:ListKeys' ? {} : ofStack))[of] as Record<string, string>[];
    const asked = found.map(({ [id]: value }) =>
      Promise.all(operations.map((operation) => call(operation, { [id]: value }))),
    );
    answers.push([list, await Promise.all(asked)]);
  };
  const ofKey = ['kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'];
  await ofAll('kms:ListKeys', 'Keys', 'KeyId', ofKey);
  const entries = ['ec2:GetManagedPrefixListEntries'];
  await ofAll('ec2:DescribeManagedPrefixLists', 'PrefixLists', 'PrefixListId', entries);
  const services = 'ec2:DescribeVpcEndpointServiceConfigurations';
  const principals = ['ec2:DescribeVpcEndpointServicePermissions'];
  await ofAll(services, 'ServiceConfigurations', 'ServiceId', principals);
  const ResourceARN = `arn:aws:cloudwatch::${account}:dashboard/board`;
  answers.push(['tags of the dashboard', await call('cloudwatch:ListTagsForResource', { ResourceARN })]);
  return answers.map((answer) => plain(answer, account) as unknown[]);
}

const VARYING =
  /^(?:LastOperations|StackStatus|ResourceStatus|Version|Latest\w*Version\w*|Default\w*Version\w*|VersionNumber|CreatedAt|ActionsSuppressed(?:By|Reason)|lastModified|VersionId|UpdateDate|LastModified\w*|LastStatusChange|PolicyVersionList|Monitoring|NextMarker|NextToken|\w*(?:Date|Time|Time[sS]tamp|Token|Updated\w*))$/;

/** Without what varies; lists in the order of what is left. */
function plain(value: unknown, account: string): unknown {
  if (typeof value === 'string' && value.startsWith(LINE)) return plainLines(value, account);
  if (typeof value === 'string') return plainText(value, account);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) {
    return value
      .map((each) => plain(each, account))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => !VARYING.test(name) && each !== undefined)
      .map(([name, each]) => [name, plain(each, account)]),
  );
}

/** Each attribute with its value. */
function plainLines(text: string, account: string): object {
  const [, ...lines] = text.split(LINE);
  const pairs = lines.flatMap((name, index) => (index % 2 === 0 ? [[name, lines[index + 1] ?? '']] : []));
  return Object.fromEntries(
    pairs
      .filter(([name = '']) => !/Version(?:Id|Number)?$/.test(name))
      .map(([name, value = '']) => [name, plainText(value, account)]),
  );
}

const plainText = (text: string, account: string) =>
  text
    .replaceAll(account, '<account>')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+0000)/g, '<time>')
    .replace(/127\.0\.0\.1:\d+/, '<server>')
    // A prefix list says which of the two it was.
    .replace(/^(?:create|modify|update)-complete$/, 'complete')
    .replace(
      /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[a-z]+-[0-9a-f]{17}\b|[0-9a-f]{64}|\bmrk-[0-9a-f]{32}/g,
      '<id>',
    )
    .replace(/(?<=<id>)[-.][0-9a-f]{8}(?=\.)/g, '')
    .replace(/\bA(?:ROA|IDA|GPA|NPA|IPA|KIA)[A-Z0-9]{16,17}/g, '<id>')
    .replace(/^[\w/+]{40}$|^[\w/+]{43}=$/, '<secret>')
    .replace(/(?<=<id>)-[0-9a-f]{6}$/, '')
    .replace(/\b(changed-\w+-)[A-Z0-9]{12,13}\b/g, '$1<random>')
    .replace(/^1[789]\d{11}$/, '<time>')
    .replace(/\b2600:1f[0-9a-f]{2}:[0-9a-f:]+/g, '<ipv6>')
    .replace(/\b(?:02(?::[0-9a-f]{2}){5}|198[.-]1[89][.-]\d+[.-]\d+|10[.-]0[.-]8[.-]\d+)\b/g, '<address>');

const ACCOUNTS = ['100000000001', '100000000002', '100000000003'] as const;
const Capabilities: 'CAPABILITY_NAMED_IAM'[] = ['CAPABILITY_NAMED_IAM'];

/** What brings the stack of an account to where a template says. */
async function stackOf(account: string) {
  const root = await server.root(account);
  const stacks = stacksOf(server, root, root);
  const asked = { service: 'kms', operation: 'CreateKey', input: { MultiRegion: true } };
  const { KeyMetadata } = await anyCall(server, root, asked, 'eu-west-1');
  const ParameterValue = (KeyMetadata as { Arn: string }).Arn;
  const input = { Capabilities, Parameters: [{ ParameterKey: 'Primary', ParameterValue }] };
  const bring = async (how: 'create' | 'update', which: Which) => {
    const { StackStatus } = await stacks[how]('changed', templateOf(which), input);
    const story = await stacks.story('changed');
    assert.equal(
      StackStatus,
      `${how.toUpperCase()}_COMPLETE`,
      story.filter((line) => / FAILED|_FAILED|ROLLBACK_IN/.test(line)).join('\n'),
    );
  };
  const remove = async () => {
    const { StackStatus, StackId = '' } = await stacks.remove('changed');
    assert.equal(StackStatus, 'DELETE_COMPLETE', (await stacks.story(StackId)).join('\n'));
  };
  return { bring, remove, described: () => described(root, account) };
}

/** All that differs, at once. */
function assertSame(found: readonly unknown[], expected: readonly unknown[]): void {
  const differs = (_answer: unknown, index: number) => !isDeepStrictEqual(found[index], expected[index]);
  assert.deepEqual(found.filter(differs), expected.filter(differs));
}

test('a stack that is changed is as one that was made so', async () => {
  const [changed, made] = [await stackOf(ACCOUNTS[0]), await stackOf(ACCOUNTS[1])];
  const nothing = await made.described();
  await changed.bring('create', 'from');
  await changed.bring('update', 'to');
  await made.bring('create', 'to');
  const [found, expected] = await Promise.all([changed.described(), made.described()]);
  assertSame(found, expected);
  compareSteps(
    goldenOf(import.meta.url, 'resources'),
    expected.map((answer) => inspect(answer, { depth: null, breakLength: 118, maxArrayLength: null })),
  );
  await changed.remove();
  // What is deleted is shown for a while.
  await server.advance(2 * HOUR_MS);
  const left = await changed.described();
  for (const [index, answer] of left.entries()) {
    if (!STAYING.test(String(answer[0]))) assert.deepEqual(answer, nothing[index]);
  }

  const bare = await stackOf(ACCOUNTS[2]);
  await bare.bring('create', 'bare');
  const before = await bare.described();
  await bare.bring('update', 'to');
  assertSame(await bare.described(), expected);
  await bare.bring('update', 'bare');
  assertSame(await bare.described(), before);
});
