/** Parameter Store's whole answers, each limit at and beside its edge, every filter, and what is recorded and sent. */
import { test } from 'node:test';
import { allowing, newUser, userWith } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

test('a parameter, from its first version to its end', async () => {
  const t = transcript('100000000001', 'life');
  const Name = '/app/host';
  const Tags = [{ Key: 'team', Value: 'core' }];
  const first = {
    Name,
    Type: 'String',
    Value: 'a.example',
    Description: 'where',
    AllowedPattern: '[a-z.]+',
    Tags,
  };
  await t.call('ssm:PutParameter', first);
  await t.call('ssm:PutParameter', first);
  await t.call('ssm:PutParameter', { ...first, Overwrite: true });
  await t.call('ssm:PutParameter', { Name, Value: 'b.example', Overwrite: true });
  await t.call('ssm:PutParameter', { Name, Value: 'c', Type: 'StringList', Overwrite: true });
  await t.call('ssm:LabelParameterVersion', {
    Name,
    ParameterVersion: 1,
    Labels: ['stable', 'aws-x', 'SSMy', '2nd'],
  });
  await t.call('ssm:LabelParameterVersion', { Name, Labels: ['stable', 'newest'] });
  await t.call('ssm:LabelParameterVersion', { Name, ParameterVersion: 3, Labels: ['never'] });
  for (const selector of ['', ':1', ':2', ':3', ':stable', ':never', ':', ':1:1'])
    await t.call('ssm:GetParameter', { Name: `${Name}${selector}` });
  await t.call('ssm:GetParameters', { Names: [Name, `${Name}:1`, `${Name}:9`, '/none'] });
  await t.call('ssm:GetParameterHistory', { Name });
  await t.call('ssm:GetParameterHistory', { Name, MaxResults: 1 });
  await t.call('ssm:DescribeParameters', {});
  await t.call('ssm:UnlabelParameterVersion', { Name, ParameterVersion: 2, Labels: ['newest', 'never'] });
  await t.call('ssm:AddTagsToResource', {
    ResourceType: 'Parameter',
    ResourceId: Name,
    Tags: [{ Key: 'x', Value: 'y' }],
  });
  await t.call('ssm:AddTagsToResource', {
    ResourceType: 'Parameter',
    ResourceId: Name,
    Tags: ['y', 'z'].map((Value) => ({ Key: 'x', Value })),
  });
  await t.call('ssm:ListTagsForResource', { ResourceType: 'Parameter', ResourceId: Name });
  await t.call('ssm:RemoveTagsFromResource', {
    ResourceType: 'Parameter',
    ResourceId: Name,
    TagKeys: ['team'],
  });
  await t.call('ssm:ListTagsForResource', { ResourceType: 'Parameter', ResourceId: Name });
  await t.call('ssm:ListTagsForResource', { ResourceType: 'Parameter', ResourceId: '/none' });
  await t.call('ssm:GetParameter', { Name }, { as: await userWith(server, 'nobody', allowing('kms:*')) });
  const image = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
  await t.call('ssm:DeleteParameters', { Names: [Name, '/none', Name, image] });
  await t.call('ssm:DeleteParameter', { Name });
  await t.recorded();
  t.compare();
});

test('a SecureString, of both tiers', async () => {
  const t = transcript('100000000002', 'secure');
  const made = await t.call('kms:CreateKey', {});
  const KeyId = made.at('KeyMetadata', 'KeyId');
  for (const Tier of ['Standard', 'Advanced']) {
    const Name = `/secret/${Tier}`;
    await t.call('ssm:PutParameter', { Name, Type: 'SecureString', Value: 'hidden', KeyId, Tier });
    await t.call('ssm:GetParameter', { Name, WithDecryption: true });
    await t.call('ssm:GetParameter', { Name });
  }
  await t.call('ssm:PutParameter', { Name: 'plain', Type: 'String', Value: 'x', KeyId });
  await t.call('ssm:PutParameter', { Name: 'absent', Type: 'SecureString', Value: 'x', KeyId: 'alias/none' });
  await t.call('ssm:PutParameter', { Name: 'default', Type: 'SecureString', Value: 'x' });
  await t.call('ssm:DescribeParameters', { ParameterFilters: [{ Key: 'KeyId', Values: ['alias/aws/ssm'] }] });
  await t.call('ssm:GetParameterHistory', { Name: '/secret/Standard', WithDecryption: true });
  await t.call('kms:DisableKey', { KeyId });
  await t.call('ssm:GetParametersByPath', { Path: '/secret', WithDecryption: true });
  await t.call('ssm:GetParameterHistory', { Name: '/secret/Advanced', WithDecryption: true });
  await t.recorded();
  t.compare();
});

