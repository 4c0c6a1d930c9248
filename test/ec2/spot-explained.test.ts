/**
 * Spot requests and fleets under a customer managed key that does not admit who launches for them: explain names that role,
 * or the caller, and what it needs, tried.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RequestSpotInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  CreateKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, OTHER_ACCOUNT, rootOf } from '../worlds/account.ts';
import { type FleetWorld, fleetWorld } from '../worlds/fleets.ts';

const serviceRole = (service: string, name: string) =>
  `arn:aws:iam::${ACCOUNT}:role/aws-service-role/${service}.amazonaws.com/${name}`;
const SPOT_ROLE = serviceRole('spot', 'AWSServiceRoleForEC2Spot');
const FLEET_ROLE = serviceRole('ec2fleet', 'AWSServiceRoleForEC2Fleet');
const owner = (account: string) => ({
  Effect: 'Allow',
  Principal: { AWS: rootOf(account) },
  Action: 'kms:*',
  Resource: '*',
});
const encrypted = (KmsKeyId: string) => ({
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }],
});

interface Explained {
  symptom: string;
  text: string;
  outerEvent: { eventName: string };
  remedies: { document: object }[];
  remediesVerified: boolean;
}

const explain = async (world: FleetWorld, subject: string) => {
  await world.server.settled();
  return world.server.ask<Explained>('explain', { subject });
};

async function spotRequest(world: FleetWorld, keyArn: string): Promise<string> {
  const { SpotInstanceRequests: made } = await world.ec2.send(
    new RequestSpotInstancesCommand({
      Type: 'persistent',
      LaunchSpecification: { ImageId: world.imageId, InstanceType: 't3.micro', ...encrypted(keyArn) },
    }),
  );
  return made![0]!.SpotInstanceRequestId!;
}

const fleet = async (world: FleetWorld, keyArn: string): Promise<string> =>
  (await world.newFleet(await world.newTemplate(encrypted(keyArn)))).FleetId!;

const SUBJECTS = [
  [
    'a Spot request',
    spotRequest,
    SPOT_ROLE,
    /^Spot Instance request sir-\w+ is open \(pending-evaluation\): i-\w+ has failed: Client\.InvalidKMSKey/,
  ],
  [
    'a fleet',
    fleet,
    FLEET_ROLE,
    /^EC2 Fleet fleet-\S+ could not launch: i-\w+ has failed: Client\.InvalidKMSKey/,
  ],
] as const;

describe('latchkey explain', () => {
  for (const [what, make, role, symptom] of SUBJECTS) {
    test(`of ${what} gives the statements that its service-linked role needs`, async (t) => {
      const world = await fleetWorld(t);
      const keyArn = await world.newKey();
      const explained = await explain(world, await make(world, keyArn));
      assert.match(explained.symptom, symptom);
      assert.equal(explained.outerEvent.eventName, 'RunInstances');
      assert.ok(explained.remediesVerified);
      const statements = explained.remedies.map(({ document }) => document);
      const Allow = { Effect: 'Allow', Principal: { AWS: role }, Resource: ['*'] };
      assert.deepEqual(statements, [
        {
          ...Allow,
          Action: ['kms:GenerateDataKeyWithoutPlaintext'],
          Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
        },
        {
          ...Allow,
          Action: ['kms:CreateGrant'],
          Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
        },
      ]);
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [owner(ACCOUNT), ...statements] });
      await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy }));
      await world.server.advance(600_000);
      assert.ok((await world.running()).length > 0);
    });

    test(`of ${what} under another account's key gives the statement and the grant to that role`, async (t) => {
      const world = await fleetWorld(t);
      const kms = world.server.client(KMSClient, await world.server.root(OTHER_ACCOUNT));
      const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
      const KeyId = key!.Arn!;
      const explained = await explain(world, await make(world, KeyId));
      assert.ok(explained.remediesVerified);
      const [statement, grant] = explained.remedies.map(({ document }) => document);
      assert.equal((grant as CreateGrantCommandInput).GranteePrincipal, role);
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [owner(OTHER_ACCOUNT), statement] });
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
      await world.kms.send(new CreateGrantCommand(grant as CreateGrantCommandInput));
      await world.server.advance(600_000);
      assert.ok((await world.running()).length > 0);
    });
  }

  test('of an instant fleet names its caller', async (t) => {
    const world = await fleetWorld(t);
    const maria = await world.user('maria', allowing('ec2:*'));
    const template = await world.newTemplate(encrypted(await world.newKey()));
    const { FleetId, Errors } = await world.newFleet(template, { Type: 'instant' }, maria.ec2);
    assert.deepEqual(Errors, []);
    const explained = await explain(world, FleetId!);
    assert.match(explained.text, /user maria|maria/);
    assert.ok(explained.remediesVerified);
  });
});
