/** No secret is readable on disk, in what the server writes, or in CloudTrail; and `latchkey rekey` leaves no old root key. */
import assert from 'node:assert/strict';
import { constants, createHash, publicEncrypt, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CloudTrailClient, paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import {
  CreateCustomerGatewayCommand,
  CreateKeyPairCommand,
  CreateVpnConnectionCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  KMSClient,
  ReEncryptCommand,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import {
  AssumeRoleCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { auditLog } from '../../src/invoke/audit/audit.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { exported, type Place, placeFor, type Started } from '../worlds/cli-process.ts';
import { storedFiles } from '../worlds/stored-files.ts';

interface Config {
  endpoint: string;
  region: string;
  maxAttempts: number;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

async function configOf(place: Place): Promise<Config> {
  const variables = exported((await place.run(['env'])).stdout);
  return {
    endpoint: variables.AWS_ENDPOINT_URL as string,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY as string,
    },
  };
}

/** Every file under a directory, with its bytes. */
/** The ways in which bytes may be written. */
function spellings(secret: Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  const texts = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
  return [bytes, ...texts.map((text) => Buffer.from(text.replace(/=+$/, '')))];
}

/** Kept as it is, since instances ask for it; CloudTrail must not tell it. */
const USER_DATA = Buffer.from('#!/bin/sh\nexport PASSWORD=hunter2-hunter2\n').toString('base64');

class Secrets {
  readonly #known = new Map<string, Buffer[]>();

  add(what: string, secret: Uint8Array | string | undefined): void {
    assert.ok(secret && secret.length >= 8, `${what} was given out`);
    this.#known.set(what, spellings(typeof secret === 'string' ? Buffer.from(secret) : secret));
  }

  /** Which of them can be read in the haystack. */
  in(haystack: Buffer): string[] {
    return [...this.#known]
      .filter(([, forms]) => forms.some((form) => haystack.includes(form)))
      .map(([what]) => what);
  }
}

/** One of everything that gives out or takes in a secret. */
async function workload(config: Config, secrets: Secrets): Promise<void> {
  const kms = new KMSClient(config);
  const iam = new IAMClient(config);
  const sts = new STSClient(config);
  const ec2 = new EC2Client(config);
  secrets.add("the root user's secret access key", config.credentials.secretAccessKey);

  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  const plaintext = Buffer.from('the launch codes are 0451-7734');
  secrets.add('a plaintext', plaintext);
  const context = { purpose: 'test' };
  const encrypted = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: plaintext, EncryptionContext: context }),
  );
  await kms.send(
    new DecryptCommand({ CiphertextBlob: encrypted.CiphertextBlob, EncryptionContext: context }),
  );
  await kms.send(
    new ReEncryptCommand({
      CiphertextBlob: encrypted.CiphertextBlob,
      SourceEncryptionContext: context,
      DestinationKeyId: KeyId,
    }),
  );
  const dataKey = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
  secrets.add('a data key', dataKey.Plaintext);
  const pair = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }));
  secrets.add('a private data key', pair.PrivateKeyPlaintext);
  const random = await kms.send(new GenerateRandomCommand({ NumberOfBytes: 32 }));
  secrets.add('random bytes', random.Plaintext);

  const signing = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  const message = Buffer.from('a message that is signed, and nobody else’s business');
  secrets.add('a signed message', message);
  const sign = {
    KeyId: signing.KeyMetadata?.KeyId,
    Message: message,
    SigningAlgorithm: 'ECDSA_SHA_256' as const,
  };
  const { Signature } = await kms.send(new SignCommand(sign));
  await kms.send(new VerifyCommand({ ...sign, Signature }));
  const mac = await kms.send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
  const macOf = { KeyId: mac.KeyMetadata?.KeyId, Message: message, MacAlgorithm: 'HMAC_SHA_256' as const };
  secrets.add('a MAC', (await kms.send(new GenerateMacCommand(macOf))).Mac);

  secrets.add('imported key material', await importKnownKey(kms));

  await iam.send(new CreateUserCommand({ UserName: 'john' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
  secrets.add("a user's secret access key", AccessKey?.SecretAccessKey);
  const john = new STSClient({
    ...config,
    credentials: {
      accessKeyId: AccessKey?.AccessKeyId as string,
      secretAccessKey: AccessKey?.SecretAccessKey as string,
    },
  });
  const session = await john.send(new GetSessionTokenCommand({}));
  secrets.add("a session's secret access key", session.Credentials?.SecretAccessKey);
  secrets.add('a session token', session.Credentials?.SessionToken);
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'reader',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::123456789012:user/john' },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  );
  const assumed = await john.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'reading' }));
  secrets.add("a role session's secret access key", assumed.Credentials?.SecretAccessKey);
  secrets.add("a role session's token", assumed.Credentials?.SessionToken);
  const federated = await sts.send(new GetFederationTokenCommand({ Name: 'guest' })).catch(() => undefined);
  if (federated) secrets.add("a federated user's secret", federated.Credentials?.SecretAccessKey);

  const { KeyMaterial } = await ec2.send(new CreateKeyPairCommand({ KeyName: 'ssh' }));
  secrets.add('an SSH private key', KeyMaterial?.split('\n').slice(2, 4).join('\n'));
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  await ec2.send(
    new RunInstancesCommand({
      ImageId: Images?.[0]?.ImageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      UserData: USER_DATA,
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: KeyId } },
      ],
    }),
  );
  secrets.add('the key of a VPN tunnel', await tunnelKey(ec2));
  for (const client of [kms, iam, sts, ec2, john]) client.destroy();
}

