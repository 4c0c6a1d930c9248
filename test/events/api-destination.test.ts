/** Connections and API destinations are records: what they are given is shown without its secrets, and nothing is called. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  DeauthorizeConnectionCommand,
  DeleteApiDestinationCommand,
  DeleteConnectionCommand,
  DescribeApiDestinationCommand,
  DescribeConnectionCommand,
  EventBridgeClient,
  ListApiDestinationsCommand,
  ListConnectionsCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  UpdateApiDestinationCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { lookupEvents } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const SECRET = 'a-secret-that-is-nowhere';
const ENDPOINT = 'https://hooks.example.com/orders';

test('a connection and its destination are made, changed, listed and deleted; secrets are kept nowhere', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'latchkey-connection-'));
  const server = await startServerFor(t, { data });
  t.after(() => rm(data, { recursive: true }));
  const events = server.client(EventBridgeClient);
  const Name = 'shop';
  const made = await events.send(
    new CreateConnectionCommand({
      Name,
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: SECRET },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: 'public', Value: 'yes', IsValueSecret: false },
            { Key: 'unsaid', Value: 'yes' },
            { Key: 'hidden', Value: SECRET, IsValueSecret: true },
          ],
        },
      },
    }),
  );
  assert.match(made.ConnectionArn!, /^arn:aws:events:us-east-1:\d{12}:connection\/shop\/[0-9a-f-]{36}$/);
  const shown = await events.send(new DescribeConnectionCommand({ Name }));
  assert.equal(shown.ConnectionState, 'AUTHORIZED');
  assert.match(shown.SecretArn!, /^arn:aws:secretsmanager:us-east-1:\d{12}:secret:events!connection\/shop\//);
  assert.deepEqual(shown.AuthParameters, {
    ApiKeyAuthParameters: { ApiKeyName: 'x-key' },
    InvocationHttpParameters: {
      HeaderParameters: [
        { Key: 'public', Value: 'yes', IsValueSecret: false },
        { Key: 'unsaid', Value: 'yes', IsValueSecret: false },
        { Key: 'hidden', IsValueSecret: true },
      ],
    },
  });
  const { code, message } = await refusal(events.send(new DescribeConnectionCommand({ Name: 'none' })));
  assert.deepEqual(
    [code, message],
    ['ResourceNotFoundException', "Failed to describe the connection(s). Connection 'none' does not exist."],
  );
  const wanted = { Name: 'orders', ConnectionArn: made.ConnectionArn, HttpMethod: 'POST' } as const;
  for (const [wrong, expected] of [
    [{ ...wanted, InvocationEndpoint: 'http://plain.example.com' }, 'ValidationException'],
    [
      { ...wanted, InvocationEndpoint: ENDPOINT, ConnectionArn: `${made.ConnectionArn!.slice(0, -1)}x` },
      'ResourceNotFoundException',
    ],
  ] as const) {
    assert.equal((await refusal(events.send(new CreateApiDestinationCommand(wrong)))).code, expected);
  }
  await events.send(new CreateApiDestinationCommand({ ...wanted, InvocationEndpoint: ENDPOINT }));
  await events.send(new UpdateApiDestinationCommand({ Name: 'orders', InvocationRateLimitPerSecond: 7 }));
  const describe = () => events.send(new DescribeApiDestinationCommand({ Name: 'orders' }));
  const destination = await describe();
  assert.deepEqual(
    [
      destination.ApiDestinationState,
      destination.InvocationEndpoint,
      destination.InvocationRateLimitPerSecond,
    ],
    ['ACTIVE', ENDPOINT, 7],
  );

  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  const { Role } = await server
    .client(IAMClient)
    .send(new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument }));
  await events.send(new PutRuleCommand({ Name: 'to-shop', EventPattern: '{"source":["my.app"]}' }));
  const target = {
    Id: 'shop',
    Arn: destination.ApiDestinationArn,
    HttpParameters: { HeaderParameters: { a: 'b' } },
  };
  const put = (RoleArn?: string) =>
    events.send(new PutTargetsCommand({ Rule: 'to-shop', Targets: [{ ...target, RoleArn }] }));
  assert.match((await refusal(put())).message, /^RoleArn is required for target/);
  assert.equal((await put(Role?.Arn)).FailedEntryCount, 0);
  await events.send(
    new PutEventsCommand({ Entries: [{ Source: 'my.app', DetailType: 'order', Detail: '{}' }] }),
  );
  await server.settled();

  await events.send(
    new UpdateConnectionCommand({
      Name,
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: 'u', Password: SECRET } },
    }),
  );
  const changed = await events.send(new DescribeConnectionCommand({ Name }));
  assert.deepEqual(changed.AuthParameters, { BasicAuthParameters: { Username: 'u' } });
  await events.send(new DeauthorizeConnectionCommand({ Name }));
  assert.equal((await describe()).ApiDestinationState, 'INACTIVE');
  assert.equal(
    (await events.send(new ListConnectionsCommand({ ConnectionState: 'DEAUTHORIZED' }))).Connections?.length,
    1,
  );
  assert.equal(
    (await events.send(new ListApiDestinationsCommand({ NamePrefix: 'ord' }))).ApiDestinations?.length,
    1,
  );
  await events.send(new DeleteApiDestinationCommand({ Name: 'orders' }));
  await events.send(new DeleteConnectionCommand({ Name }));
  assert.deepEqual((await events.send(new ListConnectionsCommand({}))).Connections, []);

  const recorded = await lookupEvents(server);
  assert.ok(JSON.stringify(recorded).includes('CreateConnection'));
  assert.equal(JSON.stringify(recorded).includes(SECRET), false);
  await server.close();
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  for (const { parentPath, name } of files) {
    assert.equal(readFileSync(join(parentPath, name)).includes(SECRET), false, name);
  }
});

test('a stack has them too', async (t) => {
  const server = await startServerFor(t);
  const stacks = stacksOf(server);
  const template = (HttpMethod: string) => ({
    Resources: {
      Connection: {
        Type: 'AWS::Events::Connection',
        Properties: {
          AuthorizationType: 'BASIC',
          AuthParameters: { BasicAuthParameters: { Username: 'u', Password: SECRET } },
        },
      },
      Destination: {
        Type: 'AWS::Events::ApiDestination',
        Properties: {
          ConnectionArn: { 'Fn::GetAtt': 'Connection.Arn' },
          InvocationEndpoint: ENDPOINT,
          HttpMethod,
          InvocationRateLimitPerSecond: '5',
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 day)',
          Targets: [
            { Id: 'a', Arn: { 'Fn::GetAtt': 'Destination.Arn' }, RoleArn: { 'Fn::GetAtt': 'Role.Arn' } },
          ],
        },
      },
    },
    Outputs: { Secret: { Value: { 'Fn::GetAtt': 'Connection.SecretArn' } } },
  });
  const more = { Capabilities: ['CAPABILITY_IAM' as const] };
  const made = await stacks.create('hooks', template('POST'), more);
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('hooks')).join('\n'));
  assert.equal((await stacks.update('hooks', template('PUT'), more)).StackStatus, 'UPDATE_COMPLETE');
  assert.equal((await stacks.remove('hooks')).StackStatus, 'DELETE_COMPLETE');
});
