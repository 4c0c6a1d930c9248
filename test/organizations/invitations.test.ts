/** Invitations: how an account that exists comes into an organization. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CancelHandshakeCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeclineHandshakeCommand,
  DescribeAccountCommand,
  DescribeHandshakeCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  type InviteAccountToOrganizationCommandInput,
  ListAccountsCommand,
  ListHandshakesForAccountCommand,
  ListHandshakesForOrganizationCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { refusal, startServerFor } from '../worlds/server.ts';

const INVITED = '210987654321';
const DAY_MS = 86_400_000;

/** An organization, an account outside of it, and how the one invites the other. */
async function twoAccounts(t: Parameters<typeof startServerFor>[0]) {
  const server = await startServerFor(t);
  const host = server.client(OrganizationsClient);
  await host.send(new CreateOrganizationCommand({}));
  const credentials = await server.root(INVITED);
  const guest = server.client(OrganizationsClient, credentials);
  const invite = async (more: Partial<InviteAccountToOrganizationCommandInput> = {}) => {
    const Target = { Id: INVITED, Type: 'ACCOUNT' as const };
    const { Handshake } = await host.send(new InviteAccountToOrganizationCommand({ Target, ...more }));
    return Handshake!;
  };
  return { server, host, guest, credentials, invite };
}

describe('an invitation', () => {
  test('brings the account under the root, with its tags and all that holds the root', async (t) => {
    const { server, host, guest, credentials, invite } = await twoAccounts(t);
    const { Roots } = await host.send(new ListRootsCommand({}));
    const RootId = Roots![0]!.Id!;
    await host.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    const Content =
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"kms:CreateKey","Resource":"*"}}';
    const { Policy } = await host.send(
      new CreatePolicyCommand({
        Name: 'no-keys',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        Content,
      }),
    );
    await host.send(new AttachPolicyCommand({ PolicyId: Policy!.PolicySummary!.Id!, TargetId: RootId }));

    const { Id: HandshakeId, ...handshake } = await invite({
      Notes: 'welcome',
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    assert.match(HandshakeId!, /^h-[0-9a-z]{32}$/);
    assert.match(
      handshake.Arn!,
      /^arn:aws:organizations::123456789012:handshake\/o-[0-9a-z]{10}\/invite\/h-[0-9a-z]{32}$/,
    );
    assert.equal(handshake.State, 'OPEN');
    assert.equal(handshake.Action, 'INVITE');
    assert.deepEqual(handshake.Parties?.[1], { Id: INVITED, Type: 'ACCOUNT' });
    assert.deepEqual(
      handshake.Resources?.map(({ Type }) => Type),
      ['ORGANIZATION', 'ACCOUNT', 'NOTES'],
    );

    const kms = server.client(KMSClient, credentials);
    await kms.send(new CreateKeyCommand({}));
    const { Handshakes } = await guest.send(new ListHandshakesForAccountCommand({}));
    assert.deepEqual(
      Handshakes?.map(({ Id }) => Id),
      [HandshakeId],
    );
    const accepted = await guest.send(new AcceptHandshakeCommand({ HandshakeId: HandshakeId! }));
    assert.equal(accepted.Handshake?.State, 'ACCEPTED');
    const { Account } = await host.send(new DescribeAccountCommand({ AccountId: INVITED }));
    assert.equal(Account?.JoinedMethod, 'INVITED');
    const { Tags } = await host.send(new ListTagsForResourceCommand({ ResourceId: INVITED }));
    assert.deepEqual(Tags, [{ Key: 'team', Value: 'red' }]);
    await server
      .client(IAMClient, credentials)
      .send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForOrganizations' }));
    const held = await refusal(kms.send(new CreateKeyCommand({})));
    assert.match(held.message, /with an explicit deny in a service control policy/);
  });

  test('is declined by the one side, or taken back by the other, and ends with that', async (t) => {
    const { host, guest, invite } = await twoAccounts(t);
    const first = { HandshakeId: (await invite()).Id! };
    assert.equal((await refusal(invite())).code, 'DuplicateHandshakeException');
    assert.equal(
      (await refusal(host.send(new DeclineHandshakeCommand(first)))).code,
      'AccessDeniedException',
    );
    await guest.send(new DeclineHandshakeCommand(first));
    const again = await refusal(guest.send(new DeclineHandshakeCommand(first)));
    assert.equal(again.code, 'HandshakeAlreadyInStateException');
    const late = await refusal(guest.send(new AcceptHandshakeCommand(first)));
    assert.equal(late.code, 'InvalidHandshakeTransitionException');

    const second = { HandshakeId: (await invite()).Id! };
    assert.equal(
      (await refusal(guest.send(new CancelHandshakeCommand(second)))).code,
      'AccessDeniedException',
    );
    await host.send(new CancelHandshakeCommand(second));
    const { Handshake } = await guest.send(new DescribeHandshakeCommand(second));
    assert.equal(Handshake?.State, 'CANCELED');
    const { Handshakes } = await host.send(new ListHandshakesForOrganizationCommand({}));
    assert.deepEqual(Handshakes?.map(({ State }) => State).sort(), ['CANCELED', 'DECLINED']);
    const { Accounts } = await host.send(new ListAccountsCommand({}));
    assert.equal(Accounts?.length, 1);
  });

  test('is open for fifteen days, and told of for thirty more', async (t) => {
    const { server, host, guest, invite } = await twoAccounts(t);
    const { Id } = await invite();
    await server.advance(15 * DAY_MS);
    const { Handshake } = await host.send(new DescribeHandshakeCommand({ HandshakeId: Id! }));
    assert.equal(Handshake?.State, 'EXPIRED');
    const late = await refusal(guest.send(new AcceptHandshakeCommand({ HandshakeId: Id! })));
    assert.equal(late.code, 'InvalidHandshakeTransitionException');
    await invite();
    await server.advance(30 * DAY_MS);
    const gone = await refusal(host.send(new DescribeHandshakeCommand({ HandshakeId: Id! })));
    assert.equal(gone.code, 'HandshakeNotFoundException');
  });

  test('is for accounts that exist and are in no organization', async (t) => {
    const { server, guest, invite } = await twoAccounts(t);
    const nobody = await refusal(invite({ Target: { Id: '111111111111', Type: 'ACCOUNT' } }));
    assert.equal(nobody.code, 'InvalidInputException');
    const email = await refusal(invite({ Target: { Id: 'a@example.com', Type: 'EMAIL' } }));
    assert.equal(email.code, 'InvalidInputException');
    await guest.send(new CreateOrganizationCommand({}));
    const taken = await refusal(invite());
    assert.equal(taken.code, 'HandshakeConstraintViolationException');
    const stranger = server.client(OrganizationsClient, await server.root('333333333333'));
    const unseen = await refusal(stranger.send(new DescribeHandshakeCommand({ HandshakeId: 'h-abcdefgh' })));
    assert.equal(unseen.code, 'HandshakeNotFoundException');
  });
});
