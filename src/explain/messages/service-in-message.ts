/**
 * Which service asked KMS for whoever was refused, where the message tells: an SDK prints the operation that its caller asked for, or the
 * service that answered. What KMS itself answered to its own caller came through none, as far as the message goes.
 */

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  s3: [
    ...['GetObject', 'HeadObject', 'PutObject', 'CopyObject'],
    ...['CreateMultipartUpload', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'],
  ],
  secretsmanager: ['GetSecretValue', 'BatchGetSecretValue', 'CreateSecret', 'PutSecretValue', 'UpdateSecret'],
  ssm: ['GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory', 'PutParameter'],
  sqs: ['SendMessage', 'SendMessageBatch', 'ReceiveMessage'],
  sns: ['Publish', 'PublishBatch'],
  dynamodb: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Scan'],
  kinesis: ['PutRecords', 'GetRecords'],
};

const SERVICE_OF = new Map(
  Object.entries(OPERATIONS).flatMap(([service, names]) =>
    names.map((name) => [name.toLowerCase(), service]),
  ),
);

/** As SDKs call them, without Amazon, AWS, blanks and versions; `kms` is no service that asks KMS. */
const NAMES: Readonly<Record<string, string>> = {
  s3: 's3',
  secretsmanager: 'secretsmanager',
  ssm: 'ssm',
  simplesystemsmanagement: 'ssm',
  sqs: 'sqs',
  sns: 'sns',
  dynamodb: 'dynamodb',
  kinesis: 'kinesis',
  glue: 'glue',
};

/** Go's, Java's, the package of Java's exceptions, and Redshift's. */
const PRINTED = [
  /operation error ([\w ]{1,40}): \w+,/i,
  /\(Service: ([\w ]{1,40})[;,]/i,
  /(?:com\.amazonaws|software\.amazon\.awssdk)\.services\.([a-z0-9]{1,40})\.model\./,
  /\b(S3)ServiceException:/,
];

/** `operation`: what the client called, where the message says so. */
export function serviceInMessage(line: string, operation: string | undefined): string | undefined {
  const called = operation && SERVICE_OF.get(operation.toLowerCase());
  if (called) return called;
  const printed = PRINTED.map((pattern) => pattern.exec(line)?.[1]).filter((name) => name !== undefined);
  const found = new Set(printed.map((name) => NAMES[shortened(name)]));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

const shortened = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(' ', '')
    .replace(/^(?:amazon|aws)/, '')
    .replace(/v2$/, '');
