/** Messages of services that keep copies, and of a stream that is under a key: they name no caller, since they call with a role that they were lent, or by a grant. */
import { parseArn } from '../../aws/arn.ts';
import type { Wording } from './wording.ts';

/** What is asked before anything is copied. */
const LOOKS: Readonly<Record<string, string>> = {
  volume: 'ec2:DescribeVolumes',
  instance: 'ec2:DescribeInstances',
  snapshot: 'ec2:DescribeSnapshots',
  image: 'ec2:DescribeImages',
  key: 'kms:DescribeKey',
};

function lookAt(arn: string): string {
  const { service, resource = '' } = parseArn(arn) ?? {};
  if (service === 's3') {
    return 'for a bucket it needs AWSBackupServiceRolePolicyForS3Backup (and to restore AWSBackupServiceRolePolicyForS3Restore), which the default role has only once somebody attaches them';
  }
  const action = LOOKS[resource.split('/')[0] ?? ''];
  const on = action?.startsWith('kms:') ? ` ${arn}` : '';
  return action
    ? `what it lacks: latchkey can role/AWSBackupDefaultServiceRole ${action}${on}`
    : 'its policies, its permissions boundary and the control policies of its account have to allow the Describe and List actions of that service';
}

export const BACKUP_WORDINGS: readonly Wording[] = [
  {
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
    pattern:
      /AWS Backup does not have (?:the )?permissions? to describe (?:the )?resource (arn:\S{1,2048}?)[.,]?(?=\s|$)/i,
    says: (arn) =>
      `AWS Backup calls with the role that the plan or the job names (AWSBackupDefaultServiceRole, where no other was chosen), and that role may not look at ${arn}; no key is in play yet: ${lookAt(arn)}`,
  },
  {
    // https://docs.aws.amazon.com/firehose/latest/APIReference/API_InvalidKMSResourceException.html
    pattern: /grant for the CMK to this delivery stream|InvalidKMSResourceException/i,
    says: (_, key) =>
      `Firehose uses the key of a stream by a grant, which it makes for whoever starts the encryption: the grant was never made or was revoked, or the key is not enabled. aws kms list-grants --key-id ${key ?? 'KEY'} shows the grants; start-delivery-stream-encryption makes a new one, if its caller may: latchkey can PRINCIPAL kms:CreateGrant ${key ?? 'KEY'} --through firehose:StartDeliveryStreamEncryption`,
  },
];
