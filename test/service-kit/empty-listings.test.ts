/** Listings of what nobody can have: what they answer to filters, pages and names, in each service's words. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as groups from '@aws-sdk/client-auto-scaling';
import * as stacks from '@aws-sdk/client-cloudformation';
import * as trails from '@aws-sdk/client-cloudtrail';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import { ACCOUNT } from '../worlds/account.ts';
import { refusalText, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: one row a service, each with a client of its own
type Row = readonly [client: any, command: object, answer: string];

const filtered = (Name: string) => ({ Filters: [{ Name, Values: ['x'] }] });

const ROWS: readonly Row[] = [
  [ec2.EC2Client, new ec2.DescribeTransitGatewaysCommand(filtered('state')), 'TransitGateways: 0'],
  [ec2.EC2Client, new ec2.DescribeTransitGatewaysCommand(filtered('tag:a')), 'TransitGateways: 0'],
  [
    ec2.EC2Client,
    new ec2.DescribeTransitGatewaysCommand(filtered('nope')),
    "InvalidParameterValue: The filter 'nope' is invalid",
  ],
  [
    ec2.EC2Client,
    new ec2.DescribeTransitGatewaysCommand({ MaxResults: 1 }),
    'InvalidParameterValue: Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
  ],
  [
    ec2.EC2Client,
    new ec2.DescribeHostsCommand({ NextToken: 'x' }),
    'InvalidParameterValue: Unable to parse pagination token',
  ],
  [
    ec2.EC2Client,
    new ec2.DescribeHostsCommand({ Filter: [{ Name: 'x' }] }),
    "InvalidParameterValue: The filter 'x' is invalid",
  ],
  [
    kms.KMSClient,
    new kms.DescribeCustomKeyStoresCommand({ Marker: 'x' }),
    'InvalidMarkerException: UnknownError',
  ],
  [iam.IAMClient, new iam.ListServerCertificatesCommand({ Marker: 'x' }), 'ValidationError: Invalid Marker.'],
  [
    stacks.CloudFormationClient,
    new stacks.ListStackSetsCommand({ NextToken: 'x' }),
    'ValidationError: Invalid nextToken x',
  ],
  [
    events.EventBridgeClient,
    new events.ListConnectionsCommand({ NextToken: 'x' }),
    'ValidationException: Parameter NextToken is not valid.',
  ],
  [
    logs.CloudWatchLogsClient,
    new logs.DescribeQueriesCommand({ nextToken: 'x' }),
    'InvalidParameterException: The specified nextToken is invalid.',
  ],
  [
    groups.AutoScalingClient,
    new groups.DescribeTrafficSourcesCommand({ AutoScalingGroupName: 'nope' }),
    "ValidationError: AutoScalingGroup name not found - AutoScalingGroup 'nope' not found",
  ],
  [
    trails.CloudTrailClient,
    new trails.GetTrailCommand({ Name: 'trail' }),
    `TrailNotFoundException: Unknown trail: trail for the user: ${ACCOUNT}`,
  ],
  [
    trails.CloudTrailClient,
    new trails.GetTrailStatusCommand({ Name: 'ab' }),
    'InvalidTrailNameException: Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters.',
  ],
  [
    trails.CloudTrailClient,
    new trails.GetEventSelectorsCommand({ TrailName: '.trail' }),
    'InvalidTrailNameException: Trail name must starts with a letter or number.',
  ],
  [
    trails.CloudTrailClient,
    new trails.GetTrailCommand({} as never),
    'InvalidTrailNameException: Trail name cannot be blank!',
  ],
  [trails.CloudTrailClient, new trails.DescribeTrailsCommand({ trailNameList: ['trail'] }), 'trailList: 0'],
  [
    trails.CloudTrailClient,
    new trails.ListTrailsCommand({ NextToken: 'x' }),
    'InvalidNextTokenException: The NextToken is invalid.',
  ],
];

async function answerTo([Client, command]: Row): Promise<string> {
  try {
    const output: object = await server
      .client<{ send(command: object): Promise<object> }>(Client)
      .send(command);
    const lists = Object.entries(output).filter(([, value]) => Array.isArray(value));
    return lists.map(([name, { length }]) => `${name}: ${length}`).join();
  } catch (error) {
    return refusalText(Promise.reject(error));
  }
}

test('filters, pages and names of what nobody can have', async () => {
  const answers = [];
  for (const row of ROWS) answers.push(await answerTo(row));
  assert.deepEqual(
    answers,
    ROWS.map(([, , answer]) => answer),
  );
});
