/** A real account of size, as the files that an import reads: outputs of the AWS CLI, and log files of CloudTrail. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
export const ROLES = 2000;
export const KEYS = 3000;
export const GRANTS = 10_000;
export const RECORDS = Number(process.env.RECORDS ?? 1_000_000);
const RECORDS_A_FILE = 20_000;
/** Keys that one role uses: with these, and the operations, the records come down to a hundred thousand uses. */
const KEYS_A_ROLE = 17;
/** One record in so many is of a denied call. */
const DENIED_EVERY = 1009;

const pad = (n: number) => String(n).padStart(12, '0');
const keyId = (n: number) => `1234abcd-12ab-34cd-56ef-${pad(n)}`;
const keyArn = (n: number) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId(n)}`;
const roleArn = (n: number) => `arn:aws:iam::${ACCOUNT}:role/app/role-${n}`;
const keysOf = (role: number) => Array.from({ length: KEYS_A_ROLE }, (_, k) => keyArn((role + k * 7) % KEYS));
export const KEY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
  ],
});

export function writeAccount(folder: string): void {
  let number = 0;
  const call = (operation: string, region: string, input: object, output: object) => {
    const file = join(folder, String(number++).padStart(6, '0'));
    const note = { operation, account: ACCOUNT, region, input, at: '2026-11-01T00:00:00Z' };
    writeFileSync(`${file}.call`, JSON.stringify(note));
    writeFileSync(`${file}.json`, JSON.stringify(output));
  };
  const roles = Array.from({ length: ROLES }, (_, n) => ({
    Arn: roleArn(n),
    RoleName: `role-${n}`,
    RoleId: `AROA${String(n).padStart(16, 'A')}`,
    Path: '/app/',
    AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
    RolePolicyList: [
      {
        PolicyName: 'keys',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: keysOf(n) },
          ],
        },
      },
    ],
  }));
  call(
    'iam:GetAccountAuthorizationDetails',
    'global',
    {},
    { RoleDetailList: roles, UserDetailList: [], GroupDetailList: [], Policies: [] },
  );
  call('organizations:DescribeOrganization', 'global', {}, {});
  call(
    'kms:ListKeys',
    REGION,
    {},
    { Keys: Array.from({ length: KEYS }, (_, n) => ({ KeyId: keyId(n), KeyArn: keyArn(n) })) },
  );
  call(
    'kms:ListAliases',
    REGION,
    {},
    {
      Aliases: Array.from({ length: KEYS }, (_, n) => ({
        AliasName: `alias/key-${n}`,
        TargetKeyId: keyId(n),
      })),
    },
  );
  for (let n = 0; n < KEYS; n++) {
    const KeyId = keyId(n);
    call(
      'kms:DescribeKey',
      REGION,
      { KeyId },
      {
        KeyMetadata: {
          KeyId,
          Arn: keyArn(n),
          KeyState: 'Enabled',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          Origin: 'AWS_KMS',
          KeyManager: 'CUSTOMER',
        },
      },
    );
    call('kms:GetKeyPolicy', REGION, { KeyId, PolicyName: 'default' }, { Policy: KEY_POLICY });
    const Grants = Array.from({ length: Math.ceil((GRANTS - n) / KEYS) }, (_, g) => ({
      GrantId: `${pad(n)}${pad(g)}`.padEnd(64, '0'),
      GranteePrincipal: roleArn((n + g) % ROLES),
      IssuingAccount: `arn:aws:iam::${ACCOUNT}:root`,
      Operations: ['Decrypt', 'CreateGrant'],
    }));
    call('kms:ListGrants', REGION, { KeyId }, { Grants });
    call('kms:ListResourceTags', REGION, { KeyId }, { Tags: [] });
  }
}

const eventId = (n: number) => `${(n + 1).toString(16).padStart(8, '0')}-12ab-34cd-56ef-0987654321ba`;
const lastDenied = () => Math.floor((RECORDS - 1) / DENIED_EVERY) * DENIED_EVERY;
/** A denial that is recorded. */
export const deniedEvent = (): string => eventId(lastDenied());

const NAMES = ['Decrypt', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKey'];

/** As long as the records of KMS are in trails, 1.4 KB. */
function record(n: number) {
  const role = n % ROLES;
  const session = `i-${(n % 5000).toString(16).padStart(17, '0')}`;
  const resource = keyArn((role + (Math.floor(n / (ROLES * NAMES.length)) % KEYS_A_ROLE) * 7) % KEYS);
  const isDenied = n % DENIED_EVERY === 0;
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${String(role).padStart(16, 'A')}:${session}`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/role-${role}/${session}`,
      accountId: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLEEXAMPLE12',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${String(role).padStart(16, 'A')}`,
          arn: roleArn(role),
          accountId: ACCOUNT,
          userName: `role-${role}`,
        },
        attributes: { creationDate: '2026-11-01T00:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: `${new Date(Date.UTC(2026, 10, 1) + n * 100).toISOString().slice(0, 19)}Z`,
    eventSource: 'kms.amazonaws.com',
    eventName: isDenied ? 'CreateGrant' : NAMES[n % NAMES.length],
    awsRegion: REGION,
    sourceIPAddress: `192.0.2.${n % 9}`,
    userAgent:
      'aws-sdk-java/2.20.0 Linux/6.1 OpenJDK_64-Bit_Server_VM/17.0.1 Java/17.0.1 vendor/Amazon.com_Inc. io/sync http/Apache',
    requestParameters: isDenied
      ? null
      : {
          keyId: resource,
          encryptionContext: { Department: 'Finance', item: `item-${n}` },
          encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        },
    ...(isDenied && {
      errorCode: 'AccessDenied',
      errorMessage: `User: ${roleArn(role)} is not authorized to perform: kms:CreateGrant on resource: ${resource} because no identity-based policy allows the kms:CreateGrant action`,
    }),
    responseElements: null,
    additionalEventData: { keyMaterialId: 'a'.repeat(64) },
    requestID: `${(n + 1).toString(16).padStart(8, '0')}-12ab-34cd-56ef-1234567890ab`,
    eventID: eventId(n),
    readOnly: true,
    resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: resource }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_256_GCM_SHA384',
      clientProvidedHostHeader: 'kms.us-east-1.amazonaws.com',
      keyExchange: 'X25519MLKEM768',
    },
  };
}

/** As CloudTrail delivers them; returns how many bytes of JSON they are. */
export function writeLogs(folder: string): number {
  let bytes = 0;
  for (let from = 0; from < RECORDS; from += RECORDS_A_FILE) {
    const text = JSON.stringify({
      Records: Array.from({ length: Math.min(RECORDS_A_FILE, RECORDS - from) }, (_, n) => record(from + n)),
    });
    bytes += text.length;
    writeFileSync(join(folder, `${String(from).padStart(9, '0')}.json.gz`), gzipSync(text, { level: 1 }));
  }
  return bytes;
}
