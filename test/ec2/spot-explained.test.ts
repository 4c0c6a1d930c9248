/**
 * Spot requests and fleets under a customer managed key that does not admit who launches for them: explain names that role,
 * or the caller, and what it needs, tried.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RequestSpotInstancesCommand } from '@aws-sdk/client-ec2';
import { DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  CreateKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, OTHER_ACCOUNT, rootOf } from '../worlds/account.ts';
import { encryptedRoot } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';
import {
  type SpotFleetWorld as FleetWorld,
  spotFleetWorld as fleetWorld,
  TAGGING_POLICY,
} from '../worlds/spot-fleets.ts';

const serviceRole = (service: string, name: string) =>
  `arn:aws:iam::${ACCOUNT}:role/aws-service-role/${service}.amazonaws.com/${name}`;
const SPOT_ROLE = serviceRole('spot', 'AWSServiceRoleForEC2Spot');
const FLEET_ROLE = serviceRole('ec2fleet', 'AWSServiceRoleForEC2Fleet');
const SPOT_FLEET_ROLE = serviceRole('spotfleet', 'AWSServiceRoleForEC2SpotFleet');
const owner = (account: string) => ({
  Effect: 'Allow',
  Principal: { AWS: rootOf(account) },
  Action: 'kms:*',
  Resource: '*',
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
      LaunchSpecification: { ImageId: world.imageId, InstanceType: 't3.micro', ...encryptedRoot(keyArn) },
    }),
  );
  return made![0]!.SpotInstanceRequestId!;
}

const fleet = async (world: FleetWorld, keyArn: string): Promise<string> =>
  (await world.newFleet(await world.newTemplate(encryptedRoot(keyArn)))).FleetId!;

const spotFleet = (world: FleetWorld, keyArn: string): Promise<string> =>
  world.request({ LaunchSpecifications: [world.specification(encryptedRoot(keyArn))] });

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
  [
    'a Spot Fleet',
    spotFleet,
    SPOT_FLEET_ROLE,
    /^Spot Fleet request sfr-\S+ could not launch: i-\w+ has failed: Client\.InvalidKMSKey/,
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

  test('of what tools print about a Spot Fleet finds the request', async (t) => {
    const world = await fleetWorld(t);
    const id = await spotFleet(world, await world.newKey());
    for (const subject of [
      `Error: waiting for EC2 Spot Fleet Request (${id}) fulfillment: timeout while waiting for state to become 'fulfilled'`,
      `Spot fleet request ${id} is active and has no instances`,
    ]) {
      const { symptom } = await explain(world, subject);
      assert.match(symptom ?? '', /^Spot Fleet request sfr-/, subject);
    }
  });

  test('of a request whose role is refused says what the role may not', async (t) => {
    const world = await fleetWorld(t);
    const RoleName = 'aws-ec2-spot-fleet-tagging-role';
    await world.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: TAGGING_POLICY }));
    await refusal(world.request());
    const [denied] = await world.trail({ name: 'EventName', value: 'RequestSpotFleet' });
    const { text } = await explain(world, denied!.eventID);
    assert.match(text, /ec2:DescribeSubnets/);
    assert.match(text, new RegExp(RoleName));
  });

  test('of an instant fleet names its caller', async (t) => {
    const world = await fleetWorld(t);
    const maria = await world.user('maria', allowing('ec2:*'));
    const template = await world.newTemplate(encryptedRoot(await world.newKey()));
    const { FleetId, Errors } = await world.newFleet(template, { Type: 'instant' }, maria.ec2);
    assert.deepEqual(Errors, []);
    const explained = await explain(world, FleetId!);
    assert.match(explained.text, /user maria|maria/);
    assert.ok(explained.remediesVerified);
  });
});
