/** What a template no longer has of a resource is gone from it, though its service leaves alone what an update does not name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DescribeApiDestinationCommand,
  DescribeArchiveCommand,
  DescribeConnectionCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { rootOf } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const att = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

test('descriptions, the key of an archive and how long it keeps events', async (t) => {
  const server = await startServerFor(t);
  const root = await server.root();
  const stacks = stacksOf(server, root, root);
  const events = server.client(EventBridgeClient);
  const KeyPolicy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: rootOf('123456789012') }, Action: 'kms:*', Resource: '*' },
    ],
  };
  Object.assign(KeyPolicy.Statement[0]!.Principal, { Service: 'events.amazonaws.com' });
  const AuthParameters = { ApiKeyAuthParameters: { ApiKeyName: 'a', ApiKeyValue: 'b' } };
  const templateOf = (more: object, ofArchive: object) => ({
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus', ...more } },
      Archive: {
        Type: 'AWS::Events::Archive',
        Properties: { ArchiveName: 'archive', SourceArn: att('Bus'), ...more, ...ofArchive },
      },
      Link: {
        Type: 'AWS::Events::Connection',
        Properties: { Name: 'link', AuthorizationType: 'API_KEY', AuthParameters, ...more },
      },
      Goal: {
        Type: 'AWS::Events::ApiDestination',
        Properties: {
          Name: 'goal',
          ConnectionArn: att('Link'),
          HttpMethod: 'POST',
          InvocationEndpoint: 'https://example.com/',
          ...more,
        },
      },
    },
  });
  const described = async () => {
    await server.settled();
    const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: 'archive' }));
    const all = [
      await events.send(new DescribeEventBusCommand({ Name: 'bus' })),
      archive,
      await events.send(new DescribeConnectionCommand({ Name: 'link' })),
      await events.send(new DescribeApiDestinationCommand({ Name: 'goal' })),
    ];
    return [all.map(({ Description }) => Description), archive.RetentionDays, archive.KmsKeyIdentifier];
  };
  const ofArchive = { RetentionDays: 7, KmsKeyIdentifier: att('Key') };
  const made = await stacks.create('s', templateOf({ Description: 'some' }, ofArchive));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE');
  const [descriptions, days, key] = await described();
  assert.deepEqual([descriptions, days], [Array(4).fill('some'), 7]);
  assert.match(String(key), /^arn:aws:kms:/);
  const changed = await stacks.update('s', templateOf({}, {}));
  assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('s')).join('\n'));
  assert.deepEqual(await described(), [Array(4).fill(undefined), 0, undefined]);
});
