/**
 * KMS's answers as AWS gave them when it was recorded (docs/aws-behaviour/kms.md names the captures): codes, sentences,
 * those that are empty too, and which operation answers with the key's ARN.
 */
import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { ACCOUNT, auditRecords, REGION, statement } from '../worlds/account.ts';
import { type KmsWorld, keyPolicy, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const TEXT = Buffer.from('text');

let world: KmsWorld;
let kms: sdk.KMSClient;
let close: () => Promise<void>;
after(() => close());
before(async () => {
  // Delays as on AWS: the clock is moved.
  const ends = (end: unknown) => {
    close = end as () => Promise<void>;
  };
  world = await kmsWorld({ after: ends }, { delays: 1 });
  kms = await world.kms();
});

const answer = async (call: Promise<unknown>) => {
  const { code, message } = await refusal(call);
  // What the SDK makes of a message that is empty.
  return [code, message === 'UnknownError' ? '' : message];
};
const key = (KeySpec?: sdk.KeySpec, KeyUsage?: sdk.KeyUsageType) => world.key({ KeySpec, KeyUsage });
const disable = (KeyId: string) => kms.send(new sdk.DisableKeyCommand({ KeyId }));
const status = async (KeyId: string) => {
  const { $metadata: _, ...rest } = await kms.send(new sdk.GetKeyRotationStatusCommand({ KeyId }));
  return rest;
};
const rotations = async (KeyId: string) =>
  (await kms.send(new sdk.ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })))
    .Rotations ?? [];

describe('rotation', () => {
  test('answers with the ARN of the key, whatever was asked', async () => {
    const arn = await key();
    const KeyId = arn.split('/')[1]!;
    const rotated = await kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    assert.deepEqual([rotated.KeyId, (await status(KeyId)).KeyId], [arn, arn]);
    assert.deepEqual(
      (await rotations(KeyId)).map((each) => each.KeyId),
      [arn],
    );
  });

  test('on demand takes two minutes, shows meanwhile, and asked again is the same one', async () => {
    const KeyId = await key();
    const [first, again] = [0, 1].map(() => kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId })));
    assert.equal((await first)?.KeyId, (await again)?.KeyId);
    assert.ok((await status(KeyId)).OnDemandRotationStartDate);
    assert.equal((await rotations(KeyId)).length, 1);
    // Neither state ends it.
    await disable(KeyId);
    await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const pending = await status(KeyId);
    assert.equal(pending.KeyRotationEnabled, false);
    assert.ok(pending.OnDemandRotationStartDate);
    await world.server.advance(3 * MINUTE_MS);
    assert.equal((await status(KeyId)).OnDemandRotationStartDate, undefined);
    assert.deepEqual(
      (await rotations(KeyId)).map(({ KeyMaterialState, RotationType }) => [KeyMaterialState, RotationType]),
      [
        ['NON_CURRENT', undefined],
        ['CURRENT', 'ON_DEMAND'],
      ],
    );
  });

  test('enabled again without a period keeps period and date; after it was disabled it is a year', async () => {
    const KeyId = await key();
    const enable = (RotationPeriodInDays?: number) =>
      kms.send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
    await enable(2560);
    const first = await status(KeyId);
    await world.server.advance(DAY_MS);
    await enable();
    assert.deepEqual(await status(KeyId), first);
    await enable(90);
    assert.equal((await status(KeyId)).RotationPeriodInDays, 90);
    await kms.send(new sdk.DisableKeyRotationCommand({ KeyId }));
    await enable();
    assert.equal((await status(KeyId)).RotationPeriodInDays, 365);
  });

  for (const [spec, usage] of [
    ['HMAC_256', 'GENERATE_VERIFY_MAC'],
    ['RSA_2048', 'ENCRYPT_DECRYPT'],
    ['ECC_NIST_P256', 'SIGN_VERIFY'],
  ] as const) {
    test(`of a key that is ${spec} is refused without a word, after its state`, async () => {
      const KeyId = await key(spec, usage);
      for (const Command of [sdk.EnableKeyRotationCommand, sdk.RotateKeyOnDemandCommand]) {
        const call = () => kms.send(new Command({ KeyId }) as sdk.EnableKeyRotationCommand);
        assert.deepEqual(await answer(call()), ['UnsupportedOperationException', '']);
      }
      await kms.send(new sdk.DisableKeyRotationCommand({ KeyId }));
      assert.deepEqual(await status(KeyId), { KeyRotationEnabled: false, KeyId });
      assert.deepEqual(await rotations(KeyId), []);
      await disable(KeyId);
      for (const Command of [sdk.EnableKeyRotationCommand, sdk.RotateKeyOnDemandCommand]) {
        const call = () => kms.send(new Command({ KeyId }) as sdk.EnableKeyRotationCommand);
        assert.deepEqual(await answer(call()), ['DisabledException', `${KeyId} is disabled.`]);
      }
    });
  }

  test('of a marker that is none', async () => {
    const KeyId = await key();
    const call = kms.send(new sdk.ListKeyRotationsCommand({ KeyId, Marker: 'nonsense' }));
    assert.deepEqual(await answer(call), ['InvalidMarkerException', '']);
  });
});

