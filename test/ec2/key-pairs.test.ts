/** Key pairs: that the private keys handed out are real, and that fingerprints are those that ssh-keygen and openssl compute. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  CreateKeyPairCommand,
  type CreateKeyPairCommandInput,
  CreateTagsCommand,
  DeleteKeyPairCommand,
  DescribeKeyPairsCommand,
  type EC2Client,
  ImportKeyPairCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';
import { recordWipes } from '../worlds/wiped.ts';

const ED25519 =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG1p7dqb+Gf8tdMmtWdjWj4kPk6SVTrBCyrNg5ML6n8z someone@example';

const colons = (digest: Buffer) => digest.toString('hex').match(/../g)!.join(':');
const create = (ec2: EC2Client, input: Partial<CreateKeyPairCommandInput>) =>
  ec2.send(new CreateKeyPairCommand({ KeyName: 'mine', ...input }));
const publicKeyOf = async (ec2: EC2Client, KeyName = 'mine') =>
  (await ec2.send(new DescribeKeyPairsCommand({ KeyNames: [KeyName], IncludePublicKey: true })))
    .KeyPairs![0]!;
const sshBlob = (line: string) => Buffer.from(line.split(' ')[1]!, 'base64');

describe('CreateKeyPair', () => {
  test('of RSA gives a PKCS #1 key, whose PKCS #8 form has the fingerprint', async (t) => {
    const { ec2 } = await ec2World(t);
    const { KeyMaterial, KeyFingerprint } = await create(ec2, {});
    assert.match(KeyMaterial!, /^-----BEGIN RSA PRIVATE KEY-----/);
    const key = createPrivateKey(KeyMaterial!);
    assert.equal(key.asymmetricKeyDetails!.modulusLength, 2048);
    const der = key.export({ type: 'pkcs8', format: 'der' });
    assert.equal(KeyFingerprint, colons(createHash('sha1').update(der).digest()));
    const shown = await publicKeyOf(ec2);
    assert.equal(shown.KeyType, 'rsa');
    const { n } = createPublicKey(key).export({ format: 'jwk' });
    assert.ok(sshBlob(shown.PublicKey!).includes(Buffer.from(n!, 'base64url')));
  });

  test('of Ed25519 gives an OpenSSH key that holds the public one', async (t) => {
    const { ec2 } = await ec2World(t);
    const wipes = recordWipes(t);
    const { KeyMaterial, KeyFingerprint } = await create(ec2, { KeyType: 'ed25519' });
    assert.match(KeyMaterial!, /^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    const shown = await publicKeyOf(ec2);
    const blob = sshBlob(shown.PublicKey!);
    const file = Buffer.from(KeyMaterial!.replace(/-----.*-----/g, ''), 'base64');
    assert.equal(file.subarray(0, 15).toString(), 'openssh-key-v1\0');
    assert.ok(file.includes(blob));
    // The private key stands before the public one.
    const secretAt = file.lastIndexOf(blob.subarray(-32)) - 32;
    assert.ok(wipes.wiped(file.subarray(secretAt, secretAt + 32)));
    assert.equal(KeyFingerprint, createHash('sha256').update(blob).digest('base64'));
  });

  const sshKeygen = spawnSync('ssh-keygen', ['-?']).error ? 'ssh-keygen is not installed' : false;
  for (const KeyType of ['rsa', 'ed25519'] as const) {
    test(`of ${KeyType} gives a file that OpenSSH reads`, { skip: sshKeygen }, async (t) => {
      const { ec2 } = await ec2World(t);
      const { KeyMaterial } = await create(ec2, { KeyType });
      const folder = mkdtempSync(join(tmpdir(), 'latchkey-key-pair-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const file = join(folder, 'key.pem');
      writeFileSync(file, KeyMaterial!, { mode: 0o600 });
      const { stdout, stderr } = spawnSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' });
      assert.equal(stderr, '');
      assert.deepEqual(sshBlob(stdout), sshBlob((await publicKeyOf(ec2)).PublicKey!));
    });

    test(`of ${KeyType} gives PuTTY's file too`, async (t) => {
      const { ec2 } = await ec2World(t);
      const { KeyMaterial } = await create(ec2, { KeyType, KeyFormat: 'ppk' });
      const [first, ...rest] = KeyMaterial!.split('\n');
      assert.equal(first, `PuTTY-User-Key-File-2: ssh-${KeyType}`);
      const lines = Number(
        rest.find((line) => line.startsWith('Public-Lines: '))!.slice('Public-Lines: '.length),
      );
      const start = rest.findIndex((line) => line.startsWith('Public-Lines: ')) + 1;
      const blob = rest.slice(start, start + lines).join('');
      assert.equal(blob, (await publicKeyOf(ec2)).PublicKey!.split(' ')[1]);
      assert.match(KeyMaterial!, /\nPrivate-MAC: [0-9a-f]{40}\n$/);
    });
  }

  test('hands the private key out once: neither the store nor the audit record has it', async (t) => {
    const world = await ec2World(t);
    const { KeyMaterial } = await create(world.ec2, {});
    const [event] = await world.trail({ name: 'EventName', value: 'CreateKeyPair' });
    assert.equal(event!.responseElements!.keyMaterial, '<sensitiveDataRemoved>');
    const middle = KeyMaterial!.split('\n')[5]!;
    assert.ok(!JSON.stringify(await world.trail()).includes(middle));
  });
});

describe('ImportKeyPair', () => {
  const load = (ec2: EC2Client, material: string, KeyName = 'mine') =>
    ec2.send(new ImportKeyPairCommand({ KeyName, PublicKeyMaterial: Buffer.from(material) }));

  test('takes OpenSSH lines and tells OpenSSH’s fingerprint of Ed25519 keys', async (t) => {
    const { ec2 } = await ec2World(t);
    const { KeyFingerprint } = await load(ec2, ED25519);
    assert.equal(KeyFingerprint, createHash('sha256').update(sshBlob(ED25519)).digest('base64'));
    assert.equal((await publicKeyOf(ec2)).PublicKey, `${ED25519.split(' ').slice(0, 2).join(' ')} mine`);
  });

  test('takes RSA keys as DER, and fingerprints them with MD5', async (t) => {
    const { ec2 } = await ec2World(t);
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const { KeyFingerprint } = await load(ec2, der.toString('base64'));
    assert.equal(KeyFingerprint, colons(createHash('md5').update(der).digest()));
    const { PublicKey } = await publicKeyOf(ec2);
    await load(ec2, PublicKey!, 'again');
    assert.equal((await publicKeyOf(ec2, 'again')).KeyFingerprint, KeyFingerprint);
  });

  test('takes the file format of RFC 4716', async (t) => {
    const { ec2 } = await ec2World(t);
    const body = ED25519.split(' ')[1]!;
    await load(
      ec2,
      `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "mine"\n${body}\n---- END SSH2 PUBLIC KEY ----`,
    );
    assert.equal((await publicKeyOf(ec2)).KeyType, 'ed25519');
  });

  for (const [what, material] of [
    ['nonsense', 'not a key'],
    ['a cut line', ED25519.slice(0, 60)],
    [
      'an elliptic curve',
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .publicKey.export({ type: 'spki', format: 'der' })
        .toString('base64'),
    ],
  ] as const) {
    test(`refuses ${what}`, async (t) => {
      const { ec2 } = await ec2World(t);
      assert.deepEqual(await refusal(load(ec2, material)), {
        code: 'InvalidKey.Format',
        message: 'Key is not in valid OpenSSH public key format',
        status: 400,
      });
    });
  }
});

test('policies speak of a pair by its name', async (t) => {
  const world = await ec2World(t);
  const { KeyPairId } = await create(world.ec2, { KeyType: 'ed25519' });
  const Resource = `arn:aws:ec2:${REGION}:${ACCOUNT}:key-pair/mine`;
  const john = await world.user('john', { Effect: 'Allow', Action: 'ec2:*', Resource });
  const Tags = [{ Key: 'a', Value: 'b' }];
  await john.ec2.send(new CreateTagsCommand({ Resources: [KeyPairId!], Tags }));
  assert.deepEqual((await publicKeyOf(world.ec2)).Tags, Tags);
  const other = await create(world.ec2, { KeyName: 'other', KeyType: 'ed25519' });
  const denied = john.ec2.send(new CreateTagsCommand({ Resources: [other.KeyPairId!], Tags }));
  assert.equal((await refusal(denied)).code, 'UnauthorizedOperation');
  await john.ec2.send(new DeleteKeyPairCommand({ KeyPairId }));
});

test('names are unique, unknown ones are told, and deleting twice is no error', async (t) => {
  const { ec2 } = await ec2World(t);
  const { KeyPairId } = await create(ec2, { KeyType: 'ed25519' });
  assert.equal((await refusal(create(ec2, {}))).code, 'InvalidKeyPair.Duplicate');
  const deletion = { KeyName: 'mine' };
  assert.deepEqual((await ec2.send(new DeleteKeyPairCommand(deletion))).KeyPairId, KeyPairId);
  assert.equal((await ec2.send(new DeleteKeyPairCommand(deletion))).Return, true);
  assert.deepEqual(await refusal(publicKeyOf(ec2)), {
    code: 'InvalidKeyPair.NotFound',
    message: "The key pair 'mine' does not exist",
    status: 400,
  });
});
