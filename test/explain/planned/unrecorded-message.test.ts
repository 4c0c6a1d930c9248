/** An error message of whose call there is no record says who was refused what: the policies of now tell why, here and of a real account. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { History } from '../../../src/import/cloudtrail/history.ts';
import { Reads } from '../../../src/import/snapshot/snapshot.ts';
import type { ImportedWorld } from '../../../src/imported-world.ts';
import { ACCOUNT, allowing, OTHER_ACCOUNT, REGION, rootOf, trust } from '../../worlds/account.ts';
import { readAccount } from '../../worlds/imported.ts';
import { type KmsWorld, keyPolicy, kmsWorld } from '../../worlds/kms.ts';
import { accountReader } from '../../worlds/read-account.ts';
import type { Explained } from '../../worlds/remedies.ts';

const readAccountOf = accountReader();
let world: KmsWorld;
let imported: ImportedWorld;
const keys = { own: '', shared: '' };
before(async () => {
  world = await kmsWorld(undefined);
  await world.server.root(OTHER_ACCOUNT);
  keys.own = await world.key();
  const shared = {
    Effect: 'Allow',
    Action: 'kms:Encrypt',
    Resource: '*',
    Principal: { AWS: rootOf(OTHER_ACCOUNT) },
  };
  keys.shared = await world.key({ Policy: keyPolicy(ACCOUNT, shared) });
  const AssumeRolePolicyDocument = trust({ Service: 'lambda.amazonaws.com' });
  const iam = await world.iam();
  await iam.send(new CreateRoleCommand({ RoleName: 'bare', Path: '/apps/', AssumeRolePolicyDocument }));
  const Condition = { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } };
  await world.role('storer', { allow: [{ ...allowing('kms:Decrypt'), Condition }] });
  const here = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
  const looking = { ...allowing('ec2:DescribeVolumes'), Condition: here };
  await world.user('visitor', { allow: [{ ...allowing('*'), Condition: here }] });
  await world.user('writer', { allow: [allowing('s3:*')] });
  await world.user('opener', { allow: [allowing('kms:Decrypt'), looking] });
  const into = { reads: new Reads(), history: new History() };
  await readAccount(world.server, into, { sinceDays: 0 });
  imported = await readAccountOf(into.reads);
});
after(() => world.server.close());

const session = (role: string, account = ACCOUNT) => `arn:aws:sts::${account}:assumed-role/${role}/now`;
const NO_IDENTITY = 'because no identity-based policy allows the action';

interface Row {
  readonly text: () => string;
  readonly verdict: Explained['verdict'];
  readonly headline: RegExp;
  /** The action that the first fix allows. */
  readonly fix?: string;
  /** Beside the headline. */
  readonly says?: RegExp;
  readonly neverSays?: RegExp;
}

const refused = (who: string, action: string, resource: string, reason = NO_IDENTITY) =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
/** What AWS's console shows. */
const panel = (who: string, action: string, resource: string, why: string) => [
  "You don't have permission to do that. To request access, copy the following text and send it to your AWS administrator.",
  `User: ${who}`,
  action,
  `On resource(s): ${resource}`,
  `Context: ${why}`,
];
const calling = (operation: string, message: string) =>
  `An error occurred (AccessDenied) when calling the ${operation} operation: ${message}`;