describe('a dry run does the work', () => {
  const dry = { DryRun: true };
  const passed = [
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  ];

  test('of verifying a signature', async () => {
    const KeyId = await key('ECC_NIST_P256', 'SIGN_VERIFY');
    const input = { KeyId, Message: TEXT, SigningAlgorithm: 'ECDSA_SHA_256' as const };
    const { Signature } = await kms.send(new sdk.SignCommand(input));
    assert.deepEqual(await answer(kms.send(new sdk.VerifyCommand({ ...input, Signature, ...dry }))), passed);
    const wrong = { ...input, Signature: Buffer.from(Signature!).fill(1, 10, 12) };
    const refused = ['KMSInvalidSignatureException', ''];
    assert.deepEqual(await answer(kms.send(new sdk.VerifyCommand({ ...wrong, ...dry }))), refused);
  });

  test('of verifying a MAC', async () => {
    const KeyId = await key('HMAC_256', 'GENERATE_VERIFY_MAC');
    const input = { KeyId, Message: TEXT, MacAlgorithm: 'HMAC_SHA_256' as const };
    const { Mac } = await kms.send(new sdk.GenerateMacCommand(input));
    assert.deepEqual(await answer(kms.send(new sdk.VerifyMacCommand({ ...input, Mac, ...dry }))), passed);
    const wrong = kms.send(new sdk.VerifyMacCommand({ ...input, Mac: Buffer.alloc(32), ...dry }));
    assert.deepEqual(await answer(wrong), ['KMSInvalidMacException', '']);
  });

  test('of decrypting, and keeps nothing of what it did', async () => {
    const KeyId = await key('RSA_2048', 'ENCRYPT_DECRYPT');
    const wrong = kms.send(
      new sdk.DecryptCommand({
        KeyId,
        CiphertextBlob: Buffer.alloc(256, 1),
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
        ...dry,
      }),
    );
    assert.deepEqual(await answer(wrong), ['InvalidCiphertextException', '']);
    const symmetric = await key();
    const grant = new sdk.CreateGrantCommand({
      KeyId: symmetric,
      GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`,
      Operations: ['Decrypt'],
      ...dry,
    });
    assert.deepEqual(await answer(kms.send(grant)), passed);
    assert.deepEqual((await kms.send(new sdk.ListGrantsCommand({ KeyId: symmetric }))).Grants, []);
  });

  test('without a ciphertext only where it is told to leave it out', async () => {
    const KeyId = await key();
    const tried = kms.send(
      new sdk.DecryptCommand({ KeyId, ...dry, DryRunModifiers: ['IGNORE_CIPHERTEXT'] } as never),
    );
    assert.deepEqual(await answer(tried), passed);
    const CiphertextBlob = Buffer.alloc(100);
    for (const more of [{}, { DryRun: false }, { CiphertextBlob }]) {
      const wet = { KeyId, DryRunModifiers: ['IGNORE_CIPHERTEXT'], ...more };
      assert.deepEqual(await answer(kms.send(new sdk.DecryptCommand(wet as never))), [
        'ValidationException',
        'DryRunModifiers can be specified only with DryRun.',
      ]);
    }
  });
});

describe('a ciphertext', () => {
  const incorrect = [
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  ];

  test('of another key than the request names, of whatever usage, is of an incorrect key', async () => {
    const { CiphertextBlob } = await kms.send(
      new sdk.EncryptCommand({ KeyId: await key(), Plaintext: TEXT }),
    );
    for (const KeyId of [
      await key(),
      await key('HMAC_256', 'GENERATE_VERIFY_MAC'),
      await key('RSA_2048', 'SIGN_VERIFY'),
    ]) {
      assert.deepEqual(await answer(kms.send(new sdk.DecryptCommand({ KeyId, CiphertextBlob }))), incorrect);
      const again = new sdk.ReEncryptCommand({ SourceKeyId: KeyId, DestinationKeyId: KeyId, CiphertextBlob });
      assert.deepEqual(await answer(kms.send(again)), incorrect);
    }
  });

  test('goes from material to material, each told where there is one: of symmetric keys', async () => {
    const RSA = 'RSAES_OAEP_SHA_256' as const;
    const ends = [
      { KeyId: await key(), algorithm: 'SYMMETRIC_DEFAULT' as const },
      { KeyId: await key(), algorithm: 'SYMMETRIC_DEFAULT' as const },
      { KeyId: await key('RSA_2048', 'ENCRYPT_DECRYPT'), algorithm: RSA },
      { KeyId: await key('RSA_2048', 'ENCRYPT_DECRYPT'), algorithm: RSA },
    ] as const;
    for (const [from, to] of [
      [ends[0], ends[1]],
      [ends[0], ends[2]],
      [ends[2], ends[0]],
      [ends[2], ends[3]],
    ] as const) {
      const { CiphertextBlob } = await kms.send(
        new sdk.EncryptCommand({ KeyId: from.KeyId, Plaintext: TEXT, EncryptionAlgorithm: from.algorithm }),
      );
      const answered = await kms.send(
        new sdk.ReEncryptCommand({
          CiphertextBlob,
          SourceKeyId: from.KeyId,
          SourceEncryptionAlgorithm: from.algorithm,
          DestinationKeyId: to.KeyId,
          DestinationEncryptionAlgorithm: to.algorithm,
        }),
      );
      const { SourceKeyMaterialId: source, DestinationKeyMaterialId: destination } = answered;
      const isTold = ({ algorithm }: { algorithm: string }) => algorithm === 'SYMMETRIC_DEFAULT';
      assert.deepEqual([source !== undefined, destination !== undefined], [isTold(from), isTold(to)]);
      const [record] = await world.trail('ReEncrypt');
      const expected = {
        ...(source && { sourceKeyMaterialId: source }),
        ...(destination && { destinationKeyMaterialId: destination }),
      };
      assert.deepEqual(
        (record as unknown as Record<string, unknown>).additionalEventData,
        source || destination ? expected : undefined,
      );
    }
  });

  test('under RSA asks for the key and the algorithm', async () => {
    const KeyId = await key('RSA_2048', 'ENCRYPT_DECRYPT');
    const algorithm = { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' as const };
    const { CiphertextBlob } = await kms.send(
      new sdk.EncryptCommand({ KeyId, Plaintext: TEXT, ...algorithm }),
    );
    assert.deepEqual(await answer(kms.send(new sdk.DecryptCommand({ CiphertextBlob, ...algorithm }))), [
      'ValidationException',
      'KeyId must not be null',
    ]);
    assert.deepEqual(await answer(kms.send(new sdk.DecryptCommand({ KeyId, CiphertextBlob }))), [
      'InvalidCiphertextException',
      '',
    ]);
    const EncryptionContext = { a: 'b' };
    const own = await kms.send(new sdk.EncryptCommand({ KeyId: await key(), Plaintext: TEXT }));
    const symmetric = { CiphertextBlob: own.CiphertextBlob, DestinationKeyId: KeyId };
    const source = { CiphertextBlob, SourceKeyId: KeyId, DestinationKeyId: KeyId };
    const between = {
      SourceEncryptionAlgorithm: algorithm.EncryptionAlgorithm,
      DestinationEncryptionAlgorithm: algorithm.EncryptionAlgorithm,
    };
    for (const command of [
      new sdk.EncryptCommand({ KeyId, Plaintext: TEXT, ...algorithm, EncryptionContext }),
      new sdk.DecryptCommand({ KeyId, CiphertextBlob, ...algorithm, EncryptionContext }),
      new sdk.ReEncryptCommand({ ...source, ...between, SourceEncryptionContext: EncryptionContext }),
      new sdk.ReEncryptCommand({
        ...symmetric,
        DestinationEncryptionAlgorithm: algorithm.EncryptionAlgorithm,
        DestinationEncryptionContext: EncryptionContext,
      }),
    ]) {
      assert.deepEqual(await answer(kms.send(command as sdk.EncryptCommand)), [
        'ValidationException',
        'EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.',
      ]);
    }
  });

  test('of a multi-Region key does not open by the ARN of a relative', async () => {
    const KeyId = await world.key({ MultiRegion: true });
    await kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'us-west-2' }));
    await world.server.advance(MINUTE_MS);
    const west = await world.kms(ACCOUNT, 'us-west-2');
    const { CiphertextBlob } = await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext: TEXT }));
    await west.send(new sdk.DecryptCommand({ KeyId: KeyId.split('/')[1]!, CiphertextBlob }));
    await kms.send(new sdk.DecryptCommand({ KeyId, CiphertextBlob }));
    assert.deepEqual(await answer(west.send(new sdk.DecryptCommand({ KeyId, CiphertextBlob }))), incorrect);
  });
});

describe('a public key', () => {
  test('is given of a disabled key, not of one that is to be deleted', async () => {
    const KeyId = await key('ECC_NIST_P256', 'SIGN_VERIFY');
    const get = () => kms.send(new sdk.GetPublicKeyCommand({ KeyId }));
    await disable(KeyId);
    assert.ok((await get()).PublicKey);
    await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.deepEqual(await answer(get()), ['KMSInvalidStateException', `${KeyId} is pending deletion.`]);
  });

  test('is not had by symmetric and HMAC keys', async () => {
    for (const KeyId of [await key(), await key('HMAC_512', 'GENERATE_VERIFY_MAC')]) {
      const call = kms.send(new sdk.GetPublicKeyCommand({ KeyId }));
      assert.deepEqual(await answer(call), ['UnsupportedOperationException', '']);
    }
  });

  test('of the other side that is none, or on another curve, is refused without a word', async () => {
    const KeyId = await key('ECC_NIST_P256', 'KEY_AGREEMENT');
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    for (const PublicKey of [Buffer.from('no key'), publicKey.export({ type: 'spki', format: 'der' })]) {
      const call = kms.send(
        new sdk.DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }),
      );
      assert.deepEqual(await answer(call), ['ValidationException', '']);
    }
  });

  test('EXTERNAL_MU is of ML-DSA only', async () => {
    const KeyId = await key('ECC_NIST_P256', 'SIGN_VERIFY');
    const call = kms.send(
      new sdk.SignCommand({
        KeyId,
        Message: TEXT,
        MessageType: 'EXTERNAL_MU',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    assert.deepEqual(await answer(call), [
      'ValidationException',
      'Message type EXTERNAL_MU is incompatible with key spec ECC_NIST_P256.',
    ]);
  });
});

describe('a grant', () => {
  const grantee = { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root` };
  const SERVICE = 'dynamodb.amazonaws.com';
  const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/t`;

  test('must suit the key', async () => {
    const KeyId = await key('HMAC_224', 'GENERATE_VERIFY_MAC');
    const create = (more: Partial<sdk.CreateGrantCommandInput>) =>
      answer(kms.send(new sdk.CreateGrantCommand({ KeyId, ...grantee, Operations: ['VerifyMac'], ...more })));
    assert.deepEqual(await create({ Operations: ['Encrypt'] }), [
      'ValidationException',
      'Operations [Encrypt] are not supported when creating a grant for a symmetric KMS key with key usage ' +
        'GENERATE_VERIFY_MAC. Valid operations are [CreateGrant, RetireGrant, DescribeKey, GenerateMac, VerifyMac]',
    ]);
    assert.deepEqual(await create({ Constraints: { EncryptionContextSubset: { a: 'b' } } }), [
      'ValidationException',
      'EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.',
    ]);
  });

  test('is retired by the ARN of its key, not by the bare id', async () => {
    const KeyId = await key();
    const { GrantId } = await kms.send(
      new sdk.CreateGrantCommand({ KeyId, ...grantee, Operations: ['Decrypt'] }),
    );
    const retire = (id: string) => kms.send(new sdk.RetireGrantCommand({ KeyId: id, GrantId }));
    assert.deepEqual(await answer(retire(KeyId.split('/')[1]!)), ['NotFoundException', 'Invalid arn']);
    await retire(KeyId);
  });

  test('to a service is for a resource, names who retires it, and is shown as such', async () => {
    const KeyId = await key();
    const terms = {
      GranteeServicePrincipal: SERVICE,
      RetiringServicePrincipal: SERVICE,
      Constraints: { SourceArn: TABLE, EncryptionContextSubset: { Department: 'IT' } },
    };
    const create = (more: object) =>
      kms.send(
        new sdk.CreateGrantCommand({
          KeyId,
          Operations: ['Decrypt'],
          ...terms,
          ...more,
        }),
      );
    for (const lacking of [
      { Constraints: undefined },
      { RetiringServicePrincipal: undefined },
      { GranteePrincipal: grantee.GranteePrincipal },
      { RetiringPrincipal: grantee.GranteePrincipal },
      { GranteeServicePrincipal: 'nobody.example.com' },
      { GranteeServicePrincipal: undefined },
    ]) {
      assert.equal((await answer(create(lacking)))[0], 'ValidationException', JSON.stringify(lacking));
    }
    const { GrantId } = await create({});
    const { Grants } = await kms.send(
      new sdk.ListGrantsCommand({ KeyId, GranteeServicePrincipal: SERVICE } as sdk.ListGrantsCommandInput),
    );
    const { CreationDate: _, ...shown } = Grants![0]!;
    assert.deepEqual(shown, {
      KeyId,
      GrantId,
      Name: '',
      GranteeServicePrincipal: SERVICE,
      RetiringServicePrincipal: SERVICE,
      IssuingAccount: `arn:aws:iam::${ACCOUNT}:root`,
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextSubset: { Department: 'IT' }, SourceArn: TABLE },
    });
    const retirable = await kms.send(
      new sdk.ListRetirableGrantsCommand({
        RetiringServicePrincipal: SERVICE,
      } as unknown as sdk.ListRetirableGrantsCommandInput),
    );
    assert.deepEqual(
      retirable.Grants!.map((each) => each.GrantId),
      [GrantId],
    );
  });

  test('of a source that is no ARN is none', async () => {
    const grant = new sdk.CreateGrantCommand({
      KeyId: await key(),
      Operations: ['Decrypt'],
      GranteeServicePrincipal: SERVICE,
      RetiringServicePrincipal: SERVICE,
      Constraints: { SourceArn: 'arn:aws:dynamodb' },
    });
    assert.deepEqual(await answer(kms.send(grant)), ['InvalidArnException', 'Invalid arn arn:aws:dynamodb']);
  });

  test('to a service can be limited by condition keys', async () => {
    const KeyId = await key();
    const condition = {
      StringEquals: { 'kms:GranteeServicePrincipal': SERVICE, 'kms:RetiringServicePrincipal': SERVICE },
      ArnEquals: { 'kms:GrantConstraintSourceArn': TABLE },
    };
    const giver = await world.user('giver', {
      allow: [statement('kms:CreateGrant', { Condition: condition })],
    });
    const create = (SourceArn: string) =>
      giver.kms.send(
        new sdk.CreateGrantCommand({
          KeyId,
          Operations: ['Decrypt'],
          GranteeServicePrincipal: SERVICE,
          RetiringServicePrincipal: SERVICE,
          Constraints: { SourceArn },
        }),
      );
    await create(TABLE);
    assert.equal((await answer(create(`${TABLE}2`)))[0], 'AccessDeniedException');
  });
});

describe('imported material', () => {
  const SECRET = Buffer.alloc(32, 7);
  const SECOND = Buffer.alloc(32, 8);

  async function importInto(
    KeyId: string,
    material: Buffer,
    more: Partial<sdk.ImportKeyMaterialCommandInput> = {},
  ) {
    const { ImportToken, PublicKey } = await kms.send(
      new sdk.GetParametersForImportCommand({
        KeyId,
        WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        WrappingKeySpec: 'RSA_2048',
      }),
    );
    const wrapping = {
      key: Buffer.from(PublicKey!),
      format: 'der' as const,
      type: 'spki' as const,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
    };
    return kms.send(
      new sdk.ImportKeyMaterialCommand({
        KeyId,
        ImportToken,
        EncryptedKeyMaterial: publicEncrypt(wrapping, material),
        ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
        ...more,
      }),
    );
  }
  const imported = async () => {
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    const { KeyMaterialId } = await importInto(KeyId, SECRET);
    return { KeyId, id: KeyMaterialId! };
  };
  const state = async (KeyId: string) =>
    (await kms.send(new sdk.DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;

  test('must be what the request says it is', async () => {
    const { KeyId, id } = await imported();
    const NEW = { ImportType: 'NEW_KEY_MATERIAL' as const };
    const incorrect = (sentence: string) => ['IncorrectKeyMaterialException', sentence];
    assert.deepEqual(
      await answer(importInto(KeyId, SECRET, NEW)),
      incorrect(
        `Key material (id: ${id}) being imported as NEW_KEY_MATERIAL is already associated with KMS key ${KeyId}.`,
      ),
    );
    assert.deepEqual(
      await answer(importInto(KeyId, SECOND)),
      incorrect(`Imported key material does not have the expected identifier (${id}).`),
    );
    assert.deepEqual(await answer(importInto(KeyId, SECOND, { ...NEW, KeyMaterialId: id })), [
      'ValidationException',
      'Input parameter keyMaterialId cannot be used with NEW_KEY_MATERIAL importType.',
    ]);
    const next = (await importInto(KeyId, SECOND, NEW)).KeyMaterialId;
    const [code, sentence] = await answer(importInto(KeyId, Buffer.alloc(32, 9), NEW));
    assert.equal(code, 'KMSInvalidStateException');
    assert.match(
      sentence!,
      new RegExp(
        `^New key material \\(id: [0-9a-f]{64}\\) cannot be imported into KMS key ${KeyId}, because another key material \\(id: ${next}\\) is pending rotation\\.$`,
      ),
    );
  });

  test('expires at a time that is neither past nor far', async () => {
    const { KeyId } = await imported();
    const until = (ms: number) =>
      answer(
        importInto(KeyId, SECRET, {
          ExpirationModel: 'KEY_MATERIAL_EXPIRES',
          ValidTo: new Date(Date.now() + ms),
        }),
      );
    assert.deepEqual(await until(-DAY_MS), ['ValidationException', 'ValidTo must be in the future']);
    assert.deepEqual(await until(500 * DAY_MS), [
      'ValidationException',
      'ValidTo must be less than 365 days in the future',
    ]);
  });

  test('is wrapped as suits the key', async () => {
    const OAEP = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'];
    const AES = ['RSA_AES_KEY_WRAP_SHA_1', 'RSA_AES_KEY_WRAP_SHA_256'];
    const others = ['RSAES_PKCS1_V1_5', 'SM2PKE'];
    const refused: readonly (readonly [spec: string, usage: string, wrapping: string, by: string[]])[] = [
      ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', 'RSA_2048', [...AES, ...others]],
      ['HMAC_512', 'GENERATE_VERIFY_MAC', 'RSA_2048', [...AES, ...others]],
      ['RSA_2048', 'SIGN_VERIFY', 'RSA_4096', [...OAEP, ...others]],
      ['ECC_NIST_P256', 'SIGN_VERIFY', 'RSA_3072', others],
      ['ECC_NIST_P256', 'SIGN_VERIFY', 'SM2', [...OAEP, ...AES, ...others]],
      // There is no room for the longest of the curves' keys.
      ['ECC_NIST_P521', 'KEY_AGREEMENT', 'RSA_2048', [...OAEP, ...others]],
    ];
    for (const [KeySpec, KeyUsage, WrappingKeySpec, algorithms] of refused) {
      const KeyId = await world.key({ KeySpec, KeyUsage, Origin: 'EXTERNAL' } as sdk.CreateKeyCommandInput);
      for (const WrappingAlgorithm of algorithms) {
        const wanted = {
          KeyId,
          WrappingAlgorithm,
          WrappingKeySpec,
        } as sdk.GetParametersForImportCommandInput;
        assert.deepEqual(await answer(kms.send(new sdk.GetParametersForImportCommand(wanted))), [
          'ValidationException',
          `Wrapping algorithm ${WrappingAlgorithm} and wrapping key spec ${WrappingKeySpec} cannot be used to import a ${KeySpec} key.`,
        ]);
      }
    }
  });

  test('imported again enables a disabled key', async () => {
    const { KeyId } = await imported();
    await disable(KeyId);
    await importInto(KeyId, SECRET);
    assert.equal(await state(KeyId), 'Enabled');
  });

  test('that was never there cannot be deleted, nor rotated to', async () => {
    const { KeyId } = await imported();
    const unknown = '0'.repeat(64);
    const call = kms.send(new sdk.DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId: unknown }));
    assert.deepEqual(await answer(call), [
      'ValidationException',
      `Key material (id: ${unknown}) has never been imported into KMS key ${KeyId}.`,
    ]);
    assert.deepEqual(await answer(kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }))), [
      'KMSInvalidStateException',
      `No available key material pending rotation for the key: ${KeyId}.`,
    ]);
  });

  test('that expires while it waits is still rotated to, and then missing', async () => {
    const { KeyId } = await imported();
    const now = (await kms.send(new sdk.DescribeKeyCommand({ KeyId }))).KeyMetadata!.CreationDate!;
    await importInto(KeyId, SECOND, {
      ImportType: 'NEW_KEY_MATERIAL',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo: new Date(now.getTime() + DAY_MS),
    });
    await world.server.advance(2 * DAY_MS);
    assert.equal(await state(KeyId), 'Enabled');
    const waiting = (await rotations(KeyId)).at(-1);
    assert.deepEqual([waiting?.KeyMaterialState, waiting?.ImportState], ['PENDING_ROTATION', 'IMPORTED']);
    await kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await world.server.advance(3 * MINUTE_MS);
    assert.equal(await state(KeyId), 'PendingImport');
  });

  test('that is deleted while it rotates in leaves the key as it was', async () => {
    const { KeyId, id } = await imported();
    const { KeyMaterialId } = await importInto(KeyId, SECOND, { ImportType: 'NEW_KEY_MATERIAL' });
    await kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await kms.send(new sdk.DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId }));
    await world.server.advance(3 * MINUTE_MS);
    const { KeyMetadata } = await kms.send(new sdk.DescribeKeyCommand({ KeyId }));
    assert.deepEqual([KeyMetadata?.KeyState, KeyMetadata?.CurrentKeyMaterialId], ['Enabled', id]);
    assert.equal((await status(KeyId)).OnDemandRotationStartDate, undefined);
  });
});

describe('a multi-Region key', () => {
  const replicate = (KeyId: string, ReplicaRegion: string) =>
    kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion }));
  const update = (KeyId: string, PrimaryRegion: string) =>
    kms.send(new sdk.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion }));

  test('is replicated where it may be, once', async () => {
    const KeyId = await world.key({ MultiRegion: true });
    const refusals = {
      'us-east-1': 'us-east-1 cannot have a replica because it contains the primary.',
      ...Object.fromEntries(
        [
          'cn-north-1',
          'us-gov-west-1',
          'us-iso-east-1',
          'us-isob-east-1',
          'eu-isoe-west-1',
          'eusc-de-east-1',
        ].map((region) => [
          region,
          'The replica key Region must be in the same AWS partition as the primary key Region.',
        ]),
      ),
      'us-invalid-1':
        'Region us-invalid-1 is not a valid Region or multi-Region keys are not supported in Region us-invalid-1.',
    };
    for (const [region, sentence] of Object.entries(refusals)) {
      assert.deepEqual(await answer(replicate(KeyId, region)), ['ValidationException', sentence]);
    }
    const made = await replicate(KeyId, 'us-west-2');
    assert.equal(made.ReplicaTags, undefined);
    assert.equal(made.ReplicaKeyMetadata?.KeyState, 'Creating');
    assert.equal(made.ReplicaKeyMetadata?.CurrentKeyMaterialId, undefined);
    assert.deepEqual(await answer(replicate(KeyId, 'us-west-2')), [
      'AlreadyExistsException',
      'You can create only one replica of each primary key in each AWS Region.',
    ]);
    await replicate(KeyId, 'ap-east-1');
    const { KeyMetadata } = await kms.send(new sdk.DescribeKeyCommand({ KeyId }));
    const regions = KeyMetadata?.MultiRegionConfiguration?.ReplicaKeys?.map(({ Region }) => Region);
    assert.deepEqual(regions, ['ap-east-1', 'us-west-2']);
  });

  test('has its primary in another Region only where it has a replica', async () => {
    const KeyId = await world.key({ MultiRegion: true });
    await update(KeyId, 'us-east-1');
    assert.deepEqual(await answer(update(KeyId, 'eu-west-1')), [
      'ValidationException',
      `${KeyId.split('/')[1]} does not have a replica key in the specified Region.`,
    ]);
    await disable(KeyId);
    assert.deepEqual(await answer(replicate(KeyId, 'us-west-2')), [
      'DisabledException',
      `${KeyId} is disabled.`,
    ]);
  });

  test('is updating where its primary was and where it comes to, and nowhere else', async () => {
    const KeyId = await world.key({ MultiRegion: true });
    const regions = ['us-east-1', 'us-west-2', 'eu-west-1'];
    for (const region of regions.slice(1)) await replicate(KeyId, region);
    await world.server.advance(MINUTE_MS);
    await update(KeyId, 'us-west-2');
    const shown = () =>
      Promise.all(
        regions.map(async (region) => {
          const named = new sdk.DescribeKeyCommand({ KeyId: KeyId.replace('us-east-1', region) });
          const { KeyMetadata } = await (await world.kms(ACCOUNT, region)).send(named);
          return [KeyMetadata?.KeyState, KeyMetadata?.MultiRegionConfiguration?.MultiRegionKeyType];
        }),
      );
    assert.deepEqual(await shown(), [
      ['Updating', 'REPLICA'],
      ['Updating', 'PRIMARY'],
      ['Enabled', 'REPLICA'],
    ]);
    await world.server.advance(MINUTE_MS);
    assert.deepEqual(
      (await shown()).map(([state]) => state),
      Array(3).fill('Enabled'),
    );
  });

  test('refuses at a replica what is for the primary', async () => {
    const KeyId = await world.key({ MultiRegion: true });
    await replicate(KeyId, 'us-west-2');
    await world.server.advance(MINUTE_MS);
    const west = await world.kms(ACCOUNT, 'us-west-2');
    const replica = KeyId.replace('us-east-1', 'us-west-2');
    const sends = {
      EnableKeyRotation: sdk.EnableKeyRotationCommand,
      DisableKeyRotation: sdk.DisableKeyRotationCommand,
      RotateKeyOnDemand: sdk.RotateKeyOnDemandCommand,
    };
    for (const [name, Command] of Object.entries(sends)) {
      const call = west.send(new Command({ KeyId: replica }) as sdk.EnableKeyRotationCommand);
      assert.deepEqual(await answer(call), [
        'UnsupportedOperationException',
        `${replica} is a multi-region replica key which is not valid for ${name}.`,
      ]);
    }
    const again = west.send(new sdk.ReplicateKeyCommand({ KeyId: replica, ReplicaRegion: 'eu-west-1' }));
    assert.deepEqual(await answer(again), [
      'UnsupportedOperationException',
      `${replica} is not a multi-region primary key.`,
    ]);
    const move = west.send(
      new sdk.UpdatePrimaryRegionCommand({ KeyId: replica, PrimaryRegion: 'us-east-1' }),
    );
    assert.deepEqual(await answer(move), [
      'KMSInvalidStateException',
      `${replica} is not a multi-Region primary key.`,
    ]);
  });
});

describe('a key policy', () => {
  test('that KMS makes is printed as KMS prints it', async () => {
    const KeyId = await key();
    const { Policy } = await kms.send(new sdk.GetKeyPolicyCommand({ KeyId }));
    assert.equal(
      Policy,
      `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::${ACCOUNT}:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`,
    );
  });

  for (const [name, value] of [
    ['aws:ResourceTag/team', 'a'],
    ['kms:ResourceTag/team', 'a'],
    ['kms:ResourceAliases', 'alias/a'],
    ['KMS:resourcealiases', 'alias/a'],
  ]) {
    test(`may not ask for ${name}`, async () => {
      const asking = statement('kms:Decrypt', {
        Principal: '*',
        Condition: { StringEquals: { [name!]: value } },
      });
      const Policy = keyPolicy(ACCOUNT, asking);
      const refused = [
        'MalformedPolicyDocumentException',
        'These condition keys are not permitted in a key policy: aws:ResourceTag, kms:ResourceTag, kms:ResourceAliases',
      ];
      assert.deepEqual(await answer(kms.send(new sdk.CreateKeyCommand({ Policy }))), refused);
      const put = kms.send(new sdk.PutKeyPolicyCommand({ KeyId: await key(), Policy }));
      assert.deepEqual(await answer(put), refused);
    });
  }
});

describe('the predefined aliases of AWS', () => {
  test('are listed without a key, page by page, until one is asked for', async () => {
    const fresh = await world.kms('444455556666');
    const listed: sdk.AliasListEntry[] = [];
    let Marker: string | undefined;
    do {
      const page: sdk.ListAliasesCommandOutput = await fresh.send(
        new sdk.ListAliasesCommand({ Limit: 4, Marker }),
      );
      listed.push(...(page.Aliases ?? []));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    const names = listed.map(({ AliasName }) => AliasName);
    assert.deepEqual(names, names.toSorted());
    for (const name of ['alias/aws/ebs', 'alias/aws/s3', 'alias/aws/rds'])
      assert.ok(names.includes(name), name);
    assert.ok(listed.every(({ TargetKeyId }) => TargetKeyId === undefined));

    const { KeyMetadata } = await fresh.send(new sdk.DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    assert.equal(KeyMetadata?.KeyManager, 'AWS');
    const { Aliases } = await fresh.send(new sdk.ListAliasesCommand({}));
    const s3 = Aliases?.find(({ AliasName }) => AliasName === 'alias/aws/s3');
    assert.equal(s3?.TargetKeyId, KeyMetadata?.KeyId);
    assert.equal(Aliases?.length, names.length);
  });
});

test('the date of a deletion is recorded in ISO 8601, in whole seconds', async () => {
  const KeyId = await key();
  const { $metadata, DeletionDate } = await kms.send(
    new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }),
  );
  const [record] = await auditRecords(world.server, { requestId: $metadata.requestId });
  assert.deepEqual(record!.event.responseElements, {
    keyId: KeyId,
    deletionDate: `${DeletionDate!.toISOString().slice(0, 19)}Z`,
    keyState: 'PendingDeletion',
    pendingWindowInDays: 7,
  });
});