test('each limit of a name, a value and a list', async () => {
  const t = transcript('100000000003', 'limits');
  const put = (Name: string, rest: object = {}) =>
    t.call('ssm:PutParameter', { Name, Type: 'String', Value: 'v', ...rest });
  // Its ARN begins with 50 characters: arn:aws:ssm:us-east-1:100000000003:parameter/
  for (const length of [966, 967]) await put('n'.repeat(length));
  for (const levels of [15, 16]) await put('/l'.repeat(levels));
  for (const name of ['/aws', '/aws/x', 'AWSx', '/ssm/x', 'a/b', '/a//b', '/a/', 'a b', '.-_', '/b/c-1._'])
    await put(name);
  for (const length of [4096, 4097]) {
    for (const Tier of [undefined, 'Standard', 'Intelligent-Tiering', 'Advanced'])
      await put(`v${length}${Tier}`, { Value: 'x'.repeat(length), Tier });
  }
  for (const length of [8192, 8193]) await put(`v${length}`, { Value: 'x'.repeat(length), Tier: 'Advanced' });
  await put('v4097Advanced', { Tier: 'Standard', Overwrite: true });
  await put('v4097Advanced', { Tier: 'Intelligent-Tiering', Overwrite: true });
  for (const DataType of ['text', 'aws:ec2:image', 'aws:ssm:integration', 'integer', 'float', 'Text'])
    await put(`data-${DataType.replaceAll(':', '-')}`, { DataType });
  await put('image', { DataType: 'aws:ec2:image', Value: 'ami-12345678' });
  for (const more of [{}, { DataType: 'text' }, { Value: 'ami-87654321' }])
    await put('image', { Overwrite: true, ...more });
  await put('data-text', { Overwrite: true, DataType: 'aws:ec2:image', Value: 'ami-12345678' });
  for (const Value of ['a,b', 'a,', ',a', 'a,,b'])
    await put(`list${Value.replaceAll(',', '-')}`, { Type: 'StringList', Value });
  await put('items', { Type: 'StringList', Value: 'a,1', AllowedPattern: '[a-z]' });
  for (const AllowedPattern of [
    '[',
    'v',
    'w',
    'v|ww',
    '(v+)+',
    '(?i)V',
    '[\\p{Lower}]',
    '\\v',
    '[\\_v]',
    'v++',
    '[v&&[v]]',
    '[]v]',
  ])
    await put('pattern', { AllowedPattern, Overwrite: true });
  await put('labels');
  const labels = Array.from({ length: 11 }, (_, i) => `l${i}`);
  for (const Labels of [labels.slice(0, 10), labels.slice(10), ['l0'], ['x'.repeat(100), 'x'.repeat(101)]])
    await t.call('ssm:LabelParameterVersion', { Name: 'labels', Labels });
  for (const MaxResults of [0, 1, 10, 11])
    await t.call('ssm:GetParametersByPath', { Path: '/l', Recursive: true, MaxResults });
  for (const MaxResults of [0, 50, 51])
    await t.call('ssm:GetParameterHistory', { Name: 'labels', MaxResults });
  t.compare();
});