async function tunnelKey(ec2: EC2Client): Promise<string> {
  const Type = 'ipsec.1';
  const { CustomerGateway } = await ec2.send(
    new CreateCustomerGatewayCommand({ Type, IpAddress: '203.0.113.1', BgpAsn: 65_010 }),
  );
  const PreSharedKey = 'correct.horse_battery';
  const { VpnConnection } = await ec2.send(
    new CreateVpnConnectionCommand({
      Type,
      CustomerGatewayId: CustomerGateway?.CustomerGatewayId,
      Options: { TunnelOptions: [{ PreSharedKey }] },
    }),
  );
  assert.match(VpnConnection?.CustomerGatewayConfiguration ?? '', new RegExp(PreSharedKey));
  return PreSharedKey;
}

async function importKnownKey(kms: KMSClient): Promise<Buffer> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: 'EXTERNAL' }));
  const KeyId = KeyMetadata?.KeyId;
  const parameters = await kms.send(
    new GetParametersForImportCommand({
      KeyId,
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_2048',
    }),
  );
  const material = randomBytes(32);
  const wrapped = publicEncrypt(
    {
      key: Buffer.from(parameters.PublicKey as Uint8Array),
      format: 'der',
      type: 'spki',
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
    } as Parameters<typeof publicEncrypt>[0],
    material,
  );
  await kms.send(
    new ImportKeyMaterialCommand({
      KeyId,
      ImportToken: parameters.ImportToken,
      EncryptedKeyMaterial: wrapped,
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    }),
  );
  await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('under the imported key') }));
  return material;
}

async function recordsOf(config: Config): Promise<Buffer> {
  const cloudtrail = new CloudTrailClient(config);
  const records: string[] = [];
  for await (const { Events } of paginateLookupEvents({ client: cloudtrail, pageSize: 50 }, {})) {
    records.push(...(Events ?? []).map((event) => JSON.stringify(event)));
  }
  cloudtrail.destroy();
  return Buffer.from(records.join('\n'));
}

/** The audit log as it is stored, with what LookupEvents does not show; on disk it may be compressed. */
async function logged(file: string): Promise<Buffer> {
  const store = openSqliteStore({ file });
  try {
    const entries = await store.read((tx) => tx.scan(auditLog, { limit: 10_000 }));
    assert.ok(entries.length > 20);
    return Buffer.from(JSON.stringify(entries));
  } finally {
    await store.close();
  }
}

