/** Parameter Store as its clients see it: values, versions, labels, paths, tags; SecureStrings under KMS; AWS's own parameters. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
} from '@aws-sdk/client-ssm';
import { ACCOUNT, allowing, lookupEvents, REGION, statement, userWith } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { recordWipes, watchSecrets } from '../worlds/wiped.ts';

let server: TestServer;
let ssm: SSMClient;
before(async () => {
  server = await startServerFor(undefined);
  ssm = server.client(SSMClient);
});
after(() => server.close());

const put = (Name: string, Value: string, rest: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...rest }));
const valueFor = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;
const again = { Overwrite: true };

describe('a parameter', () => {
  test('is read by its name, version, label and ARN', async () => {
    assert.deepEqual((await put('/app/db/host', 'one')).Version, 1);
    const refused = await refusal(put('/app/db/host', 'two'));
    assert.equal(refused.code, 'ParameterAlreadyExists');
    assert.match(
      refused.message,
      /^The parameter already exists\. To overwrite this value, set the overwrite option/,
    );
    assert.equal((await put('/app/db/host', 'two', again)).Version, 2);
    // Terraform says so that there is no pattern.
    await put('/app/db/any', 'x', { AllowedPattern: '' });
    const found = await valueFor('/app/db/host');
    assert.equal(found?.Value, 'two');
    assert.equal(found?.ARN, 'arn:aws:ssm:us-east-1:123456789012:parameter/app/db/host');
    assert.equal(found?.Selector, undefined);
    assert.equal((await valueFor('/app/db/host:1'))?.Value, 'one');
    assert.equal((await valueFor('/app/db/host:1'))?.Selector, ':1');
    assert.equal((await valueFor(found?.ARN as string))?.Name, '/app/db/host');
    await ssm
      .send(
        new LabelParameterVersionCommand({
          Name: '/app/db/host',
          ParameterVersion: 1,
          Labels: ['prod', '1st'],
        }),
      )
      .then(({ InvalidLabels }) => assert.deepEqual(InvalidLabels, ['1st']));
    assert.equal((await valueFor('/app/db/host:prod'))?.Value, 'one');
    await ssm.send(new LabelParameterVersionCommand({ Name: '/app/db/host', Labels: ['prod'] }));
    assert.equal((await valueFor('/app/db/host:prod'))?.Value, 'two', 'the label has moved to the latest');
    const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: '/app/db/host' }));
    assert.deepEqual(
      Parameters?.map(({ Version, Value, Labels }) => [Version, Value, Labels]),
      [
        [1, 'one', []],
        [2, 'two', ['prod']],
      ],
    );
    await ssm.send(
      new UnlabelParameterVersionCommand({ Name: '/app/db/host', ParameterVersion: 2, Labels: ['prod'] }),
    );
    assert.equal((await refusal(valueFor('/app/db/host:prod'))).code, 'ParameterVersionNotFound');
    assert.equal((await refusal(valueFor('/app/db/host:9'))).code, 'ParameterVersionNotFound');
    assert.equal((await refusal(valueFor('/app/none'))).code, 'ParameterNotFound');
  });

  const refusals: readonly [
    string,
    Partial<PutParameterCommandInput> & { Name: string; Value: string },
    string,
    RegExp,
  ][] = [
    [
      'under aws',
      { Name: '/aws/x', Value: 'v' },
      'AccessDeniedException',
      /No access to reserved parameter name/,
    ],
    [
      'beginning with ssm',
      { Name: 'ssm-x', Value: 'v' },
      'ValidationException',
      /can't be prefixed with "ssm"/,
    ],
    [
      'with a path that does not begin with a slash',
      { Name: 'a/b', Value: 'v' },
      'ValidationException',
      /fully qualified/,
    ],
    [
      'that nearly fits',
      { Name: `${'a'.repeat(500)}!`, Value: 'v' },
      'ValidationException',
      /following 3 symbols/,
    ],
    [
      'of sixteen levels',
      { Name: '/a'.repeat(16), Value: 'v' },
      'HierarchyLevelLimitExceededException',
      /15 levels/,
    ],
    [
      'without a type',
      { Name: 'no-type', Value: 'v', Type: undefined },
      'ValidationException',
      /type is required/,
    ],
    [
      'without a character',
      { Name: 'empty', Value: '' },
      'ValidationException',
      /^1 validation error detected: Value at 'value' failed .* length greater than or equal to 1$/,
    ],
    [
      'too large for the standard tier',
      { Name: 'large', Value: 'x'.repeat(4097) },
      'ValidationException',
      /4096/,
    ],
    [
      'outside its pattern',
      { Name: 'p', Value: 'x1', AllowedPattern: '\\d+' },
      'ParameterPatternMismatchException',
      /\\d\+/,
    ],
    [
      'with a pattern that could take for ever',
      { Name: 'p', Value: `${'a'.repeat(4000)}!`, AllowedPattern: '(a+)+' },
      'ValidationException',
      /not serve .* take too long/,
    ],
    [
      'with a set of characters called as what every object has',
      { Name: 'p', Value: 'f', AllowedPattern: '\\p{constructor}' },
      'ParameterPatternMismatchException',
      /constructor/,
    ],
    [
      'of another data type',
      { Name: 'd', Value: 'v', DataType: 'aws:x' },
      'ValidationException',
      /data type/,
    ],
    ['that names another', { Name: 'n', Value: 'a {{b}}' }, 'ValidationException', /nest another parameter/],
  ];
  for (const [what, input, code, message] of refusals) {
    test(`${what} is refused`, async () => {
      const refused = await refusal(put(input.Name, input.Value, input));
      assert.equal(refused.code, code);
      assert.match(refused.message, message);
    });
  }

  test('of one level is the same with a slash and without; what is no name is refused', async () => {
    await put('level', 'one');
    assert.deepEqual(
      [(await valueFor('/level'))?.Name, (await valueFor('/level'))?.Value],
      ['/level', 'one'],
    );
    assert.equal((await refusal(put('/level', 'two'))).code, 'ParameterAlreadyExists');
    for (const name of ['/app//db', 'app/db', '/app/db/']) {
      const { code, message } = await refusal(valueFor(name));
      assert.equal(code, 'ValidationException');
      assert.match(message, /sub-paths divided by slash symbol/);
    }
    const secret = '/aws/reference/secretsmanager/none';
    assert.equal((await refusal(valueFor(secret))).code, 'ValidationException');
    const missing = await refusal(valueFor(secret, true));
    assert.deepEqual(
      [missing.code, missing.message],
      [
        'ParameterNotFound',
        `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${secret} not found.`,
      ],
    );
  });

  test('keeps the description and the key where a new version names none', async () => {
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata!.Arn!;
    await put('/said', 's1', { Type: 'SecureString', KeyId, Description: 'a secret' });
    await put('/said', 's2', { Type: undefined, ...again });
    const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: ['/said'] }];
    const { Parameters } = await ssm.send(new DescribeParametersCommand({ ParameterFilters }));
    const { Description, KeyId: key, Version } = Parameters![0]!;
    assert.deepEqual([Description, key, Version], ['a secret', KeyId, 2]);
  });

  test('is overwritten by who sends a list of no tags along, and not by who sends tags', async () => {
    await put('/tagged', 'a', { Tags: [{ Key: 'k', Value: 'v' }] });
    assert.equal((await put('/tagged', 'b', { ...again, Tags: [] })).Version, 2);
    const refused = await refusal(put('/tagged', 'c', { ...again, Tags: [{ Key: 'k', Value: 'w' }] }));
    assert.match(refused.message, /tags and overwrite can't be used together/);
  });

  test('keeps its type, and its tier once it is advanced', async () => {
    await put('kept', 'x'.repeat(5000), { Tier: 'Intelligent-Tiering' });
    assert.equal(
      (await refusal(put('kept', 'x', { ...again, Type: 'StringList' }))).code,
      'HierarchyTypeMismatchException',
    );
    assert.match(
      (await refusal(put('kept', 'x', { ...again, Tier: 'Standard' }))).message,
      /can't downgrade/,
    );
    assert.equal((await put('kept', 'x', again)).Tier, 'Advanced');
  });

  test('keeps a hundred versions, and the oldest if it has a label', async () => {
    for (let i = 0; i < 100; i += 1) await put('many', String(i), again);
    await put('many', '100', again);
    assert.equal((await refusal(valueFor('many:1'))).code, 'ParameterVersionNotFound');
    await ssm.send(new LabelParameterVersionCommand({ Name: 'many', ParameterVersion: 2, Labels: ['keep'] }));
    assert.equal((await refusal(put('many', '101', again))).code, 'ParameterMaxVersionLimitExceeded');
  });

  test('is deleted with all its versions; what is not there is listed apart', async () => {
    await put('gone', '1');
    await ssm.send(new DeleteParameterCommand({ Name: 'gone' }));
    assert.equal((await put('gone', '2')).Version, 1);
    const { DeletedParameters, InvalidParameters } = await ssm.send(
      new DeleteParametersCommand({ Names: ['gone', 'never'] }),
    );
    assert.deepEqual([DeletedParameters, InvalidParameters], [['gone'], ['never']]);
    assert.equal(
      (await refusal(ssm.send(new DeleteParameterCommand({ Name: 'gone' })))).code,
      'ParameterNotFound',
    );
  });
});

describe('several parameters', () => {
  before(async () => {
    for (const name of ['/tree/a', '/tree/b/c', '/tree/b/d/e', '/trees/x']) await put(name, name);
    await put('/tree/secret', 'hidden', { Type: 'SecureString' });
  });

  test('are read by name, by path and page by page', async () => {
    const { Parameters, InvalidParameters } = await ssm.send(
      new GetParametersCommand({ Names: ['/tree/b/c', '/tree/z', '/tree/a'] }),
    );
    assert.deepEqual(
      [Parameters?.map(({ Value }) => Value), InvalidParameters],
      [['/tree/a', '/tree/b/c'], ['/tree/z']],
    );
    const under = async (Recursive: boolean) => {
      const names: unknown[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ssm.send(
          new GetParametersByPathCommand({ Path: '/tree', Recursive, MaxResults: 2, NextToken }),
        );
        names.push(...(page.Parameters ?? []).map(({ Name }) => Name));
        NextToken = page.NextToken;
      } while (NextToken);
      return names;
    };
    assert.deepEqual(await under(false), ['/tree/a', '/tree/secret']);
    assert.deepEqual(await under(true), ['/tree/a', '/tree/b/c', '/tree/b/d/e', '/tree/secret']);
  });

  test('are found by filters', async () => {
    const found = async (...ParameterFilters: { Key: string; Option?: string; Values?: string[] }[]) =>
      (await ssm.send(new DescribeParametersCommand({ ParameterFilters, MaxResults: 50 }))).Parameters?.map(
        ({ Name }) => Name,
      );
    assert.deepEqual(await found({ Key: 'Path', Option: 'Recursive', Values: ['/tree/b'] }), [
      '/tree/b/c',
      '/tree/b/d/e',
    ]);
    assert.deepEqual(await found({ Key: 'Name', Option: 'Contains', Values: ['rees'] }), ['/trees/x']);
    assert.deepEqual(
      await found({ Key: 'Type', Values: ['SecureString'] }, { Key: 'Path', Values: ['/tree'] }),
      ['/tree/secret'],
    );
    assert.equal((await refusal(found({ Key: 'Label', Values: ['red'] }))).code, 'InvalidFilterKey');
  });

  test('have tags, which count in policies', async () => {
    const Resource = { ResourceType: 'Parameter', ResourceId: '/tree/a' } as const;
    await ssm.send(
      new AddTagsToResourceCommand({
        ...Resource,
        Tags: [
          { Key: 'team', Value: 'core' },
          { Key: 'x', Value: 'y' },
        ],
      }),
    );
    await ssm.send(new RemoveTagsFromResourceCommand({ ...Resource, TagKeys: ['x'] }));
    assert.deepEqual((await ssm.send(new ListTagsForResourceCommand(Resource))).TagList, [
      { Key: 'team', Value: 'core' },
    ]);
    const reader = server.client(
      SSMClient,
      await userWith(
        server,
        'tag-reader',
        statement('ssm:GetParameter', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'core' } } }),
      ),
    );
    assert.equal(
      (await reader.send(new GetParameterCommand({ Name: '/tree/a' }))).Parameter?.Value,
      '/tree/a',
    );
    const refused = await refusal(reader.send(new GetParameterCommand({ Name: '/tree/b/c' })));
    assert.equal(refused.code, 'AccessDeniedException');
    assert.match(
      refused.message,
      /ssm:GetParameter on resource: arn:aws:ssm:us-east-1:123456789012:parameter\/tree\/b\/c because no identity-based policy/,
    );
  });
});

describe('a SecureString', () => {
  for (const [tier, value] of [
    ['Standard', 'a standard secret'],
    ['Advanced', 'an advanced secret'],
  ] as const) {
    test(`of tier ${tier} leaves nothing in memory that opens it`, async (t) => {
      const watch = watchSecrets(server);
      const wipes = recordWipes(t);
      const Name = `/wiped/${tier}`;
      await put(Name, value, { Type: 'SecureString', Tier: tier });
      assert.ok(wipes.wiped(Buffer.from(value)), 'what was put');
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
      assert.equal(Parameter?.Value, value);
      assert.ok(watch.seen > 0);
      assert.deepEqual(watch.unwiped(), []);
    });
  }

  test('makes aws/ssm where that is named before it is there', async (t) => {
    for (const KeyId of ['alias/aws/ssm', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/aws/ssm`]) {
      const fresh = (await startServerFor(t)).client(SSMClient);
      const named = { Name: '/named', Value: 'a secret', Type: 'SecureString', KeyId } as const;
      await fresh.send(new PutParameterCommand(named));
      const { Parameter } = await fresh.send(
        new GetParameterCommand({ Name: '/named', WithDecryption: true }),
      );
      assert.equal(Parameter?.Value, 'a secret');
    }
  });

  test('is encrypted by KMS in the caller’s name, under aws/ssm or a key of one’s own', async () => {
    const kms = server.client(KMSClient);
    await put('/secure/default', 'first secret', { Type: 'SecureString' });
    assert.equal((await valueFor('/secure/default', true))?.Value, 'first secret');
    const { Aliases } = await kms.send(new ListAliasesCommand({}));
    assert.ok(Aliases?.find(({ AliasName }) => AliasName === 'alias/aws/ssm')?.TargetKeyId);

    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId as string;
    for (const Tier of ['Standard', 'Advanced'] as const) {
      const Name = `/secure/${Tier}`;
      await put(Name, 'second secret', { Type: 'SecureString', KeyId, Tier });
      assert.equal((await valueFor(Name, true))?.Value, 'second secret');
      const sealed = (await valueFor(Name))?.Value as string;
      assert.doesNotMatch(Buffer.from(sealed, 'base64').toString('latin1'), /secret/);
      if (Tier === 'Advanced') continue;
      const { Plaintext } = await kms.send(
        new DecryptCommand({
          CiphertextBlob: Buffer.from(sealed, 'base64'),
          EncryptionContext: { PARAMETER_ARN: `arn:aws:ssm:us-east-1:123456789012:parameter${Name}` },
        }),
      );
      assert.equal(Buffer.from(Plaintext as Uint8Array).toString(), 'second secret');
    }
    await kms.send(new DisableKeyCommand({ KeyId }));
    const refused = await refusal(valueFor('/secure/Standard', true));
    assert.equal(refused.code, 'InvalidKeyId');
    assert.match(refused.message, /is disabled/);
    assert.ok((await valueFor('/secure/Standard'))?.Value, 'nothing is asked of KMS without decryption');
  });

  test('needs kms:Decrypt through SSM, and CloudTrail shows neither value', async () => {
    const KeyId = (await server.client(KMSClient).send(new CreateKeyCommand({}))).KeyMetadata
      ?.KeyId as string;
    await put('/secure/own', 'third secret', { Type: 'SecureString', KeyId });
    const credentials = await userWith(server, 'secret-reader', allowing('ssm:GetParameter'));
    const reader = server.client(SSMClient, credentials);
    await reader.send(new GetParameterCommand({ Name: '/secure/own' }));
    const refused = await refusal(
      reader.send(new GetParameterCommand({ Name: '/secure/own', WithDecryption: true })),
    );
    assert.equal(refused.code, 'AccessDeniedException');
    assert.match(refused.message, /kms:Decrypt/);
    const explained = await server.ask<{ text: string }>('explain', { subject: refused.message });
    assert.match(explained.text, /kms:Decrypt/);

    const through = { Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } } };
    const allowed = await userWith(
      server,
      'via-reader',
      allowing('ssm:GetParameter'),
      statement('kms:Decrypt', through),
    );
    const { Parameter } = await server
      .client(SSMClient, allowed)
      .send(new GetParameterCommand({ Name: '/secure/own', WithDecryption: true }));
    assert.equal(Parameter?.Value, 'third secret');

    const trail = JSON.stringify(await lookupEvents(server));
    assert.doesNotMatch(trail, /third secret/);
    assert.match(trail, /HIDDEN_DUE_TO_SECURITY_REASONS/);
    assert.match(trail, /"PARAMETER_ARN":"arn:aws:ssm:us-east-1:123456789012:parameter\/secure\/own"/);
  });
});

describe('AWS’s own parameters', () => {
  test('name the newest public images that are there', async () => {
    const Path = '/aws/service/ami-amazon-linux-latest';
    const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path }));
    assert.ok((Parameters?.length ?? 0) >= 4);
    const ImageIds = Parameters?.map(({ Value }) => Value as string);
    const { Images } = await server.client(EC2Client).send(new DescribeImagesCommand({ ImageIds }));
    assert.equal(Images?.length, new Set(ImageIds).size);
    const found = await valueFor(`${Path}/al2023-ami-kernel-default-arm64`);
    assert.equal(found?.ARN, `arn:aws:ssm:us-east-1::parameter${Path}/al2023-ami-kernel-default-arm64`);
    assert.equal(Images?.find(({ ImageId }) => ImageId === found?.Value)?.Architecture, 'arm64');
    assert.equal((await refusal(valueFor(`${Path}/none`))).code, 'ParameterNotFound');
  });

  test('are nobody’s to change', async () => {
    const Name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
    assert.equal((await refusal(put(Name, 'ami-12345678', again))).code, 'AccessDeniedException');
    assert.equal((await refusal(ssm.send(new DeleteParameterCommand({ Name })))).code, 'ParameterNotFound');
  });
});