/** As sts:DecodeAuthorizationMessage has it; EC2 leaves the service out of the action. */
const decoded = (action: string, key: string, value: string) =>
  JSON.stringify({
    allowed: false,
    context: {
      principal: { name: 'opener', arn: `arn:aws:iam::${ACCOUNT}:user/opener` },
      action,
      resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`,
      conditions: { items: [{ key, values: { items: [{ value }] } }] },
    },
  });

const EVERYWHERE: Readonly<Record<string, Row>> = {
  'a session of a role that has a path': {
    text: () => calling('Decrypt', refused(session('bare'), 'kms:Decrypt', keys.own)),
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt on key \S+$/,
    fix: 'kms:Decrypt',
  },
  'what a service asked for its caller, by a policy for that service alone': {
    text: () => calling('GetObject', refused(session('storer'), 'kms:Decrypt', keys.own)),
    verdict: 'allowed',
    headline:
      /^session now of role storer may kms:Decrypt on key \S+: role storer, inline policy \S+, statement 1 allows it\.$/,
    says: /AWS refused it because no identity-based policy allows .*: something has changed since/,
  },
  'the same, of who asked himself': {
    text: () => calling('Decrypt', refused(session('storer'), 'kms:Decrypt', keys.own)),
    verdict: 'denied',
    headline: /^session now of role storer may not kms:Decrypt/,
  },
  "the console's, in lines": {
    text: () =>
      panel(
        `arn:aws:iam::${ACCOUNT}:user/writer`,
        'Action: kms:Decrypt',
        keys.own,
        'no identity-based policy allows the action',
      ).join('\n'),
    verdict: 'denied',
    headline: /^user writer may not kms:Decrypt on key \S+$/,
    fix: 'kms:Decrypt',
  },
  'the same, run together where it was copied': {
    text: () =>
      panel(
        `arn:aws:iam::${ACCOUNT}:user/writer`,
        'Action: kms:Decrypt',
        keys.own,
        'no identity-based policy allows the action',
      ).join(''),
    verdict: 'denied',
    headline: /^user writer may not kms:Decrypt on key \S+$/,
    fix: 'kms:Decrypt',
  },
  'the same, with its service by itself': {
    text: () =>
      panel(
        session('bare'),
        'Service: iam\nAction: ListUsers',
        `arn:aws:iam::${ACCOUNT}:user/`,
        'no identity-based policy allows the iam:ListUsers action',
      ).join('\n'),
    verdict: 'denied',
    headline: /^session now of role bare may not iam:ListUsers/,
    fix: 'iam:ListUsers',
  },
  'the same, of a deny that is nowhere here': {
    text: () =>
      panel(
        `arn:aws:iam::${ACCOUNT}:user/opener`,
        'Action: kms:Decrypt',
        keys.own,
        'a service control policy explicitly denies the action',
      ).join('\n'),
    verdict: 'allowed',
    headline: /^user opener may kms:Decrypt on key/,
    says: /AWS refused it with an explicit deny in a service control policy/,
  },
  'what is allowed by now': {
    text: () => refused(`arn:aws:iam::${ACCOUNT}:user/opener`, 'kms:Decrypt', keys.own),
    verdict: 'allowed',
    headline: /^user opener may kms:Decrypt on key \S+: user opener, inline policy/,
  },
  'a service that the key policy does not name': {
    text: () => refused('sns.amazonaws.com', 'kms:GenerateDataKey', keys.own),
    verdict: 'denied',
    headline: /^the service sns\.amazonaws\.com may not kms:GenerateDataKey/,
    fix: 'kms:GenerateDataKey',
  },
  'a bucket, in quotes, of which its service has more to say': {
    text: () =>
      refused(session('bare'), 's3:GetObject', '"arn:aws:s3:::photos/1.jpg"', 'with an explicit deny'),
    verdict: 'unknown',
    headline: /own policies do not allow s3:GetObject, and the policies of s3's resources are not known/,
  },
  'lines that a terminal has broken': {
    text: () => refused(session('bare'), 'kms:Decrypt', keys.own).replaceAll(' ', '\n  '),
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt/,
    fix: 'kms:Decrypt',
  },
  "Terraform's, in its box, of what a service asked": {
    text: () =>
      `╷\n│ Error: reading S3 Object: operation error S3: HeadObject, https response error StatusCode: 403, api error AccessDenied: ${refused(session('storer'), 'kms:Decrypt', keys.own).replaceAll(' on ', '\n│ on ')}\n╵`,
    verdict: 'allowed',
    headline:
      /^session now of role storer may kms:Decrypt on key \S+: role storer, inline policy \S+, statement 1 allows it\.$/,
    says: /AWS refused it because no identity-based policy allows .*: something has changed since/,
  },
  'an alias that could not be made': {
    text: () => {
      const alias = `arn:aws:kms:${REGION}:${ACCOUNT}:alias/eks/new`;
      return `operation error KMS: CreateAlias, https response error StatusCode: 400, api error AccessDeniedException: ${refused(session('bare'), 'kms:CreateAlias', alias)}`;
    },
    verdict: 'denied',
    headline: /^session now of role bare may not kms:CreateAlias on alias eks\/new/,
    fix: 'kms:CreateAlias',
  },
  'a message to a queue, for which KMS is asked twice': {
    text: () => calling('SendMessage', refused(session('bare'), 'kms:GenerateDataKey', keys.own)),
    verdict: 'denied',
    headline: /^session now of role bare may not kms:GenerateDataKey/,
    fix: 'kms:Decrypt',
    says: /\n {2}The service would have gone on to call kms:Decrypt on key /,
  },
  'the same, of who may do the other': {
    text: () =>
      calling('SendMessage', refused(`arn:aws:iam::${ACCOUNT}:user/opener`, 'kms:GenerateDataKey', keys.own)),
    verdict: 'denied',
    headline: /^user opener may not kms:GenerateDataKey/,
    fix: 'kms:GenerateDataKey',
    neverSays: /gone on|"kms:Decrypt"/,
  },
  'a log line in JSON': {
    text: () => JSON.stringify({ error: refused(session('bare'), 'kms:Decrypt', `"${keys.own}"`) }),
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt/,
    fix: 'kms:Decrypt',
  },
  'an account that whoever pasted it has hidden': {
    text: () => refused(session('bare'), 'kms:Decrypt', keys.own).replaceAll(ACCOUNT, '{account suppressed}'),
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt/,
    fix: 'kms:Decrypt',
  },
  'an authorization message that STS has decoded': {
    text: () =>
      JSON.stringify({ DecodedMessage: decoded('ec2:AttachVolume', 'aws:RequestedRegion', REGION) }),
    verdict: 'denied',
    headline: /^user opener may not ec2:AttachVolume/,
    fix: 'ec2:AttachVolume',
  },
  'the same of a call that is allowed under conditions that it does not meet': {
    text: () => decoded('DescribeVolumes', 'aws:SourceIp', '192.0.2.1'),
    verdict: 'denied',
    headline:
      /^user opener may not ec2:DescribeVolumes.*: it may where aws:SourceIp is within 203\.0\.113\.0\/24/,
  },
  "the Java SDK's, of what a service asked, which says no call": {
    text: () =>
      `com.amazonaws.services.s3.model.AmazonS3Exception: ${refused(session('storer'), 'kms:Decrypt', keys.own)} (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: X)`,
    verdict: 'allowed',
    headline:
      /^session now of role storer may kms:Decrypt on key \S+: role storer, inline policy \S+, statement 1 allows it\.$/,
    says: /AWS refused it because no identity-based policy allows .*: something has changed since/,
  },
  'the same, of another service than the policy is for': {
    text: () => calling('SendMessage', refused(session('storer'), 'kms:Decrypt', keys.own)),
    verdict: 'denied',
    headline: /^session now of role storer may not kms:Decrypt/,
    fix: 'kms:Decrypt',
    says: /"kms:ViaService": \[?\s*"(?:s3\.us-east-1\.amazonaws\.com",\s*")?sqs\.us-east-1\.amazonaws\.com"/,
  },
  "Redshift's, of what it asked of S3": {
    text: () =>
      `S3ServiceException:${refused(session('bare'), 'kms:Decrypt', keys.own)},Status 403,Error AccessDenied,Rid X`,
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt/,
    fix: 'kms:Decrypt',
    says: /"kms:ViaService": "s3\.us-east-1\.amazonaws\.com"/,
  },
  'of a service that says it twice, KMS last': {
    text: () =>
      calling(
        'GetItem',
        `KMS key access denied error: ${refused(session('bare'), 'kms:Decrypt', keys.own)} (Service: AWSKMS; Status Code: 400)`,
      ),
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt/,
    fix: 'kms:Decrypt',
    says: /"kms:ViaService": "dynamodb\.us-east-1\.amazonaws\.com"/,
  },
  'what a session policy did not allow, which the call that began the session had': {
    text: () =>
      calling(
        'GetObject',
        refused(session('storer'), 'kms:Decrypt', keys.own, 'because no session policy allows the action'),
      ),
    verdict: 'denied',
    headline: /^session now of role storer may not kms:Decrypt/,
    says: /AWS says that no session policy allows kms:Decrypt\. Not read: session policy of arn:\S+\.\n[^$]*Whoever starts the session has to give it policies that allow kms:Decrypt too/,
  },
  'what a VPC endpoint, of which nobody says which it was, did not allow': {
    text: () =>
      refused(
        `arn:aws:iam::${ACCOUNT}:user/opener`,
        'kms:Decrypt',
        keys.own,
        'with an explicit deny in a VPC endpoint policy',
      ),
    verdict: 'denied',
    headline: /^user opener may not kms:Decrypt/,
    says: /AWS says that a VPC endpoint policy denies kms:Decrypt\.[^$]*The endpoint's policy has to allow kms:Decrypt too\./,
  },
  'what an organization denied, and does not deny any more': {
    text: () =>
      refused(
        `arn:aws:iam::${ACCOUNT}:user/opener`,
        'kms:Decrypt',
        keys.own,
        'with an explicit deny in a service control policy: arn:aws:organizations::210987654321:policy/o-exampleorgid/service_control_policy/p-examplepolicyid111',
      ),
    verdict: 'allowed',
    headline: /^user opener may kms:Decrypt/,
    says: /AWS refused it with an explicit deny in a service control policy: something has changed since,/,
  },
  'a key of another account, which AWS does not name': {
    text: () =>
      calling(
        'PutObject',
        `User: ${session('bare')} is not authorized to perform: kms:GenerateDataKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
      ),
    verdict: 'unknown',
    headline:
      /Nor does it name the key: AWS does not name a key of another account, or one that does not exist; .*: latchkey can \S+\/now kms:GenerateDataKey KEY\.$/,
  },
  'the sentence as a service retells it, which does not say that it is a user': {
    text: () =>
      `calling o77.getFrame. ${session('bare')} is not authorized to perform: kms:Decrypt on resource ${keys.own}`,
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt on key /,
    fix: 'kms:Decrypt',
  },
  'all in quotes, after somebody else who is no principal': {
    text: () =>
      `Job is not authorized to perform: glue:Run. User "${session('bare')}" is not authorized to perform "kms:Decrypt" on resource "${keys.own}"`,
    verdict: 'denied',
    headline: /^session now of role bare may not kms:Decrypt on key /,
    fix: 'kms:Decrypt',
  },
  'a service by its name alone': {
    text: () =>
      `Access to call kms:GenerateDataKey is denied. Reason: events.amazonaws.com is not authorized to perform: kms:GenerateDataKey on resource: ${keys.own} because no resource-based policy allows the kms:GenerateDataKey action`,
    verdict: 'denied',
    headline: /^the service events\.amazonaws\.com may not kms:GenerateDataKey/,
    fix: 'kms:GenerateDataKey',
  },
  'an action that is asked for beside that of the call': {
    text: () =>
      refused(
        session('bare'),
        'ec2:CreateVpcEndpoint',
        `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint/*`,
        'because no identity-based policy allows the vpce:AllowMultiRegion action.',
      ),
    verdict: 'unknown',
    headline: /own policies do not allow vpce:AllowMultiRegion/,
  },
  'a key whose id whoever pasted it has hidden': {
    text: () => refused(session('bare'), 'kms:Decrypt', keys.own.replace(/.{28}$/, '*****')),
    verdict: 'unknown',
    headline:
      /\. The message hides the key; for each that it may be, ask: latchkey can \S+ kms:Decrypt KEY\.$/,
  },
  'what a service asked for somebody who may call from his network only': {
    text: () =>
      calling('PutObject', refused(`arn:aws:iam::${ACCOUNT}:user/visitor`, 'kms:GenerateDataKey', keys.own)),
    verdict: 'denied',
    headline: /^user visitor may not kms:GenerateDataKey on key /,
    fix: 'kms:GenerateDataKey',
    says: /the request has the address of an AWS service[^$]*"Condition": \{ "StringEquals": \{ "kms:ViaService": "s3\.us-east-1\.amazonaws\.com" \} \}/,
    neverSays: /made from an address in|54\.239/,
  },
  'a principal that is not there': {
    text: () => refused(session('gone'), 'kms:Decrypt', keys.own),
    verdict: 'unknown',
    headline: /is not among the recorded calls\. There is no principal \S+assumed-role\/gone\/now in account/,
  },
  'a ciphertext, which names no key': {
    text: () =>
      `User: ${session('bare')} is not authorized to perform: kms:Decrypt on the resource associated with it`,
    verdict: 'unknown',
    headline: /is not among the recorded calls\. Nor does it name the key/,
  },
};

