/** Messages in which services speak of a key without saying who was refused what on which: what each of them means, and what to ask. */
import { capital } from '../words/names.ts';
import { BACKUP_WORDINGS } from './backup-wordings.ts';
import { EXPLAINED_CODES, failureReason, STATES } from './failure-reasons.ts';
import { KEY_STORE_WORDINGS } from './key-store-wordings.ts';
import type { Wording } from './wording.ts';

const asking = (action: string, key: string | undefined) =>
  `ask about whoever called${key ? '' : ', and each key that it may be'}: latchkey can PRINCIPAL ${action} ${key ?? 'KEY'}`;

const lacks = (key: string | undefined) =>
  key ? 'It does not name the caller' : 'It names neither the caller nor the key';

const WORDINGS: readonly Wording[] = [
  {
    pattern: /failure message:\s*[\w-]{120}/i,
    says: () =>
      'Only its own account can open the encoded message: aws sts decode-authorization-message --encoded-message …; explain takes what that prints',
  },
  {
    pattern:
      /Client\.(?:InvalidKMSKey|InternalError)|Client error on launch|KMS key provided is in an incorrect state|inaccessible AWS KMS key/i,
    service: 'ec2',
    says: () =>
      'EC2 could not use the key of a volume for whoever launched the instance: explain the instance (i-…), or the group that launched it',
  },
  {
    pattern: /Not authorized to perform sts:AssumeRoleWith(?:WebIdentity|SAML)/i,
    says: () =>
      "The role's trust policy does not let that token in, or there is no such role: its Principal has to name the provider (Federated), which is to be in the role's account, and its conditions the token's audience and subject (for GitHub …:sub is repo:OWNER/NAME:…, for EKS system:serviceaccount:NAMESPACE:NAME). Neither the role nor the token is in the message: the event of the call has both (aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity), and explain takes it",
  },
  {
    pattern: /Amazon EMR\b.{0,200}KMS key/i,
    service: 'ec2',
    says: (_, key) =>
      `EMR launches its instances as the cluster's service role (EMR_DefaultRole_V2, if no other was given), for which EC2 asks KMS. The key has to be enabled, symmetric and of the cluster's Region; what the role lacks: latchkey can role/EMR_DefaultRole_V2 kms:CreateGrant ${key ?? 'KEY'} --through ec2:RunInstances, and the same for kms:GenerateDataKeyWithoutPlaintext. For the encryption of local disks the role of the instance profile needs the key, too`,
  },
  {
    pattern: /ciphertext refers to a customer master key that does not exist/i,
    says: (_, key) =>
      `KMS would not decrypt: a policy is in the way, or the key is gone or of another Region. ${lacks(key)}; ${asking('kms:Decrypt', key)}`,
  },
  {
    pattern:
      /calling the (?:(?:Get|Head|Put|Copy)Object|UploadPart\w*|CreateMultipartUpload|CompleteMultipartUpload) operation: (?:Access Denied|Forbidden)/i,
    service: 's3',
    says: (_, key) =>
      `S3 does not say what was in the way: a policy of the caller or of the bucket, or the object's key. Under a KMS key reading takes kms:Decrypt, writing kms:GenerateDataKey, and both for parts; ask about whoever called: latchkey can PRINCIPAL kms:Decrypt ${key ?? 'KEY'} --through s3:GetObject`,
  },
  {
    pattern: /Access to KMS is not allowed/i,
    service: 'secretsmanager',
    says: (_, key) =>
      `Secrets Manager was refused the secret's key, for whoever called: reading takes kms:Decrypt, writing kms:GenerateDataKey too. ${lacks(key)}; ${asking('kms:Decrypt', key)}`,
  },
  {
    pattern:
      /KMS key does not exist or is not allowed to be used with[^']{0,100}'arn:aws[\w-]*:logs:([a-z0-9-]+):/i,
    service: 'logs',
    says: (region) =>
      `The key's policy has to let the service logs.${region}.amazonaws.com use it. What it lacks: latchkey can logs.${region}.amazonaws.com kms:Encrypt KEY`,
  },
  {
    pattern:
      /KMS key (?:\S{1,200} )?does not exist, is not enabled or you do not have permissions to access it/i,
    service: 'rds',
    says: (_, key) =>
      `Whoever called needs kms:DescribeKey and kms:CreateGrant on a key that is enabled; ${asking('kms:CreateGrant', key)}`,
  },
  {
    pattern: /Given key ID is not accessible/i,
    service: 'ec2',
    says: () =>
      `Whoever copied a snapshot or an image may not use the key of the source, or that of the copy: explain the copy (snap-…, ami-…), or have it decided for a caller: latchkey explain SNAPSHOT --as PRINCIPAL --call CopySnapshot`,
  },
  {
    pattern: /encrypted volume was unable to access the KMS key|CustomerKeyHasBeenRevoked/i,
    service: 'ec2',
    says: (_, key) =>
      `EC2 could not use the volume's key for whoever attached it, or it is not enabled: explain the volume (vol-…), or ${asking('kms:CreateGrant', key)}`,
  },
  {
    pattern: /The volume 'vol-[0-9a-f]{8,17}' does not exist/i,
    service: 'ec2',
    says: (_, key) =>
      `EC2 deletes a new volume at once whose key it cannot use for whoever created it: explain the volume (vol-…), or ${asking('kms:GenerateDataKeyWithoutPlaintext', key)}`,
  },
  {
    pattern: /ResourceNotReady/,
    service: 'ec2',
    says: () =>
      'What was waited for failed, or took too long: explain it (i-…, vol-…, snap-…, ami-…); the reason of its state says more',
  },
  {
    isOfRequest: true,
    pattern: /not have permission to access the storage of this ami/i,
    says: () =>
      'Whoever copies an image of another account needs its snapshots shared with the copying account (createVolumePermission), and the right to use their key if they are encrypted',
  },
  {
    isOfRequest: true,
    pattern:
      /encrypted with (?:the )?(?:EBS default key|AWS Managed CMK|default AWS managed key)|snapshots with EBS default key cannot be shared/i,
    says: () =>
      "The key aws/ebs is its own account's, and nobody can change its policy: copy the snapshot or the image to a customer managed key, and share the copy, and in the key policy that key",
  },
  {
    isOfRequest: true,
    pattern: /unencrypted copy from an encrypted snapshot/i,
    says: () =>
      'A copy of what is encrypted is encrypted: leave Encrypted out, or set it, with a KmsKeyId that whoever copies may use',
  },
  {
    pattern: /Insufficient permissions to access S3 bucket \S{1,200} or KMS key/i,
    says: (_, key) =>
      `The key's policy has to let the service cloudtrail.amazonaws.com use it. What it lacks: latchkey can cloudtrail.amazonaws.com kms:GenerateDataKey ${key ?? 'KEY'}`,
  },
  {
    pattern: /new key policy will not allow you to update the key policy in the future/i,
    says: () =>
      "Whoever puts a key policy has to keep kms:PutKeyPolicy on the key, by a statement that names the caller, or by one that leaves it to the account (arn:aws:iam::ACCOUNT:root) and the caller's own policies",
  },
  {
    pattern:
      /null \(Service: (?:(?:AWSKMS|Kms)[;,] Status Code: 400[;,] (?:Error Code: AccessDenied|Request)|(?:Amazon)?S[NQ]S[;,][^)]{0,80}KMS\.?AccessDenied)/i,
    says: (_, key) =>
      `KMS refused whoever published to a topic or sent to a queue that is under a key: that takes kms:GenerateDataKey and kms:Decrypt, and a service that publishes (cloudwatch.amazonaws.com) has to be named by the key policy. ${lacks(key)}; ${asking('kms:GenerateDataKey', key)}`,
  },
  {
    pattern: /Key '?arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:key\/mrk-\w+'? does not exist/i,
    says: (region) =>
      `In ${region} there is no replica of that multi-Region key, or not any more: aws kms replicate-key makes one, with a policy and aliases of its own`,
  },
  {
    isOfRequest: true,
    pattern: /parameter \[?KmsKeyId\]? requires the parameter Encrypted/i,
    says: () =>
      'A volume or a copy has a key only if it is encrypted: Encrypted has to be given, as true, with KmsKeyId',
  },
  {
    pattern:
      /Key '\S{1,200}' does not exist|Invalid keyId \S|Invalid arn [a-z0-9-]+|specified (?:KMS )?key (?:Id )?could not be found|Alias \S{1,200} is not found/i,
    says: () =>
      'There is no such key or alias in the account and the Region that were asked: KMS answers for its own Region, an alias is looked for in the account of whoever calls, and a deleted key is gone',
  },
  {
    pattern:
      /one or more invalid principals|Invalid principal in policy|does not refer to a valid principal/i,
    says: () =>
      'It names somebody whom IAM does not know: a user or a role that was deleted (in a policy that was read its unique ID stands, AIDA… or AROA…) or is not made yet, a role without its path, or an account that does not exist. A service-linked role is made when its service is first used, or by aws iam create-service-linked-role --aws-service-name SERVICE, as for autoscaling.amazonaws.com',
  },
  {
    pattern: /ServiceLinkedRoleCreationNotPermitted/i,
    says: () =>
      'Whoever called may not make the service-linked role (iam:CreateServiceLinkedRole); it is made only once: aws iam create-service-linked-role --aws-service-name SERVICE, as for spot.amazonaws.com, by somebody who may',
  },
  {
    isOfRequest: true,
    pattern: /An alias with the name (\S{1,300}) already exists/i,
    says: (alias) =>
      `There is such an alias already, of this key or another: aws kms describe-key --key-id ${alias} shows which; aws kms update-alias lets it point to another key`,
  },
  {
    isOfRequest: true,
    pattern: /aliases with the prefix alias\/aws/i,
    says: () => 'Names that begin with alias/aws/ are for the keys of AWS services: choose another',
  },
  {
    pattern: /Unable to validate the following destination configurations/i,
    says: (_, key) =>
      `S3 may not send to the queue, the topic or the function: its own policy has to let s3.amazonaws.com in, and where it is under a KMS key, that key's policy too: latchkey can s3.amazonaws.com kms:GenerateDataKey ${key ?? 'KEY'}; the policies of alias/aws/sqs and alias/aws/sns cannot be changed, so that it takes a customer managed key`,
  },
  {
    pattern: /ERROR_CODE\W{1,10}(?:NO_PERMISSIONS|EVENT_ENCRYPTION_FAILURE)|Access to call kms:\w+ is denied/,
    says: (_, key) =>
      `The target, and the key that it is under, have to let events.amazonaws.com in by their policies: latchkey can events.amazonaws.com kms:GenerateDataKey ${key ?? 'KEY'}, and the same for kms:Decrypt`,
  },
  {
    pattern: /Access Denied trying to call AWS Backup service/i,
    says: () =>
      "The access policy of the vault that is copied to has to let the source account in (backup:CopyIntoBackupVault), and the policies of whoever copies, too; the vault's key is asked for later",
  },
  {
    isOfRequest: true,
    pattern:
      /encrypt(?:ed| the secret) with the default (?:(?:Backup|KMS) service|AWS KMS) (?:managed )?key/i,
    says: () =>
      "That key is its own account's, and nobody can change its policy: what is to be shared has to be under a customer managed key, whose policy lets the other account in",
  },
  ...BACKUP_WORDINGS,
  ...KEY_STORE_WORDINGS,
  {
    pattern: STATES,
    says: (state, key) =>
      `KMS refused the key for its state, which was ${state} then${state === 'unavailable' ? ': its custom key store was not connected' : ''}. What it is now: aws kms describe-key --key-id ${key ?? 'KEY'}`,
  },
  ...EXPLAINED_CODES.map((code) => ({
    pattern: new RegExp(`\\b${code}\\b`),
    says: () => sentenceOf(failureReason({ code })),
  })),
  {
    pattern: /(?:not authorized to perform|don't have the) (kms:\w+)/i,
    says: (action, key) => `${lacks(key)}; ${asking(action, key)}`,
  },
  {
    // Of a service that is not known here, or in words that are not.
    pattern:
      /(?:kms|encryption key|customer master key)\b.{0,200}(?:denied|not authorized|not accessible|inaccessible|permission|AccessDenied|not allowed)|(?:denied|not authorized|permission|not allowed)\b.{0,200}\bkms/i,
    says: (_, key) =>
      `It seems that KMS refused somebody${key ? '' : ' a key'}; who it was and what for stands in the event of the call on KMS: aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventSource,AttributeValue=kms.amazonaws.com. Who may use ${key ? 'the key' : 'a key'}: latchkey who-can ${key ?? 'KEY'}`,
  },
];

/** Without its full stop. */
const sentenceOf = (reason: string): string => capital(reason).slice(0, -1);

const KEY_ARN = /arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+/;

const OTHERWISE =
  'Give what failed (an instance, a volume, a group, a stack, a key), or the sentence with "User: … is not authorized to perform: …"';

/** What is wrong with the request, in a sentence; undefined of a message that does not say so. */
export function requestInWords(message: string): string | undefined {
  const line = message.replace(/\s+/g, ' ');
  const found = WORDINGS.find(({ isOfRequest, pattern }) => isOfRequest && pattern.test(line));
  const [, named = ''] = found?.pattern.exec(line) ?? [];
  return found && `${found.says(named, undefined)}.`;
}

export interface Meaning {
  readonly service?: string;
  readonly sentence: string;
}

/** What can be said of a message of whose call nothing is known. */
export function meaningOf(message: string): Meaning {
  const line = message.replace(/\s+/g, ' ');
  const [key] = KEY_ARN.exec(line) ?? [];
  for (const { pattern, service, says } of WORDINGS) {
    const found = pattern.exec(line);
    if (found) return { service, sentence: `${says(found[1] ?? '', key)}.` };
  }
  return { sentence: `${OTHERWISE}.` };
}
