/**
 * Messages that do not say who was refused what, as tools and logs print them: what they name has failed, or something has for the
 * reason that they give; and of those that give none it is said what is missing. Live, and of an account of which events are all that is known.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateVolumeCommand } from '@aws-sdk/client-ec2';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import type { ImportedWorld } from '../../../src/imported-world.ts';
import { logsWorlds } from '../../import/logs-world.ts';
import { allowing, lookupEvents, REGION } from '../../worlds/account.ts';
import { ec2World, encryptedRoot, type World } from '../../worlds/ec2.ts';
import type { Explained } from '../../worlds/remedies.ts';

const { worldOf } = logsWorlds();
let world: World;
let logs: ImportedWorld;
const made = { volume: '', denied: '', unusable: '', off: '', idle: '', good: '' };
before(async () => {
  world = await ec2World(undefined);
  const key = await world.newKey();
  made.off = await world.newKey();
  made.idle = await world.newKey();
  made.good = await world.newKey();
  for (const KeyId of [made.off, made.idle]) await world.kms.send(new DisableKeyCommand({ KeyId }));
  made.unusable = await world.run(encryptedRoot(made.off));
  await world.server.settled();
  const { ec2 } = await world.user('john', allowing('ec2:*'));
  const wanted = { AvailabilityZone: `${REGION}a`, Size: 1, Encrypted: true, KmsKeyId: key };
  made.volume = (await ec2.send(new CreateVolumeCommand(wanted))).VolumeId ?? '';
  await world.server.settled();
  made.denied = await world.run(encryptedRoot(key), ec2);
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
      /not among the recorded calls\. Secrets Manager was refused .* latchkey can PRINCIPAL kms:Decrypt KEY\.$/,
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
      /Whoever called needs kms:DescribeKey and kms:CreateGrant .* latchkey can PRINCIPAL kms:CreateGrant arn:\S+:key\/gone\.$/,
  },
  "EKS', of an action alone": {
    text: () => 'InvalidRequestException: User not authorized to perform kms:DescribeKey operation',
    headline: /It names neither the caller nor the key; .* latchkey can PRINCIPAL kms:DescribeKey KEY\.$/,
  },
  'an encoded message of another account': {
    text: () =>
      `UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: ${'Ab-_'.repeat(40)}\n\tstatus code: 403, request id: x`,
    headline: /aws sts decode-authorization-message --encoded-message …; explain takes what that prints\.$/,
  },
  "a backup's, of a copy": {
    text: () =>
      'AMI snapshot copy failed with error: Given key ID is not accessible. You must have DescribeKey permissions on the default CMK',
    headline: JOHN,
    symptom: /of what KMS refused to ec2 for somebody, this was the last\.$/,
  },
  "a CSI driver's, of a volume that was there for a moment": {
    text: () =>
      `failed to provision volume with StorageClass "ebs-sc": rpc error: code = Internal desc = Could not create volume "pvc-3f2f0d25-89a9-4b1f-b6b7-2fa4f2a0a8a1": failed to get an available volume in EC2: InvalidVolume.NotFound: The volume 'vol-0123456789abcdef0' does not exist.`,
    headline: JOHN,
  },
  "Packer's, of an image that it does not find any more": {
    text: () =>
      'Error waiting for AMI (ami-0123456789abcdef0) in region (us-west-2): Failed with ResourceNotReady error',
    headline: JOHN,
  },
  "AttachVolume's": {
    text: () =>
      'An error occurred (CustomerKeyHasBeenRevoked) when calling the AttachVolume operation: Volume vol-0123456789abcdef0 cannot be attached. The encrypted volume was unable to access the KMS key.',
    headline: JOHN,
  },
  "EventBridge's, of a volume": {
    text: () =>
      JSON.stringify({
        'detail-type': 'EBS Volume Notification',
        resources: [`arn:aws:ec2:${REGION}:123456789012:volume/${made.volume}`],
        detail: { event: 'createVolume', result: 'failed', cause: '' },
      }),
    headline: JOHN,
    symptom: /^The message names arn:aws:ec2:\S+:volume\/vol-\w+\.$/,
  },
  'a key by its id': {
    text: () => `error: unable to use key ${made.idle.split('/')[1]}: AccessDenied`,
    headline: /^key \S+ is disabled: nobody can use it, whatever policies say\.$/,
  },
  "an alarm's, of a topic": {
    text: () =>
      'Failed to execute action arn:aws:sns:us-west-2:123456789012:alarms. Received error: "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: 3cd919dd-06b1-4079-b38e-77dd6093875a; Proxy: null)"',
    headline:
      /of what it names \(arn:aws:sns:\S+\)\. KMS refused whoever published .*has to be named by the key policy\. It names neither .*: latchkey can PRINCIPAL kms:GenerateDataKey KEY\.$/,
  },
  "CloudTrail's, which names the key": {
    text: () =>
      `InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket trail or KMS key ${made.good}.`,
    headline: /: latchkey can cloudtrail\.amazonaws\.com kms:GenerateDataKey arn:aws:kms:\S+\.$/,
  },
  "RDS', of a key that is known": {
    text: () =>
      `The source snapshot KMS key [${made.good}] does not exist, is not enabled or you do not have permissions to access it.`,
    headline: /enabled; ask about whoever called: latchkey can PRINCIPAL kms:CreateGrant arn:aws:kms:\S+\.$/,
  },
  'a multi-Region key where it has no replica': {
    text: () =>
      "NotFoundException: Key 'arn:aws:kms:us-west-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab' does not exist",
    headline: /In us-west-2 there is no replica of that multi-Region key, .*replicate-key/,
  },
  "EFS', of a key that it did not find": {
    text: () =>
      'CREATE_FAILED | AWS::EFS::FileSystem | Efs The request was rejected because the specified key could not be found. [error=NotFoundException]',
    headline: /There is no such key or alias in the account and the Region that were asked/,
  },
  'a ciphertext of another key': {
    text: () =>
      'IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.',
    headline:
      /\. The ciphertext was made under another key than the one that the call names\..*which it is\.$/,
  },
  'a ciphertext of another encryption context': {
    text: () => 'An error occurred (InvalidCiphertextException) when calling the Decrypt operation:',
    headline: /\. The ciphertext was not made under this key with the encryption context that the call gave/,
  },
  'grants without end': {
    text: () => `LimitExceededException: the grants of ${made.good}`,
    headline: /\. A quota is used up\. A key can have at most 50,000 grants/,
  },
  "a snapshot's under aws/ebs, to be shared": {
    text: () =>
      '==> amazon-ebs: Error modify snapshot attributes: OperationNotPermitted: Encrypted snapshots with EBS default key cannot be shared',
    headline:
      /The key aws\/ebs is its own account's, .*: copy the snapshot or the image to a customer managed key/,
  },
  "a copy's, without encryption": {
    text: () =>
      'Error Copying AMI (ami-0123456789abcdef0): InvalidRequest: Snapshot snap-0123456789abcdef0 is encrypted. Creating an unencrypted copy from an encrypted snapshot is not supported.',
    headline: /A copy of what is encrypted is encrypted: leave Encrypted out/,
  },
  'an image of another account': {
    text: () => 'You do not have permission to access the storage of this ami',
    headline: /needs its snapshots shared with the copying account \(createVolumePermission\)/,
  },
  'a key policy that shuts its maker out': {
    text: () =>
      'MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.',
    headline: /Whoever puts a key policy has to keep kms:PutKeyPolicy on the key/,
  },
  "CloudFormation's, of a principal that is not there": {
    text: () =>
      'UPDATE_FAILED | AWS::KMS::Key | Key44B26597\nPolicy contains a statement with one or more invalid principals. (Service: Kms, Status Code: 400, Request ID: 4ae49104-e6ff-435c-ba6c-350e0aa0de35,\nExtended Request ID: null)',
    headline: /It names somebody whom IAM does not know: .*AROA….*a role without its path/,
  },
  "CreateGrant's, of a service-linked role that nobody has made": {
    text: () =>
      `InvalidArnException: ARN does not refer to a valid principal: arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    headline: /is made when its service is first used, or by aws iam create-service-linked-role/,
  },
  "Karpenter's, of the role for Spot Instances": {
    text: () =>
      'AuthFailure.ServiceLinkedRoleCreationNotPermitted: The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
    headline: /may not make the service-linked role \(iam:CreateServiceLinkedRole\); .*spot\.amazonaws\.com/,
  },
  "Karpenter's, of a node whose instance is of another account": {
    text: () => 'NodeClaim default-abc: instance i-0123456789abcdef0: Client.InvalidKMSKey.InvalidState',
    headline: JOHN,
    symptom: /of what KMS refused to ec2 for somebody, this was the last\.$/,
  },
  'an alias that is taken': {
    text: () =>
      `AlreadyExistsException: An alias with the name arn:aws:kms:${REGION}:123456789012:alias/app already exists`,
    headline: /There is such an alias already, .*--key-id arn:aws:kms:\S+:alias\/app shows which/,
  },
  'an alias of AWS': {
    text: () =>
      'NotAuthorizedException: You do not have permission to create aliases with the prefix alias/aws',
    headline: /Names that begin with alias\/aws\/ are for the keys of AWS services/,
  },
  "S3's, of a queue that it is to notify": {
    text: () =>
      'An error occurred (InvalidArgument) when calling the PutBucketNotificationConfiguration operation: Unable to validate the following destination configurations',
    headline:
      /S3 may not send .*: latchkey can s3\.amazonaws\.com kms:GenerateDataKey KEY; .*customer managed key\.$/,
  },
  "EventBridge's, in a dead-letter queue": {
    text: () =>
      JSON.stringify({
        RULE_ARN: `arn:aws:events:${REGION}:123456789012:rule/r`,
        ERROR_CODE: 'NO_PERMISSIONS',
      }),
    headline:
      /let events\.amazonaws\.com in by their policies: latchkey can events\.amazonaws\.com kms:GenerateDataKey KEY/,
  },
  "AWS Backup's, of a vault of another account": {
    text: () => 'Access Denied trying to call AWS Backup service',
    headline: /access policy of the vault .*\(backup:CopyIntoBackupVault\)/,
  },
  "Secrets Manager's, of a key that cannot be shared": {
    text: () =>
      "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
    headline:
      /That key is its own account's, .* under a customer managed key, whose policy lets the other account in\.$/,
  },
  'the state of a key that is enabled by now': {
    text: () =>
      `InvalidKeyId: ${made.good} is pending deletion. (Service: AWSKMS; Status Code: 400; Error Code: KMSInvalidStateException; Request ID: e81be56c-fcd4-49e0-b882-40def8749a9a; Proxy: null)`,
    headline:
      /which was pending deletion then\. What it is now: aws kms describe-key --key-id arn:aws:kms:\S+\.$/,
  },
  'a service that is not known here': {
    text: () => `ValidationException: You are not authorized to use KMS key ${made.good}`,
    headline: /It seems that KMS refused somebody; .*lookup-events .*: latchkey who-can arn:aws:kms:\S+\.$/,
  },
  'the same, which names no key': {
    text: () => 'failed to put image: KmsException: The operation failed because KMS access was denied',
    headline: /It seems that KMS refused somebody a key; .*: latchkey who-can KEY\.$/,
  },
  'anything else': {
    text: () => 'something went wrong',
    headline:
      /^The call with this message is not among the recorded calls\. Give what failed \(an instance, /,
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