describe('secrets', () => {
  test('the search finds a secret in each spelling', () => {
    const secrets = new Secrets();
    const secret = randomBytes(32);
    secrets.add('it', secret);
    for (const encoding of ['latin1', 'hex', 'base64', 'base64url'] as const) {
      const haystack = Buffer.from(
        `{"a":"${secret.toString(encoding)}"}`,
        encoding === 'latin1' ? 'latin1' : 'utf8',
      );
      assert.deepEqual(secrets.in(haystack), ['it'], encoding);
    }
    assert.deepEqual(secrets.in(createHash('sha256').update(secret).digest()), []);
  });

  test('none is on disk, in the output or in CloudTrail, while the server runs and after it ended', async (t) => {
    const place = placeFor(t);
    const server = await place.start(['--port', '0', '--data', 'd', '--delays', '0']);
    const config = await configOf(place);
    const secrets = new Secrets();
    await workload(config, secrets);
    const records = await recordsOf(config);
    assert.ok(records.includes('GenerateDataKeyPair'), 'the records tell of the workload');
    assert.deepEqual(secrets.in(records), []);
    assert.ok(!records.includes(USER_DATA), 'CloudTrail tells user data');
    const onDisk = () =>
      storedFiles(join(place.directory, 'd')).flatMap(({ path, bytes }) =>
        secrets.in(bytes).map((what) => `${what} in ${path}`),
      );
    assert.ok(storedFiles(join(place.directory, 'd')).length >= 3);
    assert.deepEqual(onDisk(), []);
    const { stdout, stderr } = await server.stop();
    assert.deepEqual(secrets.in(Buffer.from(stdout + stderr)), []);
    assert.equal(stderr, '');
    assert.deepEqual(onDisk(), []);
    assert.deepEqual(secrets.in(await logged(join(place.directory, 'd/latchkey.db'))), []);
  });

  test('every file of the data directory is the user’s alone', async (t) => {
    const place = placeFor(t);
    // As lax as it may be: the modes must not come from the shell's umask.
    const umask = process.umask(0);
    let server: Started;
    try {
      server = await place.start(['--port', '0', '--data', 'd', '--delays', '0']);
    } finally {
      process.umask(umask);
    }
    await workload(await configOf(place), new Secrets());
    await server.stop('SIGKILL');
    const directory = join(place.directory, 'd');
    const paths = ['.', ...(readdirSync(directory, { recursive: true }) as string[])];
    assert.ok(paths.length > 4, paths.join());
    const open = paths
      .map((path) => ({ path, mode: statSync(join(directory, path)).mode & 0o777 }))
      .filter(({ mode }) => (mode & 0o077) !== 0)
      .map(({ path, mode }) => `${path} ${mode.toString(8)}`);
    assert.deepEqual(open, []);
    assert.equal(statSync(join(directory, 'root.key')).mode & 0o777, 0o600);
  });
});

describe('latchkey rekey', () => {
  test('makes a new root key, forgets the old one, and everything can still be used', async (t) => {
    const place = placeFor(t);
    const rootKey = () => readFileSync(join(place.directory, 'd/root.key'));
    const server = await place.start(['--port', '0', '--data', 'd', '--delays', '0']);
    const config = await configOf(place);
    const rootKeyBefore = rootKey();
    const versions = rootKeyBefore.toString().match(/[0-9a-f]{8}/g) ?? [];
    assert.ok(versions.length > 0);
    const kms = new KMSClient(config);
    const iam = new IAMClient(config);
    const made: { KeyId?: string; CiphertextBlob?: Uint8Array }[] = [];
    for (let index = 0; index < 5; index++) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const KeyId = KeyMetadata?.KeyId;
      made.push({
        KeyId,
        ...(await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(`text ${index}`) }))),
      });
    }
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    const ec2 = new EC2Client(config);
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: Images?.[0]?.ImageId,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        BlockDeviceMappings: [
          { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: made[0]?.KeyId } },
        ],
      }),
    );

    const { stdout, code } = await place.run(['rekey']);
    assert.equal(code, 0);
    const [, resealed] =
      /^(\d+) secrets are sealed under a new root key; the old one is gone\.\n$/.exec(stdout) ?? [];
    assert.ok(Number(resealed) >= 7, `${stdout} keys, a user's and the root user's secrets`);
    assert.notDeepEqual(rootKey(), rootKeyBefore);
    for (const version of versions)
      assert.ok(!rootKey().toString().includes(version), 'the old root key is held');

    const assertUsable = async (with_: Config) => {
      const client = new KMSClient(with_);
      for (const [index, { CiphertextBlob }] of made.entries()) {
        const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }));
        assert.equal(Buffer.from(Plaintext as Uint8Array).toString(), `text ${index}`);
      }
      client.destroy();
      const john = new STSClient({
        ...with_,
        credentials: {
          accessKeyId: AccessKey?.AccessKeyId as string,
          secretAccessKey: AccessKey?.SecretAccessKey as string,
        },
      });
      await john.send(new GetSessionTokenCommand({}));
      john.destroy();
    };
    await assertUsable(config);
    for (const client of [kms, iam, ec2]) client.destroy();
    await server.stop('SIGKILL');

    await place.start(['--port', '0', '--data', 'd', '--delays', '0']);
    const after = await configOf(place);
    assert.equal(after.credentials.secretAccessKey, config.credentials.secretAccessKey);
    await assertUsable(after);
    const again = new EC2Client(after);
    const waiting = { client: again, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 };
    await waitUntilInstanceRunning(waiting, { InstanceIds: [Instances?.[0]?.InstanceId as string] });
    again.destroy();
    // What is sealed under the old key, were anything, could not be opened now: the database names no old version.
    for (const { path, bytes } of storedFiles(join(place.directory, 'd'))) {
      if (!path.endsWith('latchkey.db')) continue;
      for (const version of versions) assert.ok(!bytes.includes(`"${version}.`), path);
    }
    assert.ok(existsSync(join(place.directory, 'd/root.key')));
  });
});
