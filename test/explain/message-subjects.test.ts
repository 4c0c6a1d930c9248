/**
 * Messages that do not say who was refused what, as tools and logs print them: what they name has failed, or something has for the
 * reason that they give; and of those that give none it is said what is missing. Live, and of an account of which events are all that is known.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { logsWorlds } from '../import/logs-world.ts';
import { allowing, lookupEvents, REGION } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import type { Explained } from '../worlds/remedies.ts';

const { worldOf } = logsWorlds();
let world: World;
let logs: ImportedWorld;
const made = { denied: '', unusable: '', off: '', idle: '' };
before(async () => {
  world = await ec2World(undefined);
  const key = await world.newKey();
  made.off = await world.newKey();
  const under = (KmsKeyId: string) => ({
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }],
  });
  made.idle = await world.newKey();
  for (const KeyId of [made.off, made.idle]) await world.kms.send(new DisableKeyCommand({ KeyId }));
  made.unusable = await world.run(under(made.off));
  await world.server.settled();
  const { ec2 } = await world.user('john', allowing('ec2:*'));
  made.denied = await world.run(under(key), ec2);
  await world.server.settled();
  logs = await worldOf('logs', await lookupEvents(world.server));
});
after(() => world.server.close());

interface Row {
  readonly text: () => string;
  readonly headline: RegExp;
  readonly symptom?: RegExp;
  readonly fix?: RegExp;
}

const JOHN = /^user john may not kms:GenerateDataKeyWithoutPlaintext on key /;
const DISABLED = /^kms:GenerateDataKeyWithoutPlaintext on key \S+ failed with DisabledException/;
const LAUNCH = 'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state';

const ROWS: Readonly<Record<string, Row>> = {
  "Terraform's, of an instance": {
    text: () =>
      `╷\n│ Error: waiting for EC2 Instance (${made.denied}) create: unexpected state 'shutting-down', wanted target 'running'. last error: ${LAUNCH}\n╵`,
    headline: JOHN,
    fix: /^Attach this policy to user john:/,
  },
  "Packer's, of an instance, with colours": {
    text: () =>
      `\u001b[1;31m==> amazon-ebs.linux: Error waiting for instance (${made.unusable}) to become ready: ResourceNotReady\u001b[0m`,
    headline: DISABLED,
    fix: /^Enable \S+, which is disabled:/,
  },
  "a node group's, with what failed in a row": {
    text: () =>
      `AsgInstanceLaunchFailures: Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ${LAUNCH}\n${made.denied}, i-0fedcba9876543210`,
    headline: JOHN,
  },
  "a log's, of a key, after an instance that nobody knows": {
    text: () =>
      JSON.stringify({ level: 'ERROR', error: `i-0fedcba9876543210: key "${made.off}" not accessible` }),
    headline: DISABLED,
    symptom: /^The message names arn:aws:kms:\S+\.$/,
  },
  "S3's, of a key that nobody has used here": {
    text: () =>
      `An error occurred (KMS.DisabledException) when calling the GetObject operation: ${made.idle} is disabled.`,
    headline: /^key \S+ is disabled: nobody can use it, whatever policies say\.$/,
    symptom: /^The message names arn:aws:kms:\S+\.$/,
    fix: /^Enable \S+, which is disabled:/,
  },
  'that key alone': {
    text: () => made.idle,
    headline: /^key \S+ is disabled: nobody can use it, whatever policies say\.$/,
    fix: /^Enable \S+, which is disabled:/,
  },
  'the state reason of an instance, of which it names none': {
    text: () => LAUNCH,
    headline: JOHN,
    symptom:
      /The message names nothing that is known: of what (?:failed so|KMS refused to ec2 for somebody), this was/,
  },
  "the console's, of volumes": {
    text: () =>
      'One or more of the attached Amazon EBS volumes are encrypted with an inaccessible AWS KMS key.',
    headline: JOHN,
    symptom:
      /^The message names nothing that is known: of what KMS refused to ec2 for somebody, this was the last\.$/,
  },
  "Secrets Manager's": {
    text: () =>
      'An error occurred (AccessDeniedException) when calling the GetSecretValue operation: Access to KMS is not allowed',
    headline:
      /not among what is recorded\. Secrets Manager was refused .* latchkey can PRINCIPAL kms:Decrypt KEY\.$/,
  },
  'the older words for a ciphertext that KMS would not decrypt': {
    text: () =>
      'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    headline: /KMS would not decrypt: .* latchkey can PRINCIPAL kms:Decrypt KEY\.$/,
  },
  "CloudWatch Logs'": {
    text: () =>
      `The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:${REGION}:123456789012:log-group:app'`,
    headline:
      /nothing recorded failed of what it names \(arn:aws:logs:\S+\)\. .*: latchkey can logs\.us-east-1\.amazonaws\.com kms:Encrypt KEY\.$/,
  },
  "RDS', of a key that nobody knows": {
    text: () =>
      `KMSKeyNotAccessibleFault: The specified KMS key [arn:aws:kms:${REGION}:123456789012:key/gone] does not exist, is not enabled or you do not have permissions to access it.`,
    headline:
      /Whoever called needs kms:DescribeKey and kms:CreateGrant .* latchkey can PRINCIPAL kms:CreateGrant KEY\.$/,
  },
  "EKS', of an action alone": {
    text: () => 'InvalidRequestException: User not authorized to perform kms:DescribeKey operation',
    headline: /Neither who nor which key it says; .* latchkey can PRINCIPAL kms:DescribeKey KEY\.$/,
  },
  'an encoded message of another account': {
    text: () =>
      `UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: ${'Ab-_'.repeat(40)}\n\tstatus code: 403, request id: x`,
    headline: /aws sts decode-authorization-message --encoded-message …; explain takes what that prints\.$/,
  },
  'anything else': {
    text: () => 'something went wrong',
    headline: /^The call with this message is not among what is recorded\. Give what failed \(an instance, /,
  },
};

for (const [name, { text, headline, symptom, fix }] of Object.entries(ROWS)) {
  test(name, async () => {
    const subject = text();
    const answers = [
      await world.server.ask<Explained>('explain', { subject }),
      (await logs.questions.explain?.({ subject })) as Explained,
    ];
    for (const found of answers) {
      assert.match(found.headline, headline);
      assert.equal(found.subject, subject);
      if (symptom) assert.match(found.symptom ?? '', symptom);
      if (fix) assert.match(found.remedies[0]?.sentence ?? '', fix);
    }
  });
}
