/** `latchkey import files`: saved outputs in AWS's own formats, stores of others, and files that are damaged or hostile. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { LEFT_OUT } from '../../src/aws/left-out.ts';
import { CSV_COLUMNS } from '../../src/import/cloudtrail/athena-sql.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { readFiles } from '../../src/import/snapshot/folder.ts';
import { type Read, Reads, SnapshotError } from '../../src/import/snapshot/snapshot.ts';
import { loadSnapshot, openForImport, saveSnapshot } from '../../src/import/snapshot/store.ts';
import { replaceFolder, requireFolderCanBeMade } from '../../src/platform/node/folder.ts';
import { logFile, records } from './records.ts';

const root = mkdtempSync(join(tmpdir(), 'latchkey-files-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;

/** Writes the files into a folder of their own and imports that. */
async function imported(files: Readonly<Record<string, unknown>>, out = join(root, `out-${folders++}`)) {
  const folder = join(root, `in-${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const isText = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(path, isText ? content : JSON.stringify(content, undefined, 4));
  }
  const into = openForImport(out);
  const so = await importFiles([folder], into);
  saveSnapshot(out, into);
  return { out, so, snapshot: loadSnapshot(out) };
}

const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const PLACE = { account: '111122223333', region: 'us-west-2' };
const POLICY = '{\n  "Version" : "2012-10-17",\n  "Statement" : [ ]\n}';

describe('saved outputs, in the formats that AWS documents', () => {
  // https://docs.aws.amazon.com/cli/latest/reference/kms/
  const SAVED = {
    'describe.json': {
      KeyMetadata: {
        AWSAccountId: '111122223333',
        KeyId: KEY,
        Arn: `arn:aws:kms:us-west-2:111122223333:key/${KEY}`,
        CreationDate: 1499988169.234,
        Enabled: true,
        KeyState: 'Enabled',
      },
    },
    [`111122223333/us-west-2/policy of ${KEY}.json`]: { Policy: POLICY },
    'grants.json': {
      Grants: [
        {
          KeyId: `arn:aws:kms:us-west-2:111122223333:key/${KEY}`,
          GrantId: '91ad875e49b04a9d1f3bdeb84d821f9db6ea95e1098813f6d47f0c65fbe2a172',
          GranteePrincipal: 'arn:aws:iam::111122223333:user/ExampleUser',
          IssuingAccount: 'arn:aws:iam::111122223333:root',
          Operations: ['GenerateDataKey'],
        },
      ],
    },
    'details.json': {
      RoleDetailList: [
        {
          RoleName: 'app',
          Arn: 'arn:aws:iam::111122223333:role/app',
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
          RolePolicyList: [{ PolicyName: 'p', PolicyDocument: '%7B%22Statement%22%3A%5B%5D%7D' }],
        },
      ],
    },
    'templates.json': {
      LaunchTemplateVersions: [
        {
          LaunchTemplateId: 'lt-1',
          CreatedBy: 'arn:aws:iam::111122223333:user/x',
          LaunchTemplateData: { ImageId: 'ami-1', UserData: 'c2VjcmV0' },
        },
      ],
    },
    'us-west-2/111122223333/default-key.json': { KmsKeyId: 'alias/aws/ebs' },
  };

  test('are told apart by what is in them, and keep what AWS wrote', async () => {
    const { snapshot, so } = await imported({
      ...SAVED,
      'lt/111122223333/us-west-2/t.json': SAVED['templates.json'],
      'templates.json': SAVED['grants.json'],
    });
    assert.equal(so.files, 7);
    const { reads } = snapshot;
    assert.deepEqual(reads.accounts(), ['111122223333']);
    const policy = reads.get('kms:GetKeyPolicy', PLACE, { KeyId: KEY, PolicyName: 'default' });
    assert.equal(policy?.output?.Policy, POLICY);
    assert.equal((reads.get('kms:ListGrants', PLACE, { KeyId: KEY })?.output?.Grants as []).length, 1);
    const [details] =
      reads.of('iam:GetAccountAuthorizationDetails', { account: '111122223333', region: 'global' }) ?? [];
    const [role] = details?.output?.RoleDetailList as { RolePolicyList: { PolicyDocument: string }[] }[];
    assert.equal(role?.RolePolicyList[0]?.PolicyDocument, '{"Statement":[]}');
  });

  test('are kept without secrets', async () => {
    const { out } = await imported({ '111122223333/us-west-2/t.json': SAVED['templates.json'] });
    const text = readFileSync(
      join(out, 'accounts/111122223333/us-west-2/ec2/DescribeLaunchTemplateVersions.json'),
      'utf8',
    );
    assert.match(text, /ami-1/);
    assert.doesNotMatch(text, /c2VjcmV0|UserData/);
  });

  test('of two imports the later answer stays', async () => {
    const { out } = await imported({ 'describe.json': SAVED['describe.json'] });
    const state = { ...SAVED['describe.json'].KeyMetadata, KeyState: 'Disabled' };
    const { snapshot } = await imported({ 'describe.json': { KeyMetadata: state } }, out);
    assert.deepEqual(snapshot.reads.get('kms:DescribeKey', PLACE, { KeyId: KEY })?.output, {
      KeyMetadata: state,
    });
  });

  test('records count once, in whichever form they are imported twice', async () => {
    const counted = ({ snapshot }: Awaited<ReturnType<typeof imported>>) =>
      [...snapshot.history.uses].reduce((sum, { count }) => sum + count, 0);
    const log = { 'a.json.gz': logFile(records(100)) };
    const { uses } = (await imported(log)).snapshot.history;
    const row = (cells: readonly unknown[]) => ({
      Data: cells.map((cell) => ({ VarCharValue: String(cell) })),
    });
    const cells = (use: object) =>
      CSV_COLUMNS.map((column) => [(use as Record<string, unknown>)[column]].flat().join(' '));
    const csv = [CSV_COLUMNS, ...[...uses].map(cells)];
    const forms: readonly Readonly<Record<string, unknown>>[] = [
      log,
      {
        'lake.json': {
          ResultSet: { Rows: [['eventJson'], ...records(100).map((r) => [JSON.stringify(r)])].map(row) },
        },
      },
      { 'uses.json': { ResultSet: { Rows: csv.map(row) } } },
      {
        'uses.csv': csv
          .map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
          .join('\n'),
      },
    ];
    for (const form of forms) {
      const first = await imported(form);
      const again = await imported(form, first.out);
      const [name] = Object.keys(form);
      assert.deepEqual(
        [counted(first), first.so.known, counted(again), again.so.known],
        [100, 0, 100, 1],
        name,
      );
    }
  });

  test('may be written by the shell of Windows, have the names of prototypes, and be linked to', async () => {
    const name = 'us-west-2/111122223333/default-key.json';
    const text = `\ufeff{"__proto__":{"KmsKeyId":1},"constructor":null,"KmsKeyId":"alias/aws/ebs"}`;
    const { so, snapshot } = await imported({ [name]: Buffer.from(text, 'utf16le') });
    assert.equal(so.files, 1);
    const read = snapshot.reads.get('ec2:GetEbsDefaultKmsKeyId', PLACE, {});
    assert.deepEqual(read?.output, { KmsKeyId: 'alias/aws/ebs' });
    const links = join(root, 'links/us-west-2/111122223333');
    mkdirSync(links, { recursive: true });
    writeFileSync(join(root, 'linked.json'), JSON.stringify(SAVED[name]));
    symlinkSync(join(root, 'linked.json'), join(links, 'default-key.json'));
    symlinkSync(links, join(links, 'in-circles'));
    symlinkSync('/nowhere', join(links, 'dangling.json'));
    const into = openForImport(join(root, 'of-links'));
    assert.equal((await importFiles([join(root, 'links')], into)).files, 1);
    await assert.rejects(importFiles(['/dev/zero'], into), /nothing to import is in \/dev\/zero/);
  });

  test('where nothing can be read, the first file that was passed over is named, and the others are counted', async () => {
    for (const [names, passedOver] of [
      [['a.png'], 'a.png'],
      [['a.png', 'b.png'], 'a.png and 1 more'],
      [['a.png', 'b.png', 'c.png'], 'a.png and 2 more'],
    ] as const) {
      const files = Object.fromEntries(names.map((name) => [name, 'x']));
      await assert.rejects(imported(files), ({ message }: Error) => {
        const [, said] =
          /^nothing to import is in \S+: passed over (.*) \(what can be read /.exec(message) ?? [];
        assert.equal(said, passedOver, message);
        return true;
      });
    }
    const empty = join(root, 'empty');
    mkdirSync(empty);
    const nothing = importFiles([empty], openForImport(join(root, 'of-nothing')));
    await assert.rejects(nothing, { message: `nothing to import is in ${empty}` });
  });

  test('what the script was refused is unknown, not empty', async () => {
    const call = {
      operation: 'kms:GetKeyPolicy',
      ...PLACE,
      input: { KeyId: KEY, PolicyName: 'default' },
      at: '2026-11-01T00:00:00Z',
    };
    const { snapshot } = await imported({
      '000001.call': call,
      '000001.json': '',
      '000001.err':
        '\nAn error occurred (AccessDeniedException) when calling the GetKeyPolicy operation: User: x is not authorized\n',
    });
    const read = snapshot.reads.get('kms:GetKeyPolicy', PLACE, call.input);
    assert.equal(read?.output, undefined);
    assert.deepEqual(read?.refused, { code: 'AccessDeniedException', message: 'User: x is not authorized' });
  });

  test('pages that the script went through are one answer', async () => {
    const bus = (Name: string) => ({ EventBuses: [{ Name }] });
    const { so, snapshot } = await imported({
      '000001.call': { operation: 'events:ListEventBuses', ...PLACE, input: {}, at: '2026-11-01T00:00:00Z' },
      '000001.json': { ...bus('default'), NextToken: 'more' },
      '000001.page2.json': { ...bus('orders'), NextToken: 'even more' },
      '000001.page3.json': bus('stock'),
    });
    const read = snapshot.reads.get('events:ListEventBuses', PLACE, {});
    const { EventBuses, ...rest } = read?.output as { EventBuses: readonly { Name: string }[] };
    assert.deepEqual(rest, {});
    assert.deepEqual([so.files, EventBuses.map(({ Name }) => Name)], [1, ['default', 'orders', 'stock']]);
  });
});

test('an iam-collect store gives the identities, organizations and key policies that it has', async () => {
  const account = 'aws/aws/accounts/200000000002';
  const organization = 'aws/aws/organizations/o-22222222';
  const scp = 'arn:aws:organizations::200000000001:policy/o-22222222/service_control_policy/p-i6905k2f';
  const { snapshot } = await imported({
    [`${account}/iam/role/aws-reserved%2fsso.amazonaws.com%2fadmin_0f/metadata.json`]: {
      arn: 'arn:aws:iam::200000000002:role/aws-reserved/sso.amazonaws.com/Admin_0F',
      name: 'Admin_0F',
      id: 'AROASZ4TF4CCDRGHX9999',
      path: '/aws-reserved/sso.amazonaws.com/',
    },
    [`${account}/iam/role/aws-reserved%2fsso.amazonaws.com%2fadmin_0f/managed-policies.json`]: [
      'arn:aws:iam::aws:policy/AdministratorAccess',
    ],
    [`${account}/iam/role/aws-reserved%2fsso.amazonaws.com%2fadmin_0f/trust-policy.json`]: {
      Version: '2012-10-17',
      Statement: [],
    },
    [`${account}/iam/policy/app/metadata.json`]: {
      ...{ arn: 'arn:aws:iam::200000000002:policy/app', name: 'app', id: 'ANPA1', path: '/' },
      defaultVersionId: 'v3',
    },
    [`${account}/iam/policy/app/current-policy.json`]: { Version: '2012-10-17', Statement: [] },
    [`${account}/iam/policy/old/metadata.json`]: {
      ...{ arn: 'arn:aws:iam::200000000002:policy/old', name: 'old', id: 'ANPA2', path: '/' },
    },
    [`${account}/iam/policy/old/policy.json`]: { Version: '2012-10-17', Statement: [] },
    [`${account}/kms/us-west-2/key/${KEY}/metadata.json`]: {
      arn: `arn:aws:kms:us-west-2:200000000002:key/${KEY}`,
      id: KEY,
    },
    [`${account}/kms/us-west-2/key/${KEY}/policy.json`]: { Version: '2012-10-17', Statement: [] },
    [`${organization}/metadata.json`]: {
      id: 'o-22222222',
      arn: 'arn:aws:organizations::200000000001:organization/o-22222222',
      rootOu: 'r-dh2e',
      rootAccountId: '200000000001',
      features: { SERVICE_CONTROL_POLICY: true },
    },
    [`${organization}/structure.json`]: {
      'r-dh2e': {
        children: {
          'ou-dh2e-1': { accounts: ['arn:aws:organizations::200000000001:account/o-22222222/200000000002'] },
        },
      },
    },
    [`${organization}/ous.json`]: { 'r-dh2e': { scps: [scp], rcps: [] } },
    [`${organization}/accounts.json`]: { '200000000002': { ou: 'ou-dh2e-1', scps: [], rcps: [] } },
    [`${organization}/scps/p-i6905k2f/metadata.json`]: { arn: scp, name: 'Deny', awsManaged: false },
    [`${organization}/scps/p-i6905k2f/policy.json`]: { Version: '2012-10-17', Statement: [] },
  });
  const { reads } = snapshot;
  const [details] =
    reads.of('iam:GetAccountAuthorizationDetails', { account: '200000000002', region: 'global' }) ?? [];
  const [role] = details?.output?.RoleDetailList as Record<string, unknown>[];
  assert.equal(role?.RoleName, 'Admin_0F');
  assert.equal(role?.RoleId, 'AROASZ4TF4CCDRGHX9999');
  assert.deepEqual(role?.AttachedManagedPolicies, [
    { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', PolicyName: 'AdministratorAccess' },
  ]);
  const policies = details?.output?.Policies as { DefaultVersionId: string; PolicyVersionList: object[] }[];
  const document = { Version: '2012-10-17', Statement: [] };
  assert.deepEqual(
    policies.map(({ DefaultVersionId, PolicyVersionList }) => [DefaultVersionId, PolicyVersionList]),
    ['v3', 'v1'].map((VersionId) => [
      VersionId,
      [{ VersionId, IsDefaultVersion: true, Document: JSON.stringify(document, undefined, 2) }],
    ]),
  );
  // As of when its newest file was written.
  assert.ok(Math.abs(Date.parse(details?.at ?? '') - Date.now()) < 600_000, details?.at);
  const management = { account: '200000000001', region: 'global' };
  const answered = (operation: string, input: Readonly<Record<string, unknown>> = {}) =>
    reads.get(`organizations:${operation}`, management, input)?.output;
  assert.deepEqual(answered('DescribeOrganization'), {
    Organization: {
      Id: 'o-22222222',
      Arn: 'arn:aws:organizations::200000000001:organization/o-22222222',
      FeatureSet: 'ALL',
      MasterAccountId: '200000000001',
    },
  });
  assert.deepEqual(answered('ListRoots'), {
    Roots: [
      {
        Id: 'r-dh2e',
        Name: 'Root',
        PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    ],
  });
  assert.deepEqual(answered('ListAccountsForParent', { ParentId: 'ou-dh2e-1' }), {
    Accounts: [
      {
        Id: '200000000002',
        Arn: 'arn:aws:organizations::200000000001:account/o-22222222/200000000002',
        Status: 'ACTIVE',
      },
    ],
  });
  const targets = reads.get('organizations:ListTargetsForPolicy', management, { PolicyId: 'p-i6905k2f' });
  assert.deepEqual(targets?.output?.Targets, [{ TargetId: 'r-dh2e', Type: 'ROOT' }]);
  const key = { account: '200000000002', region: 'us-west-2' };
  assert.ok(reads.get('kms:GetKeyPolicy', key, { KeyId: KEY, PolicyName: 'default' })?.output);
  // Nobody asked: that is not the same as none.
  assert.equal(reads.of('kms:ListGrants', key), undefined);
});

describe('what is read more than once', () => {
  const answer = (at: string, isRefused: boolean): Read => ({
    operation: 'kms:GetKeyRotationStatus',
    ...PLACE,
    input: { KeyId: KEY },
    at: `2026-11-0${at}T00:00:00Z`,
    from: 'aws',
    ...(isRefused ? { refused: { code: 'AccessDenied', message: '' } } : { output: {} }),
  });

  test('is known by the latest answer; a refusal never stands in for an answer', () => {
    for (const [first, second, kept] of [
      [answer('1', false), answer('2', false), 1],
      [answer('2', false), answer('1', false), 0],
      [answer('1', true), answer('2', true), 1],
      [answer('2', true), answer('1', true), 0],
      [answer('1', false), answer('2', true), 0],
      [answer('2', true), answer('1', false), 1],
      [answer('1', true), answer('2', false), 1],
      [answer('2', false), answer('1', true), 0],
    ] as const) {
      const reads = new Reads();
      reads.add(first);
      reads.add(second);
      const found = reads.get('kms:GetKeyRotationStatus', PLACE, { KeyId: KEY });
      assert.deepEqual(found, [first, second][kept], JSON.stringify([first, second]));
    }
  });

  test('is counted once: a history has what another counted only where it has all of its trails', () => {
    const ofRegion = (awsRegion: string, count: number) =>
      records(count).map((each) => ({ ...each, awsRegion, eventID: `${awsRegion} ${each.eventID}` }));
    const historyOf = (...all: object[]) => {
      const history = new History();
      for (const each of all) history.addRecord(each as Record<string, unknown>, 'a log');
      return history;
    };
    const both = historyOf(...ofRegion('us-east-1', 30), ...ofRegion('eu-west-1', 20));
    const kept = { files: [], coverage: both.coverage() };
    assert.equal(both.includes(kept), true);
    assert.equal(historyOf(...ofRegion('us-east-1', 40), ...ofRegion('eu-west-1', 20)).includes(kept), true);
    for (const [east, west] of [
      [30, 0],
      [0, 20],
      [29, 20],
      [30, 19],
    ] as const)
      assert.equal(
        historyOf(...ofRegion('us-east-1', east), ...ofRegion('eu-west-1', west)).includes(kept),
        false,
        `${east} and ${west}`,
      );
  });

  test('stands in its file in the order of what it was asked about, however it came', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const read = (KeyId: string) => ({ ...answer('1', false), input: { KeyId } });
    for (const order of [ids, ids.toReversed()]) {
      const reads = new Reads();
      for (const id of order) reads.add(read(id));
      const [[, text] = []] = readFiles(reads);
      const filed = JSON.parse(text ?? '') as { reads: { input: { KeyId: string } }[] };
      assert.deepEqual(
        filed.reads.map(({ input }) => input.KeyId),
        ids,
      );
    }
  });
});

describe('of records the few that explain others are kept whole', () => {
  const kept = (all: readonly object[]) => {
    const history = new History();
    for (const each of all) history.addRecord(each as Record<string, unknown>, 'a log');
    return [...history.events()].map(({ eventID }) => eventID);
  };

  test('of failures alike the latest twenty, and of each kind', () => {
    const [denied = {}] = records(1);
    const failures = (count: number, more: object) =>
      Array.from({ length: count }, (_, at) => ({
        ...denied,
        ...more,
        eventID: `${JSON.stringify(more)} ${at}`,
        eventTime: new Date(Date.UTC(2026, 10, 1) + at * 1000).toISOString().replace('.000', ''),
      }));
    const kinds = [
      failures(30, { errorCode: 'AccessDenied' }),
      failures(3, { errorCode: 'DisabledException' }),
      failures(21, { eventName: 'Encrypt' }),
      failures(20, { userIdentity: { type: 'IAMUser', principalId: 'AIDAOTHER' } }),
    ];
    assert.deepEqual(
      kept(kinds.flat()).sort(),
      kinds.flatMap((all) => all.slice(-20).map(({ eventID }) => eventID)).sort(),
    );
  });

  test('the call of STS that began a session in which something failed, and no other that has credentials', () => {
    const accessKeyId = 'ASIAEXAMPLE';
    const [denied = {}] = records(1);
    const failed = {
      ...denied,
      userIdentity: { ...(denied.userIdentity as object), accessKeyId },
      eventID: 'failed',
    };
    const begun = (eventSource: string, more: object = {}) => ({
      ...denied,
      ...{ errorCode: undefined, errorMessage: undefined, eventName: 'AssumeRole', eventID: 'begun' },
      ...{ eventSource, responseElements: { credentials: { accessKeyId } }, readOnly: true },
      ...more,
    });
    assert.deepEqual(kept([begun('sts.amazonaws.com'), failed]).sort(), ['begun', 'failed']);
    for (const other of [
      begun('cognito-identity.amazonaws.com'),
      begun('sts.amazonaws.com', { responseElements: { credentials: { accessKeyId: 'ASIAANOTHER' } } }),
    ])
      assert.deepEqual(kept([other, failed]), ['failed']);
  });
});

test('of a template what is secret is left out, and what stands beside it is kept', async () => {
  const template = {
    Parameters: {
      Hidden: { Type: 'String', NoEcho: true, Default: 'secret-1' },
      Shown: { Type: 'String', Default: 'kept-1' },
    },
    Resources: {
      Stored: {
        Type: 'AWS::SSM::Parameter',
        Metadata: { Value: 'kept-2' },
        Properties: { Name: 'kept-3', Value: 'secret-2' },
      },
      User: {
        Type: 'AWS::IAM::User',
        Properties: { UserName: 'kept-4', LoginProfile: { Text: 'secret-3' } },
      },
      Machine: {
        Type: 'AWS::EC2::Instance',
        Metadata: { 'AWS::CloudFormation::Init': { config: 'secret-4' } },
        Properties: { UserData: 'secret-5', ImageId: 'kept-5', Tags: [{ Key: 'Name', Value: 'kept-6' }] },
      },
    },
    Outputs: { Value: { Value: 'kept-7' } },
  };
  const twice =
    '{"Resources": {"A": {"UserData": "secret-1"}, "A": {"UserData": "secret-2", "UserData": "secret-3"}}}';
  const all = ['kept-1', 'kept-2', 'kept-3', 'kept-4', 'kept-5', 'kept-6', 'kept-7'];
  for (const [given, kept, shown] of [
    [JSON.stringify(template), all, JSON.stringify(template)],
    [stringify(template), all, undefined],
    // As the AWS CLI shows a template that is JSON.
    [template, all, JSON.stringify(template, undefined, 2)],
    // CloudFormation takes the last of members of one name.
    [twice, null, twice],
  ] as const) {
    const TemplateBody = given;
    const { snapshot } = await imported({
      'call.call': {
        operation: 'cloudformation:GetTemplate',
        ...PLACE,
        input: { StackName: 'app' },
        at: '2026-11-01T00:00:00Z',
      },
      'call.json': { TemplateBody },
    });
    const [read] = snapshot.reads.of('cloudformation:GetTemplate', PLACE) ?? [];
    const text = String(read?.output?.TemplateBody);
    assert.deepEqual(text.match(/(?:secret|kept)-\d/g)?.sort() ?? null, kept);
    if (shown) assert.equal(text, shown.replaceAll(/secret-\d/g, LEFT_OUT));
  }
});

describe('what cannot be read ends the import in a sentence, and leaves what was there', () => {
  const zipped = logFile(records(500));
  const deep = '['.repeat(200_000);
  const HOSTILE: Readonly<Record<string, readonly [name: string, content: unknown, sentence: RegExp]>> = {
    'cut off within gzip': [
      'a.json.gz',
      zipped.subarray(0, zipped.length / 2),
      /a\.json\.gz is damaged: it is cut off/,
    ],
    'cut off within a record': [
      'a.json',
      JSON.stringify({ Records: records(9) }).slice(0, -300),
      /a\.json is damaged: it is cut off/,
    ],
    'no gzip after its first bytes': [
      'a.json.gz',
      Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(99, 7)]),
      /a\.json\.gz is damaged/,
    ],
    'a broken record': ['a.json', '{"Records":[{"eventVersion":"1.11",}]}', /a\.json is damaged: /],
    'notifications of S3': [
      'a.json',
      {
        Records: [
          {
            eventVersion: '2.1',
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Put',
            eventTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
      /holds no CloudTrail records/,
    ],
    'records that are none': [
      'a.json',
      { Records: [{ a: 1 }, { __proto__: 1 }] },
      /holds no CloudTrail records/,
    ],
    'a record of megabytes': [
      'a.json',
      { Records: [{ ...records(1)[0], userAgent: 'x'.repeat(3_000_000) }] },
      /larger than CloudTrail makes any/,
    ],
    'nothing but blanks': [
      'a.json.gz',
      gzipSync(`{"Records":[${' '.repeat(5_000_000)}`),
      /no record follows/,
    ],
    'one endless string': [
      'a.json.gz',
      gzipSync(`{"Records":["${'x'.repeat(5_000_000)}`),
      /no record follows/,
    ],
    'nothing but brackets': ['a.json', deep, /a\.json is no JSON|damaged/],
    'brackets within records': ['a.json', `{"Records":[${deep}`, /damaged/],
    'an empty file': ['a.json', '', /a\.json is empty: the call that made it failed/],
    'JSON of something else': [
      'a.json',
      { name: 'left-pad', version: '1.0.0' },
      /is no output that can be read: it has name, version\. Known are/,
    ],
    'a list of something else': ['a.json', [1, 2], /is no output that can be read/],
    'another CSV': ['a.csv', 'a,b\n1,2\n', /is not the CSV of the query/],
    'an output that does not tell its key': [
      'a.json',
      { Policy: POLICY, arn: 'arn:aws:iam::111122223333:root' },
      /does not say what it is about|tells no/,
    ],
    'an output that does not tell its place': [
      'a.json',
      { EbsEncryptionByDefault: true },
      /tells no account nor Region: put it into folders/,
    ],
    'bytes that are no text': [
      'a.json',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      /a\.json is damaged: it is not UTF-8 text/,
    ],
    'a record of bytes that are no text': [
      'a.json',
      Buffer.from(JSON.stringify({ Records: records(1) }).replace('AwsApiCall', 'Aws\xff'), 'latin1'),
      /a\.json is damaged: it is not UTF-8 text/,
    ],
    'a record nested without end': [
      'a.json',
      JSON.stringify({ Records: [{ ...records(1)[0], tlsDetails: 0 }] }).replace(
        '"tlsDetails":0',
        `"tlsDetails":${'['.repeat(90_000)}${']'.repeat(90_000)}`,
      ),
      /a\.json is damaged: nested deeper than 1000/,
    ],
    'a record whose caller is a number': [
      'a.json',
      { Records: [...records(3), { ...records(4)[3], userIdentity: { type: 'IAMUser', arn: 7 } }] },
      /a\.json is damaged: in record 4, userIdentity\.arn is no text/,
    ],
    ...Object.fromEntries(
      (
        [
          ['userIdentity', 'a caller', 'userIdentity is no object'],
          ['userIdentity', { sessionContext: { sessionIssuer: 'role' } }, 'sessionIssuer is no object'],
          ['requestParameters', 'a key', 'requestParameters is no object'],
          ['responseElements', [], 'responseElements is no object'],
          ['resources', {}, 'resources is no list'],
          ['resources', [7], 'resources\\[0\\] is no object with an ARN'],
          ['resources', [{ ARN: 7 }], 'resources\\[0\\] is no object with an ARN'],
          ['errorCode', 403, 'errorCode is no text'],
        ] as const
      ).map(([member, value, fault]) => [
        `a record with ${JSON.stringify(value)} for ${member}`,
        [
          'a.json',
          { Records: [{ ...records(1)[0], [member]: value }] },
          new RegExp(`a\\.json is damaged: in record 1, .*${fault}`),
        ] as const,
      ]),
    ),
    'an output nested without end': [
      'a.json',
      `{"Keys":${deep.slice(0, 90_000)}${']'.repeat(90_000)}}`,
      /a\.json is no JSON: nested deeper than 1000/,
    ],
    'an output of millions of values': [
      'a.json.gz',
      gzipSync(`{"Keys":[${'[],'.repeat(9_000_000)}[]]}`),
      /a\.json\.gz is no JSON: more than 8000000 values/,
    ],
    'an output with a number for a list': [
      '111122223333/us-west-2/keys.json',
      { Keys: [{ KeyId: KEY, KeyArn: [`arn:aws:kms:us-west-2:111122223333:key/${KEY}`] }] },
      /keys\.json is damaged: in the output of kms:ListKeys, Keys\[0\]\.KeyArn is a list, and not text/,
    ],
    'an output whose entries have no names': [
      'a.json',
      { RoleDetailList: [{ Arn: 'arn:aws:iam::111122223333:role/app', Path: '/' }] },
      /in the output of iam:GetAccountAuthorizationDetails, RoleDetailList\[0\] has no RoleName/,
    ],
    'a store whose units are no objects': [
      'aws/aws/organizations/o-1/structure.json',
      { 'r-1': { children: { 'ou-1': 7 } } },
      /structure\.json is no tree of organizational units/,
    ],
    'a store whose units have numbers for accounts': [
      'aws/aws/organizations/o-1/structure.json',
      { 'r-1': { accounts: [7] } },
      /structure\.json is no tree of organizational units/,
    ],
    'a store with a number for names': [
      'aws/aws/accounts/111122223333/iam/user/a/groups.json',
      7,
      /iam-collect store is damaged: .*groups\.json is no list of text/,
    ],
    'a call of no operation': ['1.call', { operation: 'x' }, /does not say which call it is of/],
    'a damaged store': [
      'aws/aws/accounts/111122223333/iam/role/a/trust-policy.json',
      {},
      /iam-collect store is damaged: .*iam\/role\/a has no metadata\.json/,
    ],
    'pictures alone': ['a.png', 'x', /nothing to import/],
  };
  for (const [what, [name, content, sentence]] of Object.entries(HOSTILE)) {
    test(what, async () => {
      const { out } = await imported({ 'ok.json.gz': logFile(records(10)) });
      const before = readFileSync(join(out, 'cloudtrail/uses.jsonl'), 'utf8');
      await assert.rejects(imported({ [name]: content }, out), (error: Error) => {
        const { message } = error;
        assert.ok(error instanceof SnapshotError, message);
        assert.match(message, sentence);
        assert.ok(message.length < 700);
        return true;
      });
      assert.equal(readFileSync(join(out, 'cloudtrail/uses.jsonl'), 'utf8'), before);
      assert.ok(!existsSync(`${out}.new`));
    });
  }

  test('a folder that is no snapshot is not written over, nor one whose files were moved', async () => {
    const folder = join(root, 'mine');
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'x');
    assert.throws(() => openForImport(folder), /holds something other than a snapshot/);
    const { out } = await imported({ 'd/111122223333/us-west-2/k.json': { KmsKeyId: 'alias/aws/ebs' } });
    const file = join(out, 'accounts/111122223333/us-west-2/ec2/GetEbsDefaultKmsKeyId.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('us-west-2', 'eu-west-1'));
    assert.throws(() => loadSnapshot(out), /lies where another belongs/);
  });

  test('where nothing can be made, it ends before anything is read', () => {
    const file = join(root, 'a-file');
    writeFileSync(file, 'something');
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    const places = [
      [join(file, 'snapshot'), /: what leads to it is a file, not a folder$/],
      [join(root, 'dangling'), /: nothing can be made there$/],
      [join(root, 'a'.repeat(300)), /: the name is too long$/],
      // No disk, though a folder: where it is, whoever asks Node for a folder within it waits without end.
      ['/proc/a/snapshot', /: (?:nothing can be made there|permission is denied|the disk is read-only)$/],
    ] as const;
    for (const [place, why] of places) {
      assert.throws(() => openForImport(place), { message: why });
      assert.throws(() => replaceFolder(place, []), { message: why });
    }
    if (existsSync('/proc'))
      assert.throws(() => requireFolderCanBeMade('/proc'), {
        message: /: it is a disk itself; give a folder/,
      });
  });

  test('a link to a folder stays one', async () => {
    const [folder, link] = [join(root, 'linked'), join(root, 'link')];
    mkdirSync(folder);
    symlinkSync(folder, link);
    const { out } = await imported(
      { 'keys.json': { Keys: [{ KeyId: KEY, KeyArn: `arn:aws:kms:us-west-2:111122223333:key/${KEY}` }] } },
      link,
    );
    assert.equal(realpathSync(out), realpathSync(folder));
    assert.equal(loadSnapshot(folder).reads.size, 1);
  });
});
