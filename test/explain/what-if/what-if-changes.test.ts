/** Changes other than a key policy, as what-if foretells them; each is then made, and the call repeated. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  DisableKeyCommand,
  EncryptCommand,
  type KMSClient,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import type { ProposedChange } from '../../../src/explain/what-if/policy-change.ts';
import { renderWhatIf } from '../../../src/explain/what-if/render-what-if.ts';
import type { WhatIf } from '../../../src/explain/what-if/what-if.ts';
import { allowing, denying, policy } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const whatIf = (change: ProposedChange) => world.server.ask<WhatIf>('what-if', change);
const encrypt = (kms: KMSClient, KeyId: string) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
const deniedUses = ({ denied }: WhatIf) => denied.map(({ who, action, count }) => [who, action, count]);
const lostActions = ({ lost }: WhatIf, who: string) =>
  lost.filter((each) => each.who === who && each.way === 'directly').flatMap(({ actions }) => actions);

describe('of a key', () => {
  test('disabled: every use stops, and nobody has a right left', async () => {
    const key = await world.newKey();
    const ann = await world.user('ann', allowing('kms:Encrypt'));
    await encrypt(ann.kms, key);
    const answer = await whatIf({ target: key, state: 'disabled' });
    assert.deepEqual(deniedUses(answer), [['user ann', 'kms:Encrypt', 1]]);
    assert.match(renderWhatIf(answer), /^If key \S+ were disabled\n[\s\S]*because the key would be disabled/);
    assert.deepEqual(lostActions(answer, 'user ann'), ['kms:Encrypt']);
    assert.ok(!answer.lost.some(({ actions }) => actions.includes('kms:PutKeyPolicy')));
    await world.kms.send(new DisableKeyCommand({ KeyId: key }));
    await refusal(encrypt(ann.kms, key));
  });

  test('a grant revoked', async () => {
    const key = await world.newKey();
    const bob = await world.user('bob');
    const grant = await world.kms.send(
      new CreateGrantCommand({ KeyId: key, GranteePrincipal: bob.arn, Operations: ['Encrypt'] }),
    );
    await encrypt(bob.kms, key);
    const answer = await whatIf({ target: key, revokeGrant: grant.GrantId! });
    assert.deepEqual(deniedUses(answer), [['user bob', 'kms:Encrypt', 1]]);
    assert.match(
      answer.denied[0]?.decidedBy ?? '',
      /No identity-based policy of user bob allows kms:Encrypt/,
    );
    await world.kms.send(new RevokeGrantCommand({ KeyId: key, GrantId: grant.GrantId! }));
    await refusal(encrypt(bob.kms, key));
  });

  test('rights that nobody has used yet are among what changes', async () => {
    const key = await world.newKey();
    await world.user('idle', allowing('kms:Decrypt'));
    const open = JSON.parse(
      policy(...[{ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' }]),
    );
    const answer = await whatIf({ target: key, policy: JSON.stringify(open) });
    const everybody = answer.gained.find(({ principal }) => principal === '*');
    assert.deepEqual(everybody?.actions, ['kms:Decrypt']);
    assert.match(
      renderWhatIf(answer),
      /Would gain rights\n[\s\S]*every AWS account: whoever its own policies allow/,
    );
    assert.equal(answer.judged, 0);
  });
});

describe('of identities', () => {
  test('an inline policy, and the statement that would decide', async () => {
    const key = await world.newKey();
    const carl = await world.user('carl', allowing('kms:*'));
    await encrypt(carl.kms, key);
    const other = await world.user('carla', allowing('kms:*'));
    await encrypt(other.kms, key);
    const proposed = policy(allowing('kms:*'), { ...denying('kms:Encrypt'), Sid: 'Freeze' });
    const answer = await whatIf({ target: 'user/carl', inline: 'policy', policy: proposed });
    assert.deepEqual(deniedUses(answer), [['user carl', 'kms:Encrypt', 1]]);
    assert.equal(answer.judged, 1, 'what the change does not reach is not judged');
    assert.match(
      renderWhatIf(answer),
      /User carl, inline policy policy, statement "Freeze", denies kms:Encrypt/,
    );
    assert.ok(answer.lost.every(({ who }) => who === 'user carl'));
    await world.iam.send(
      new PutUserPolicyCommand({ UserName: 'carl', PolicyName: 'policy', PolicyDocument: proposed }),
    );
    await refusal(encrypt(carl.kms, key));
  });

  test('another version of a managed policy, for all who have it', async () => {
    const key = await world.newKey();
    const { Policy } = await world.iam.send(
      new CreatePolicyCommand({
        PolicyName: 'crypto',
        PolicyDocument: policy(allowing('kms:Encrypt', 'kms:Decrypt')),
      }),
    );
    const PolicyArn = Policy!.Arn!;
    const users = [await world.user('dora'), await world.user('emil', allowing('ec2:*'))];
    for (const { name } of users)
      await world.iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
    for (const { kms } of users) await encrypt(kms, key);
    const PolicyDocument = policy(allowing('kms:Decrypt'));
    const answer = await whatIf({ target: PolicyArn, policy: PolicyDocument });
    assert.deepEqual(deniedUses(answer).sort(), [
      ['user dora', 'kms:Encrypt', 1],
      ['user emil', 'kms:Encrypt', 1],
    ]);
    // Of those who do not have it nothing is judged.
    assert.equal(answer.judged, 2);
    // Held beside a policy of his own, it counts as well.
    for (const { name } of users)
      assert.deepEqual([...new Set(lostActions(answer, `user ${name}`))], ['kms:Encrypt']);
    await world.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
    for (const { kms } of users) await refusal(encrypt(kms, key));
  });

  test('a permissions boundary, and a policy attached', async () => {
    const key = await world.newKey();
    const fred = await world.user('fred', allowing('kms:*'));
    await encrypt(fred.kms, key);
    const bounded = policy(allowing('ec2:*'));
    const answer = await whatIf({ target: 'user/fred', boundary: true, policy: bounded });
    assert.deepEqual(deniedUses(answer), [['user fred', 'kms:Encrypt', 1]]);
    assert.match(answer.denied[0]?.decidedBy ?? '', /The permissions boundary does not allow kms:Encrypt/);
    const { Policy } = await world.iam.send(
      new CreatePolicyCommand({ PolicyName: 'bounded', PolicyDocument: bounded }),
    );
    const input = { UserName: 'fred', PermissionsBoundary: Policy!.Arn! };
    await world.iam.send(new PutUserPermissionsBoundaryCommand(input));
    await refusal(encrypt(fred.kms, key));

    const gil = await world.user('gil');
    const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const more = await whatIf({ target: gil.arn, attach: admin });
    assert.ok(more.gained.some(({ who, actions }) => who === 'user gil' && actions.includes('kms:Encrypt')));
    assert.equal(more.title, 'If AdministratorAccess were attached to user gil');
  });
});

test('decisions that cannot be made again are counted, and said', async () => {
  const user = await world.user('looker', allowing('ec2:Describe*'));
  await user.ec2.send(new DescribeVolumesCommand({}));
  const answer = await whatIf({
    target: user.arn,
    inline: 'policy',
    policy: policy(denying('ec2:*')),
  });
  assert.ok(answer.unjudged > 0);
  assert.match(renderWhatIf(answer), /recorded without what it takes to decide again/);
});

test('what is malformed is said with line and column', async () => {
  const key = await world.newKey();
  const cases: [ProposedChange, RegExp][] = [
    [{ target: key, policy: '{' }, /^The policy is not JSON at line 1, column 2: expected a member name\.$/],
    [
      { target: key, policy: '{\n  "Version": "2012-10-17",\n  "Statement": [oops]\n}' },
      /^The policy is not JSON at line 3, column 17: /,
    ],
    [
      {
        target: key,
        policy: '{\n  "Version": "2012-10-17",\n  "Statement": [{\n    "Efect": "Allow"\n  }]\n}',
      },
      /^The policy is refused at line 4, column 5: MalformedPolicyDocumentException: /,
    ],
    [{ target: key, policy: '' }, /The new policy is missing/],
    [
      { target: 'user/nobody', inline: 'x', policy: policy(allowing('kms:*')) },
      /There is no principal user\/nobody/,
    ],
    [{ target: key, revokeGrant: 'none' }, /has no grant none/],
    [
      { target: 'p-12345678', policy: policy(allowing('*')) },
      /No policy p-12345678 of an organization holds account/,
    ],
  ];
  for (const [change, words] of cases)
    await assert.rejects(whatIf(change), ({ message }: Error) => words.test(message), JSON.stringify(change));
});
