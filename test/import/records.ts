/** CloudTrail records of all kinds, made from a number, so that a test can have as many as it wants and the same each time. */
import { gzipSync } from 'node:zlib';

const ACCOUNT = '111122223333';
const hex = (n: number, width: number) => n.toString(16).padStart(width, '0');
const eventId = (n: number) => `${hex(n, 8)}-12ab-34cd-56ef-1234567890ab`;
export const keyArn = (n: number) =>
  `arn:aws:kms:us-east-1:${ACCOUNT}:key/${hex(n, 8)}-12ab-34cd-56ef-0123456789ab`;

const roleIdentity = (n: number) => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE${n % 5}:i-${hex(n % 40, 17)}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app-${n % 5}/i-${hex(n % 40, 17)}`,
  accountId: ACCOUNT,
  accessKeyId: 'ASIAEXAMPLE',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: `AROAEXAMPLE${n % 5}`,
      arn: `arn:aws:iam::${ACCOUNT}:role/service/app-${n % 5}`,
      accountId: ACCOUNT,
      userName: `app-${n % 5}`,
    },
    attributes: { mfaAuthenticated: n % 3 === 0 ? 'true' : 'false', creationDate: '2026-11-01T00:00:00Z' },
  },
  ...(n % 2 === 0 && { invokedBy: 'ec2.amazonaws.com' }),
});

const userIdentity = (n: number) => ({
  type: 'IAMUser',
  principalId: `AIDAEXAMPLE${n % 3}`,
  arn: `arn:aws:iam::${ACCOUNT}:user/john-${n % 3}`,
  accountId: ACCOUNT,
  userName: `john-${n % 3}`,
});

const PARAMETERS: readonly ((n: number) => [name: string, parameters: object | null])[] = [
  (n) => [
    'Decrypt',
    { encryptionContext: { 'aws:ebs:id': `vol-${hex(n, 17)}` }, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
  ],
  (n) => [
    'GenerateDataKey',
    { keyId: keyArn(n % 7), encryptionContext: { Department: 'Fin"ance', a: 'b' }, keySpec: 'AES_256' },
  ],
  (n) => ['GenerateDataKey', { encryptionContext: { a: 'b', Department: 'Fin"ance' }, keyId: keyArn(n % 7) }],
  (n) => [
    'CreateGrant',
    {
      keyId: keyArn(n % 7),
      granteePrincipal: `arn:aws:iam::${ACCOUNT}:role/service/app-1`,
      operations: ['Decrypt', 'CreateGrant'],
      ...(n % 2 === 0 && { constraints: { encryptionContextSubset: { 'aws:ebs:id': `vol-${hex(n, 17)}` } } }),
    },
  ],
  (n) => ['DescribeKey', { keyId: keyArn(n % 7) }],
  () => ['ListKeys', null],
];

export function record(n: number): Record<string, unknown> {
  const [eventName, parameters] = (PARAMETERS[n % PARAMETERS.length] as (typeof PARAMETERS)[number])(n);
  const isDenied = n % 11 === 0;
  const namesKey = eventName !== 'ListKeys' && !isDenied;
  return {
    eventVersion: '1.11',
    userIdentity: n % 4 === 3 ? userIdentity(n) : roleIdentity(n),
    eventTime: new Date(Date.UTC(2026, 10, 1) + n * 1000).toISOString().replace('.000', ''),
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: n % 2 === 0 ? 'ec2.amazonaws.com' : `192.0.2.${n % 60}`,
    userAgent: 'aws-cli/2.0, "quoted"',
    requestParameters: isDenied ? null : parameters,
    responseElements: null,
    requestID: eventId(n),
    eventID: eventId(n),
    readOnly: true,
    ...(namesKey && { resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: keyArn(n % 7) }] }),
    ...(isDenied && {
      errorCode: 'AccessDenied',
      errorMessage: `User: x is not authorized to perform: kms:${eventName} on resource: y because no identity-based policy allows the kms:${eventName} action`,
    }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
}

export const records = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, n) => record(n));

export const logFile = (all: readonly object[]): Buffer => gzipSync(JSON.stringify({ Records: all }));
