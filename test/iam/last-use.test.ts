/** When roles were last used, as GetRole and GetAccountAuthorizationDetails say. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, allow, credentialsOf, lookupEvents, newUser, trust } from '../worlds/account.ts';
import { groupWorld } from '../worlds/groups.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

describe('RoleLastUsed', () => {
  test('is when and where its credentials made a request, allowed or not; to assume it is none', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const john = await newUser(server, 'john', { document: allow('sts:AssumeRole') });
    const role = { RoleName: 'app', AssumeRolePolicyDocument: trust({ AWS: john.arn }) };
    const made = await iam.send(new CreateRoleCommand(role));
    const lastUsed = async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'app' }));
      const { RoleDetailList } = await iam.send(
        new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }),
      );
      const detail = RoleDetailList?.find(({ RoleName }) => RoleName === 'app');
      assert.deepEqual(detail?.RoleLastUsed, Role?.RoleLastUsed);
      return Role?.RoleLastUsed;
    };
    const { Credentials } = await server
      .client(STSClient, john.credentials)
      .send(new AssumeRoleCommand({ RoleArn: made.Role?.Arn, RoleSessionName: 'one' }));
    assert.deepEqual(await lastUsed(), {});

    const inIreland = server.client(STSClient, credentialsOf(Credentials), { region: 'eu-west-1' });
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/other`;
    await refusal(inIreland.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'two' })));
    const first = await lastUsed();
    assert.equal(first?.Region, 'eu-west-1');

    await server.advance(600_000);
    assert.deepEqual(await lastUsed(), first);
    await refusal(server.client(IAMClient, credentialsOf(Credentials)).send(new ListUsersCommand({})));
    const second = await lastUsed();
    const [call] = await lookupEvents(server, { AttributeKey: 'EventName', AttributeValue: 'ListUsers' });
    assert.equal(second?.Region, 'us-east-1');
    assert.equal(`${second?.LastUsedDate?.toISOString().slice(0, 19)}Z`, call?.eventTime);
    assert.ok(second!.LastUsedDate! > first!.LastUsedDate!);

    const { Roles } = await iam.send(new ListRolesCommand({}));
    assert.deepEqual(
      Roles?.map(({ RoleLastUsed }) => RoleLastUsed),
      [undefined],
    );
    await iam.send(new DeleteRoleCommand({ RoleName: 'app' }));
    await iam.send(new CreateRoleCommand(role));
    assert.deepEqual(await lastUsed(), {});
  });

  test('is what a service did in its name, too', async (t) => {
    const world = await groupWorld(t);
    await world.newGroup(await world.newTemplate());
    await world.server.settled();
    const { Role } = await world.server
      .client(IAMClient)
      .send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForAutoScaling' }));
    assert.equal(Role?.RoleLastUsed?.Region, 'us-east-1');
    assert.ok(Role?.RoleLastUsed?.LastUsedDate);
  });
});
