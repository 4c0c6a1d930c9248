/** `npm run bench import`: real accounts of size: files into a snapshot, questions of it, and a million CloudTrail records. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { addRecords, History } from '../src/import/cloudtrail/history.ts';
import { importFiles } from '../src/import/files/import-files.ts';
import { openForImport, saveSnapshot } from '../src/import/snapshot/store.ts';
import { openImportedWorld } from '../src/imported-world.ts';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const ROLES = 2000;
const KEYS = 3000;
const GRANTS = 10_000;
const RECORDS = Number(process.env.RECORDS ?? 1_000_000);
const RECORDS_A_FILE = 20_000;

const pad = (n: number) => String(n).padStart(12, '0');
const keyId = (n: number) => `1234abcd-12ab-34cd-56ef-${pad(n)}`;
const keyArn = (n: number) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId(n)}`;
const roleArn = (n: number) => `arn:aws:iam::${ACCOUNT}:role/app/role-${n}`;
const KEY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
  ],
});

function writeAccount(folder: string): void {
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
            { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: keyArn(n % KEYS) },
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

const NAMES = ['Decrypt', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKey'];

/** As long as the records of KMS are in trails, 1.4 KB. */
function record(n: number) {
  const role = n % ROLES;
  const session = `i-${(n % 5000).toString(16).padStart(17, '0')}`;
  const resource = keyArn(role);
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
    eventName: NAMES[n % NAMES.length],
    awsRegion: REGION,
    sourceIPAddress: `192.0.2.${n % 9}`,
    userAgent:
      'aws-sdk-java/2.20.0 Linux/6.1 OpenJDK_64-Bit_Server_VM/17.0.1 Java/17.0.1 vendor/Amazon.com_Inc. io/sync http/Apache',
    requestParameters: {
      keyId: resource,
      encryptionContext: { Department: 'Finance', item: `item-${n}` },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    },
    responseElements: null,
    additionalEventData: { keyMaterialId: 'a'.repeat(64) },
    requestID: `${(n + 1).toString(16).padStart(8, '0')}-12ab-34cd-56ef-1234567890ab`,
    eventID: `${(n + 1).toString(16).padStart(8, '0')}-12ab-34cd-56ef-0987654321ba`,
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

async function timed<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  const from = performance.now();
  const result = await work();
  const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${what.padEnd(64)} ${((performance.now() - from) / 1000).toFixed(2).padStart(8)} s  ${megabytes} MB`,
  );
  return result;
}

export async function importBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-import-'));
  try {
    writeAccount(folder);
    const out = `${folder}-snapshot`;
    await timed(`import of ${ROLES} roles, ${KEYS} keys, ${GRANTS} grants from files`, async () => {
      const into = openForImport(out);
      await importFiles([folder], into);
      saveSnapshot(out, into);
    });
    const history = new History();
    let bytes = 0;
    const logs = join(folder, 'log.json.gz');
    let folding = 0;
    for (let from = 0; from < RECORDS; from += RECORDS_A_FILE) {
      const text = JSON.stringify({
        Records: Array.from({ length: Math.min(RECORDS_A_FILE, RECORDS - from) }, (_, n) => record(from + n)),
      });
      bytes += text.length;
      writeFileSync(logs, gzipSync(text, { level: 1 }));
      const began = performance.now();
      await addRecords(
        history,
        createReadStream(logs).pipe(createGunzip({ chunkSize: 256 * 1024 })),
        'log',
        text.slice(0, 100),
      );
      folding += performance.now() - began;
    }
    console.log(
      `${`${RECORDS} CloudTrail records, ${Math.round(bytes / 1e6)} MB of JSON in .gz, into ${history.uses().length} uses`.padEnd(64)} ${(folding / 1000).toFixed(2).padStart(8)} s  ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
    );
    const into = openForImport(out);
    into.history.restore({
      uses: history.uses().slice(0, 100_000),
      events: [],
      coverage: history.coverage(),
      files: [],
    });
    saveSnapshot(out, into);
    const world = await timed('loading the snapshot', () => openImportedWorld(out));
    const ask = (question: string, body: object) =>
      world.questions[question]?.(body as Record<string, unknown>);
    await timed('who-can', async () => ask('who-can', { key: 'alias/key-7' }));
    await timed('explain', async () => ask('explain', { subject: keyArn(7) }));
    const check = (await timed('calibration over the uses', async () => ask('check', {}))) as unknown as {
      calibration: { agreement?: number; uses: number };
    };
    await timed(
      `what-if over ${check.calibration.uses} uses (agreement ${check.calibration.agreement})`,
      async () => ask('what-if', { target: 'alias/key-7', policy: KEY_POLICY }),
    );
    await world.close();
    rmSync(out, { recursive: true, force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