test('every filter with each of its options, and pages of the size that AWS has', async () => {
  const t = transcript('100000000004', 'filters');
  const put = (Name: string, rest: object = {}) =>
    t.call('ssm:PutParameter', { Name, Type: 'String', Value: 'v', ...rest });
  await put('/a/b/c');
  await put('/a/d', { Type: 'StringList', Tags: [{ Key: 'team', Value: 'core' }] });
  await put('/ab', { Tier: 'Advanced', Tags: [{ Key: 'team', Value: 'web' }] });
  await put('a', { DataType: 'aws:ec2:image', Value: 'ami-12345678' });
  await put('secret', { Type: 'SecureString' });
  await t.call('ssm:LabelParameterVersion', { Name: '/a/d', Labels: ['red'] });
  const options = [undefined, 'Equals', 'BeginsWith', 'Contains', 'Recursive', 'OneLevel', 'Other'];
  const found = async (
    operation: string,
    filter: { Key: string; Option?: string; Values?: string[] },
    rest: object = {},
  ) => {
    const answer = await t.silent(operation, { ...rest, ParameterFilters: [filter] });
    t.step(`${operation} ${JSON.stringify(filter)}`, answer.all('Parameters', 'Name'));
  };
  for (const [Key, value] of [
    ['Name', 'a'],
    ['Name', '/a'],
    ['Type', 'String'],
    ['KeyId', 'alias/aws'],
    ['Path', '/a'],
    ['Path', '/a/'],
    ['Tier', 'Adv'],
    ['Tier', 'Advanced'],
    ['DataType', 'aws:ec2:image'],
    ['tag:team', 'co'],
    ['tag:team', 'core'],
    ['Label', 'red'],
    ['None', 'x'],
  ] as const) {
    for (const Option of options) await found('ssm:DescribeParameters', { Key, Option, Values: [value] });
  }
  for (const Key of ['Name', 'Path', 'Tier', 'tag:team', 'tag:none'])
    await found('ssm:DescribeParameters', { Key });
  await found('ssm:DescribeParameters', { Key: 'Type', Values: ['StringList', 'SecureString'] });
  for (const Key of ['Type', 'KeyId', 'Label', 'Name', 'Path', 'tag:team'])
    await found(
      'ssm:GetParametersByPath',
      { Key, Values: ['StringList', 'alias/aws/ssm', 'red'] },
      { Path: '/', Recursive: true },
    );
  // Each version that has one of the labels, and no other.
  await put('/a/d', { Type: 'StringList', Value: 'w', Overwrite: true });
  await put('/a/d', { Type: 'StringList', Value: 'x', Overwrite: true });
  await t.call('ssm:LabelParameterVersion', { Name: '/a/d', ParameterVersion: 2, Labels: ['blue'] });
  for (const [Values, more] of [
    [['red'], {}],
    [['red', 'blue'], {}],
    [['red', 'blue'], { MaxResults: 1 }],
  ] as const)
    await t.call('ssm:GetParametersByPath', {
      Path: '/a',
      ParameterFilters: [{ Key: 'Label', Values }],
      ...more,
    });
  for (const Path of ['/', '/a', '/a/', 'a', '/aws/service', '/aws/service/ami-amazon-linux-latest', '/awsx'])
    await t.call('ssm:GetParametersByPath', { Path, Recursive: false, MaxResults: 3 });
  for (const Path of ['/a b', '/a//b', '//', '/a:1']) await t.call('ssm:GetParametersByPath', { Path });
  const mia = await newUser(server, 'mia', { account: '100000000004' });
  for (const Path of ['/', '/a', '/a/'])
    await t.call('ssm:GetParametersByPath', { Path }, { as: mia.credentials });
  const Filters = [{ Key: 'Type', Values: ['StringList'] }];
  for (const ParameterFilters of [[], [{ Key: 'Name', Values: ['a'] }]])
    await t.call('ssm:DescribeParameters', { Filters, ParameterFilters });
  for (let i = 0; i < 51; i++)
    await t.silent('ssm:PutParameter', { Name: `/many/${i}`, Type: 'String', Value: `${i}` });
  for (let i = 0; i < 51; i++)
    await t.silent('ssm:PutParameter', { Name: 'a', Value: 'ami-12345678', Overwrite: true });
  for (const [operation, input] of [
    ['ssm:DescribeParameters', {}],
    ['ssm:GetParametersByPath', { Path: '/many' }],
    ['ssm:GetParameterHistory', { Name: 'a' }],
  ] as const)
    t.step(`${operation}, the first page`, (await t.silent(operation, input)).all('Parameters', 'Version'));
  await t.call('ssm:DescribeParameters', { NextToken: 'none' });
  t.compare();
});