/** Of an account that was not read. */
const ABROAD: Readonly<Record<string, Row>> = {
  'another account, whose own side is not known, on a key that is shared with it': {
    text: () => refused(session('app', OTHER_ACCOUNT), 'kms:Encrypt', keys.shared),
    verdict: 'depends',
    headline:
      /^arn:aws:sts::\d+:assumed-role\/app\/now may kms:Encrypt on key \S+ only if policies of \S+:assumed-role\/app\/now, which were not read, allow it/,
  },
  'and on one that is not': {
    text: () => refused(session('app', OTHER_ACCOUNT), 'kms:Encrypt', keys.own),
    verdict: 'denied',
    headline: /^arn:aws:sts::\d+:assumed-role\/app\/now may not kms:Encrypt/,
    fix: 'kms:Encrypt',
  },
};

function isAsSaid(explained: Explained, { verdict, headline, fix, says = /./, neverSays = /^$/ }: Row): void {
  assert.match(explained.headline, headline);
  assert.equal(explained.verdict, verdict);
  const document = JSON.stringify(explained.remedies[0]?.document ?? {});
  assert.equal(document.includes(`"${fix}"`), fix !== undefined, document);
  assert.match(explained.text, /is not among the recorded calls/);
  assert.match(explained.text, says);
  assert.doesNotMatch(explained.text, neverSays);
}

for (const [name, row] of Object.entries(EVERYWHERE)) {
  test(name, async () => {
    isAsSaid(await world.server.ask<Explained>('explain', { subject: row.text() }), row);
    isAsSaid((await imported.questions.explain?.({ subject: row.text() })) as Explained, row);
  });
}
for (const [name, row] of Object.entries(ABROAD)) {
  test(name, async () =>
    isAsSaid((await imported.questions.explain?.({ subject: row.text() })) as Explained, row),
  );
}
