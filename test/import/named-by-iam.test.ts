/** IAM calls what it refuses by its kind and name, without ARN and path: of an imported record it is found by these. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trust } from '../worlds/account.ts';
import type { Explained } from '../worlds/remedies.ts';
import { logsWorlds } from './logs-world.ts';
import { ACCOUNT, event, ROLE_ID, roleCall } from './published-records.ts';

const { worldOf } = logsWorlds();

const WEB = `arn:aws:iam::${ACCOUNT}:role/app/web`;
const { userIdentity } = roleCall('Decrypt');
const role = { roleName: 'web', roleId: ROLE_ID, path: '/app/', arn: WEB };
const assumeRolePolicyDocument = trust({ Service: 'ec2.amazonaws.com' });
const madeRole = event('iam', 'CreateRole', { ...role, assumeRolePolicyDocument }, { role });

/** As the sentence calls it, and its ARN. */
const ROWS: Readonly<Record<string, readonly [action: string, named: string, arn: string]>> = {
  'a role, passed on': ['iam:PassRole', 'role web', WEB],
  'a role, changed': ['iam:PutRolePolicy', 'role web', WEB],
  'a user that is not there': ['iam:DeleteUser', 'user old', `arn:aws:iam::${ACCOUNT}:user/old`],
  'an instance profile': [
    ...(['iam:GetInstanceProfile', 'instance profile nodes'] as const),
    `arn:aws:iam::${ACCOUNT}:instance-profile/nodes`,
  ],
  'a policy, by its ARN': [
    ...(['iam:GetPolicy', `policy arn:aws:iam::${ACCOUNT}:policy/team/ops`] as const),
    `arn:aws:iam::${ACCOUNT}:policy/team/ops`,
  ],
};

for (const [name, [action, named, arn]] of Object.entries(ROWS)) {
  test(name, async () => {
    const [, eventName = ''] = action.split(':');
    const sentence = `User: arn:aws:sts::${ACCOUNT}:assumed-role/web/batch is not authorized to perform: ${action} on resource: ${named} because no identity-based policy allows the ${action} action`;
    const record = event('iam', eventName, null, null, {
      ...{ userIdentity, errorCode: 'AccessDenied', errorMessage: sentence },
    });
    const world = await worldOf(eventName + named.length, [madeRole, record]);
    const pasted = `An error occurred (AccessDenied) when calling the ${eventName} operation: ${sentence}. Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/2y1350qq1mmznz1iuzhmrb4n0 for complete details`;
    for (const subject of [String(record.eventID), sentence, pasted]) {
      const found = (await world.questions.explain?.({ subject })) as Explained;
      assert.equal(found.verdict, 'denied', subject);
      assert.equal(found.call?.eventId, record.eventID);
      assert.equal(found.checks[0]?.resource, arn);
      assert.match(found.headline, new RegExp(`^role web may not ${action} on `));
      const { Statement } = found.remedies[0]?.document as { Statement: readonly Record<string, unknown>[] };
      assert.deepEqual([Statement[0]?.Action, Statement[0]?.Resource], [[action], [arn]]);
    }
    // Of a text whose call is not recorded, too.
    const other = pasted.replaceAll('/batch', '/another');
    const unrecorded = (await world.questions.explain?.({ subject: other })) as Explained;
    assert.equal(unrecorded.verdict, 'denied', unrecorded.text);
    assert.equal(unrecorded.checks[0]?.resource, arn);
  });
}
