/** What was denied and is decided anew is decided on the same, as long as nothing has changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ListGrantsCommand,
} from '@aws-sdk/client-kms';
import {
  AttachPolicyCommand,
  CreatePolicyCommand as CreateGuardrailCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { decidedAnew, deniedIn, type Ruled } from '../../../src/explain/rehearsed/decided-anew.ts';
import {
  allow,
  allowing,
  credentialsOf,
  deny,
  lookupEvents,
  memberAccount,
  newUser,
  trust,
  ZONE,
} from '../../worlds/account.ts';
import { type Credentials, refusal, startServerFor } from '../../worlds/server.ts';

test('a denial is decided anew on what it was decided on', async (t) => {
  const server = await startServerFor(t);
  const organizations = server.client(OrganizationsClient);
  const account = await memberAccount(server);
  const root = await server.root(account);
  const [{ Id: RootId } = {}] = (await organizations.send(new ListRootsCommand({}))).Roots ?? [];
  for (const Type of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const) {
    await organizations.send(new EnablePolicyTypeCommand({ RootId, PolicyType: Type }));
    const Principal = Type === 'RESOURCE_CONTROL_POLICY' ? { Principal: '*' } : {};
    const made = await organizations.send(
      new CreateGuardrailCommand({
        Name: Type,
        Description: '',
        Type,
        Content: deny('kms:Encrypt', Principal),
      }),
    );
    const PolicyId = made.Policy?.PolicySummary?.Id;
    await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: account }));
  }
  const iam = server.client(IAMClient, root);
  const { Policy: boundary } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: allow(['kms:*', 'sts:*']) }),
  );
  const ann = await newUser(server, 'ann', { account, allow: [allowing('sts:*')], boundary: boundary?.Arn });
  const role = { RoleName: 'reader', AssumeRolePolicyDocument: trust({ AWS: ann.arn }) };
  const { Role } = await iam.send(new CreateRoleCommand(role));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'all', PolicyDocument: allow('kms:*') }),
  );
  const session = { RoleArn: Role?.Arn, RoleSessionName: 'visit', Policy: allow('kms:ListKeys') };
  const { Credentials } = await server
    .client(STSClient, ann.credentials)
    .send(new AssumeRoleCommand(session));
  const kms = server.client(KMSClient, root);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.Arn;
  const granted = { KeyId, GranteePrincipal: ann.arn, Operations: ['Encrypt' as const] };
  await kms.send(new CreateGrantCommand(granted));
  const ec2 = server.client(EC2Client, root);
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true }));
  const managed = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }));

  const callers: [string, Credentials][] = [
    ['root', root],
    ['ann', ann.credentials],
    ['session', credentialsOf(Credentials)],
  ];
  const calls = [
    new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }),
    new ListGrantsCommand({ KeyId }),
    new ListGrantsCommand({ KeyId: managed.KeyMetadata?.Arn }),
    new CreateKeyCommand({}),
  ];
  for (const [who, credentials] of callers) {
    const denied = who === 'root' ? calls.slice(0, 1) : calls;
    for (const call of denied) {
      const { code } = await refusal(server.client(KMSClient, credentials).send(call as EncryptCommand));
      assert.equal(code, 'AccessDeniedException', who);
    }
  }
  const { runtime } = server.latchkey;
  const events = (await lookupEvents(server, undefined, account)).filter(
    ({ errorCode }) => errorCode === 'AccessDenied',
  );
  assert.equal(events.length, 9);
  for (const { eventID, eventName } of events) {
    const [then, ...others] = await runtime.store.read((tx) => deniedIn(tx, eventID));
    assert.ok(then && others.length === 0, eventName);
    const { inputs } = await decidedAnew(runtime, then, {});
    // A record has only the grants that are about the action.
    const { action } = then.request;
    const whole = ({ grants = [], ...others }: Ruled['inputs']) => ({
      grants: grants.flatMap(({ actions, grantId }) => (actions.includes(action) ? [grantId] : [])),
      ...others,
    });
    assert.deepEqual(whole(inputs), whole(then.inputs), eventName);
  }
});
