/**
 * What a service asks of KMS with its caller's rights for one call. KMS names what it refuses first: whoever is let do that alone
 * is refused the next.
 */
import type { Ruling } from '../../invoke/authorize.ts';
import { decide } from '../../policy/evaluate.ts';

/** Whoever writes asks for both (aws-facts J5, J7). */
const TO_WRITE = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

/**
 * Of those services only who writes asks for a data key.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz
 */
const SERVICES: ReadonlySet<string> = new Set(['sqs', 'sns', 'secretsmanager']);

/** And of S3, who uploads in parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions */
const OPERATIONS: ReadonlySet<string> = new Set([
  ...['SendMessage', 'SendMessageBatch', 'Publish', 'PublishBatch'],
  ...['CreateSecret', 'PutSecretValue', 'UpdateSecret'],
  ...['CreateMultipartUpload', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'],
]);

const DATA_KEY = 'kms:GenerateDataKeyWithoutPlaintext';
const GRANT = 'kms:CreateGrant';

/**
 * Of the key under which EC2 encrypts what it makes (aws-facts B2, B8). A grant alone is also asked for on the key of what there is.
 */
const OF_EC2: Readonly<Record<string, readonly string[]>> = {
  CopyImage: ['kms:DescribeKey', DATA_KEY, GRANT],
  CopySnapshot: ['kms:DescribeKey', DATA_KEY, GRANT],
  CreateFleet: [DATA_KEY, GRANT],
  RunInstances: [DATA_KEY, GRANT],
};

/** `operation` is the caller's; either is undefined where it is not known. */
export function askedTogether(
  action: string,
  { service, operation }: { readonly service?: string; readonly operation?: string },
): readonly string[] {
  const ofEc2 = service === 'ec2' && operation !== undefined && Object.hasOwn(OF_EC2, operation);
  const asked = ofEc2 ? (OF_EC2[operation] ?? []) : [];
  if (action !== GRANT && asked.includes(action)) return asked.filter((each) => each !== action);
  const [dataKey] = TO_WRITE;
  const isToWrite =
    (operation !== undefined && OPERATIONS.has(operation)) ||
    (service !== undefined && SERVICES.has(service) && action === dataKey);
  const others = TO_WRITE.filter((each) => each !== action);
  return isToWrite && others.length < TO_WRITE.length ? others : [];
}

/** Whatever nobody has read may turn out to be. */
export function isRefusedAnyway({ inputs, request }: Pick<Ruling, 'inputs' | 'request'>): boolean {
  const decision = decide(inputs, request);
  return !decision.allowed && !decision.missing;
}
