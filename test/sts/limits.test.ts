/** Sessions at their limits: the second at which each ends, what of its room is taken, and which ARNs name a role or a policy. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import {
  ACCOUNT,
  allow,
  allowing,
  credentialsOf,
  denying,
  newUser,
  OTHER_ACCOUNT,
  policy,
  rootOf,
  trust,
} from '../worlds/account.ts';
import { type Credentials, refusal, type TestServer } from '../worlds/server.ts';
import { type Federation, federation, ROLE, token } from '../worlds/web-identity.ts';

let server: TestServer;
let web: Federation['assume'];
let mia: Credentials;
let root: Credentials;
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const client = (as: Credentials) => server.client(STSClient, as);

async function newRole(RoleName: string, rest: object = {}, account?: string): Promise<string> {
  const iam = server.client(IAMClient, await server.root(account));
  const AssumeRolePolicyDocument = trust(
    { AWS: rootOf(ACCOUNT) },
    { Action: ['sts:AssumeRole', 'sts:TagSession'] },
  );
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...rest }));
  return Role!.Arn!;
}

const assume = (input: Partial<AssumeRoleCommandInput>, as = mia) =>
  client(as).send(new AssumeRoleCommand({ RoleArn: roleArn('app'), RoleSessionName: 'work', ...input }));

before(async () => {
  ({ server, assume: web } = await federation(undefined));
  root = await server.root();
  mia = (await newUser(server, 'mia', { allow: [allowing('sts:*', 'kms:*')] })).credentials;
  await newRole('app', { MaxSessionDuration: 43_200 });
  const everything = { RoleName: 'app', PolicyName: 'p', PolicyDocument: allow('*') };
  await server.client(IAMClient).send(new PutRolePolicyCommand(everything));
});
after(() => server.close());

describe('to the second', () => {
  type Start = (DurationSeconds?: number) => Promise<{ Credentials?: { Expiration?: Date } }>;
  const session =
    (as: () => Credentials): Start =>
    (DurationSeconds) =>
      client(as()).send(new GetSessionTokenCommand({ DurationSeconds }));
  const federated =
    (as: () => Credentials): Start =>
    (DurationSeconds) =>
      client(as()).send(new GetFederationTokenCommand({ Name: 'bob', DurationSeconds }));
  const chained: Start = async (DurationSeconds) => {
    const { Credentials } = await assume({});
    return assume({ DurationSeconds }, credentialsOf(Credentials));
  };
  const ASKED = [undefined, 900, 3600, 3601, 43_200];
  const rows: readonly (readonly [string, Start, readonly number[]])[] = [
    ['AssumeRole', (DurationSeconds) => assume({ DurationSeconds }), [3600, 900, 3600, 3601, 43_200]],
    ['AssumeRole of a role', chained, [3600, 900, 3600]],
    [
      'AssumeRoleWithWebIdentity',
      (DurationSeconds) => web(token(), { RoleArn: ROLE, DurationSeconds }),
      [3600, 900, 3600],
    ],
    ['GetSessionToken', session(() => mia), [43_200, 900, 3600, 3601, 43_200]],
    ['GetSessionToken of root', session(() => root), [3600, 900, 3600, 3600, 3600]],
    ['GetFederationToken', federated(() => mia), [43_200, 900, 3600, 3601, 43_200]],
    ['GetFederationToken of root', federated(() => root), [3600, 900, 3600, 3600, 3600]],
  ];
  for (const [what, start, lasting] of rows)
    test(`${what} lasts`, async (t) => {
      const clock = server.latchkey.runtime.clock as { nowMs(): number };
      const { nowMs } = clock;
      t.after(() => {
        clock.nowMs = nowMs;
      });
      const seconds = Math.floor(Date.now() / 1000);
      clock.nowMs = () => seconds * 1000 + 999;
      const ends: number[] = [];
      for (const asked of ASKED.slice(0, lasting.length)) {
        const { Credentials } = await start(asked);
        ends.push(Credentials!.Expiration!.getTime() / 1000 - seconds);
      }
      assert.deepEqual(ends, lasting);
    });
});

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: SessionTokenSize, SessionTokenUtilization
describe('the size of a session token', () => {
  const LIMIT = 4096;
  // What is random does not pack.
  const text = randomBytes(6000).toString('base64');
  const tags = (length: number) =>
    Array.from({ length: Math.ceil(length / 256) }, (_, index) => ({
      Key: `k${index}`,
      Value: text.slice(index * 256, Math.min(length, (index + 1) * 256)),
    }));
  type Answer = Awaited<ReturnType<typeof assume>> | Awaited<ReturnType<typeof web>>;
  const sized = ({ Credentials, SessionTokenSize, SessionTokenUtilization }: Partial<Answer>) => {
    const size = Credentials!.SessionToken!.length;
    assert.deepEqual([SessionTokenSize, SessionTokenUtilization], [size, Math.ceil((size * 100) / LIMIT)]);
    return size;
  };
  const KINDS: readonly (readonly [string, (input: object) => Promise<Partial<Answer>>])[] = [
    ['a role', (input) => assume(input)],
    [
      'a federated user',
      (input) => client(mia).send(new GetFederationTokenCommand({ Name: 'bob', ...input })),
    ],
    ['the bearer of a token', (input) => web(token(), input)],
    ['a user', (input) => client(mia).send(new GetSessionTokenCommand(input))],
  ];

  for (const [whose, start] of KINDS)
    test(`is told, and may be asked to be larger: of ${whose}`, async () => {
      const plain = sized(await start({}));
      assert.equal(sized(await start({ MinimumSessionTokenSize: 0 })), plain);
      for (const MinimumSessionTokenSize of [plain, plain + 1, 3000, 4095, LIMIT]) {
        const answer = await start({ MinimumSessionTokenSize });
        const size = sized(answer);
        assert.ok(size >= MinimumSessionTokenSize && size < MinimumSessionTokenSize + 2, `${size}`);
        // It works as any other does.
        await client(credentialsOf(answer.Credentials)).send(new GetCallerIdentityCommand({}));
      }
      for (const [wrong, bound] of [
        [-1, 'greater than or equal to 0'],
        [LIMIT + 1, 'less than or equal to 4096'],
      ] as const) {
        const { code, message } = await refusal(start({ MinimumSessionTokenSize: wrong }));
        assert.equal(code, 'ValidationError');
        assert.ok(message.endsWith(`must have value ${bound}`), message);
      }
    });

  test('has a part in which policies and tags are packed', async () => {
    const none = await assume({ PolicyArns: [], Tags: [] });
    assert.equal(none.PackedPolicySize, undefined);
    const ARN = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const passed: object[] = [
      { Policy: allow('kms:ListKeys') },
      { PolicyArns: [{ arn: ARN }] },
      { Tags: tags(40) },
      { Policy: allow('kms:ListKeys'), PolicyArns: [{ arn: ARN }], Tags: tags(1100) },
    ];
    for (const [what, input] of passed.entries()) {
      for (const [, start] of KINDS.slice(0, 'Tags' in input ? 2 : 3)) {
        const answer = await start(input);
        assert.ok(sized(answer) > sized(await start({})), `${what}`);
        assert.equal((answer as typeof none).PackedPolicySize, answer.SessionTokenUtilization);
      }
    }
    const blanks = await assume({ Policy: allow('kms:ListKeys') + ' '.repeat(1500) });
    assert.ok(sized(blanks) < sized(none) + 500);
  });

  test('is 4,096 bytes at most', async () => {
    const outcome = async (length: number) =>
      assume({ Tags: tags(length) }).then(sized, ({ name, message }) => {
        assert.equal(name, 'PackedPolicyTooLargeException');
        return Number(
          message.match(/^The session token has (\d+) bytes, and exceeds the maximum of 4096/)![1],
        );
      });
    let [fits, exceeds] = [1000, 5000];
    assert.ok((await outcome(fits)) <= LIMIT && (await outcome(exceeds)) > LIMIT);
    while (exceeds - fits > 1) {
      const length = Math.floor((fits + exceeds) / 2);
      if ((await outcome(length)) > LIMIT) exceeds = length;
      else fits = length;
    }
    assert.ok((await outcome(fits)) > LIMIT - 20 && (await outcome(exceeds)) < LIMIT + 20);
  });
});

describe('the plaintext of session policies', () => {
  const ARN = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const POLICY = allow('kms:ListKeys');
  // Blanks count, and pack well.
  const document = (length: number) => POLICY + ' '.repeat(length - POLICY.length);
  const LIMIT = 2048;

  for (const [what, start] of [
    ['a role', (input: object) => assume(input)],
    [
      'a federated user',
      (input: object) => client(mia).send(new GetFederationTokenCommand({ Name: 'bob', ...input })),
    ],
    ['the bearer of a token', (input: object) => web(token(), input)],
  ] as const)
    test(`has 2,048 characters at most, document and ARNs together: of ${what}`, async () => {
      const PolicyArns = [{ arn: ARN }];
      await start({ Policy: document(LIMIT) });
      await start({ Policy: document(LIMIT - ARN.length), PolicyArns });
      for (const input of [
        { Policy: document(LIMIT + 1) },
        { Policy: document(LIMIT - ARN.length + 1), PolicyArns },
      ])
        assert.equal((await refusal(start(input))).code, 'ValidationError');
    });
});

describe('a session policy by ARN', () => {
  const made = async (PolicyName: string, account?: string) => {
    const iam = server.client(IAMClient, await server.root(account));
    const input = { PolicyName, PolicyDocument: allow('kms:ListKeys') };
    return (await iam.send(new CreatePolicyCommand(input))).Policy!.Arn!;
  };
  const narrow = (arn: string): readonly (() => Promise<{ Credentials?: object }>)[] => {
    const PolicyArns = [{ arn }];
    return [
      () => assume({ PolicyArns }),
      () => web(token(), { PolicyArns }),
      () => client(mia).send(new GetFederationTokenCommand({ Name: 'bob', PolicyArns })),
    ];
  };

  test("may be the account's own, and narrows what the session may do", async () => {
    const iam = server.client(IAMClient);
    const everything = { RoleName: 'deployer', PolicyName: 'list', PolicyDocument: allow('*') };
    await iam.send(new PutRolePolicyCommand(everything));
    for (const start of narrow(await made('own'))) {
      const kms = server.client(KMSClient, credentialsOf((await start()).Credentials));
      await kms.send(new ListKeysCommand({}));
      const { message } = await refusal(kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' })));
      assert.match(message, /because no session policy allows the kms:DescribeKey action$/);
    }
  });

  test('may not be of another account, nor one that does not exist', async () => {
    const others = await made('others', OTHER_ACCOUNT);
    for (const arn of [others, `arn:aws:iam::${ACCOUNT}:policy/none`, 'arn:aws:iam::aws:policy/None'])
      for (const start of narrow(arn))
        assert.deepEqual(await refusal(start()), {
          code: 'MalformedPolicyDocument',
          message: `Policy ${arn} does not exist or is not attachable.`,
          status: 400,
        });
  });

  test('narrows beside a policy as text: what both allow together', async () => {
    const PolicyArns = [{ arn: await made('with-text') }];
    const Policy = policy(allowing('sts:GetCallerIdentity', 'kms:DescribeKey'), denying('kms:ListKeys'));
    for (const { Credentials } of [
      await assume({ Policy, PolicyArns }),
      await web(token(), { Policy, PolicyArns }),
    ]) {
      const kms = server.client(KMSClient, credentialsOf(Credentials));
      const { message } = await refusal(kms.send(new ListKeysCommand({})));
      assert.match(message, /with an explicit deny in a session policy$/);
    }
  });

  test('as text must be well formed, in each kind of session', async () => {
    const starts = [
      () => assume({ Policy: '{}' }),
      () => web(token(), { Policy: '{}' }),
      () => client(mia).send(new GetFederationTokenCommand({ Name: 'bob', Policy: '{}' })),
    ];
    for (const start of starts) assert.equal((await refusal(start())).code, 'MalformedPolicyDocument');
  });
});

describe('the ARN of a role', () => {
  const INVALID = 'Request ARN is invalid';
  const rows: readonly (readonly [string, string])[] = [
    ['no-arn-at-all-but-long', 'no-arn-at-all-but-long is invalid'],
    [`arn:aws:iam::${ACCOUNT}`, `arn:aws:iam::${ACCOUNT} is invalid`],
    [`arn:aws:iam::${ACCOUNT}:`, `arn:aws:iam::${ACCOUNT}: is invalid`],
    [`arn:aws:sts::${ACCOUNT}:role/app`, INVALID],
    [`arn:aws:iam::${ACCOUNT}:user/app`, INVALID],
    [`arn:aws:iam::${ACCOUNT}:user/role/`, INVALID],
    [`arn:aws:iam::${ACCOUNT}:roles/app`, INVALID],
    ['arn:aws:iam::12345678901:role/app', INVALID],
    ['arn:aws:iam::1234567890123:role/app', INVALID],
    ['arn:aws:iam::aws:role/application', INVALID],
    ['arn:aws:iam:::role/application', INVALID],
  ];
  for (const [RoleArn, said] of rows)
    test(`is not ${RoleArn}`, async () => {
      for (const call of [() => assume({ RoleArn }), () => web(token(), { RoleArn })]) {
        const { code, message } = await refusal(call());
        assert.deepEqual([code, message], ['ValidationError', said]);
      }
    });
});

describe('session tags', () => {
  const tag = (Key: string, Value = 'x') => ({ Key, Value });
  const MISSING = 'The specified transitive tag key must be included in the requested tags.';
  const CONFLICT =
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key " +
    'from the calling session.';
  const said = async (input: Partial<AssumeRoleCommandInput>, as = mia) =>
    (await refusal(assume(input, as))).message;

  test('are all there of which the transitive are named, however they are spelled', async () => {
    assert.equal(await said({ Tags: [tag('a')], TransitiveTagKeys: ['a', 'b'] }), MISSING);
    assert.equal(await said({ Tags: [tag('a')], TransitiveTagKeys: ['b', 'a'] }), MISSING);
    const { Credentials } = await assume({
      Tags: [tag('Team', 'red'), tag('mood', 'good'), tag('Desk', '7')],
      TransitiveTagKeys: ['tEAM', 'desk'],
    });
    const first = credentialsOf(Credentials);
    for (const key of ['team', 'TEAM', 'desk'])
      assert.equal(await said({ Tags: [tag('mood'), tag(key)] }, first), CONFLICT);
    const { Credentials: next } = await assume({ Tags: [tag('mood', 'bad')] }, first);
    assert.equal(await said({ Tags: [tag('desk')] }, credentialsOf(next)), CONFLICT);
    assert.ok((await assume({ Tags: [tag('mood', 'bad')] }, credentialsOf(next))).Credentials);
  });

  test('are a right of their own for federated users', async () => {
    const federate = async (as: Credentials, ...Tags: object[]) =>
      client(as)
        .send(new GetFederationTokenCommand({ Name: 'bob', Tags: Tags as ReturnType<typeof tag>[] }))
        .then(
          () => 'given',
          (error: Error) => error.message,
        );
    const only = async (name: string, ...statements: object[]) =>
      (await newUser(server, name, { allow: statements })).credentials;
    const resource = `arn:aws:sts::${ACCOUNT}:federated-user/bob`;
    const plain = await only('plain', { ...allowing('sts:GetFederationToken'), Resource: resource });
    assert.equal(await federate(plain), 'given');
    assert.equal(
      await federate(plain, tag('team')),
      `User: arn:aws:iam::${ACCOUNT}:user/plain is not authorized to perform: sts:TagSession on resource: ` +
        `${resource} because no identity-based policy allows the sts:TagSession action`,
    );
    const tagging = { ...allowing('sts:GetFederationToken', 'sts:TagSession'), Resource: resource };
    assert.equal(await federate(await only('tagger', tagging), tag('team')), 'given');
    for (const [name, free] of [
      ['sts:GetFederationToken', 'sts:TagSession'],
      ['sts:TagSession', 'sts:GetFederationToken'],
    ] as const) {
      const Condition = {
        StringEquals: { 'aws:RequestTag/team': 'red' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
      };
      const as = await only(`by-${name.slice(4)}`, { ...allowing(name), Condition }, allowing(free));
      assert.equal(await federate(as, tag('team', 'red')), 'given');
      for (const given of [[tag('team', 'blue')], [tag('team', 'red'), tag('mood')]])
        assert.match(await federate(as, ...given), new RegExp(`not authorized to perform: ${name} on`));
    }
    assert.equal(
      await federate(mia, tag('a'), tag('A')),
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    for (const [given, what] of [
      [tag('aws:team'), 'keys'],
      [tag('AWS:team'), 'keys'],
      [tag('team', 'aws:red'), 'values'],
    ] as const)
      assert.equal(
        await federate(mia, given),
        `Tag ${what} beginning with aws: are reserved for system use.`,
      );
  });
});

test('a role is trusted by its own tags', async () => {
  for (const key of ['aws:ResourceTag/stage', 'iam:ResourceTag/stage']) {
    const name = key.slice(0, 3);
    const AssumeRolePolicyDocument = trust(
      { AWS: rootOf(ACCOUNT) },
      { Condition: { StringEquals: { [key]: 'test' } } },
    );
    const RoleArn = await newRole(name, { AssumeRolePolicyDocument });
    assert.equal((await refusal(assume({ RoleArn }))).code, 'AccessDenied');
    const Tags = [{ Key: 'stage', Value: 'test' }];
    await server.client(IAMClient).send(new TagRoleCommand({ RoleName: name, Tags }));
    assert.ok((await assume({ RoleArn })).Credentials);
  }
});

test('a session starts no session of its own user, whatever it may do otherwise', async () => {
  await newRole('nothing');
  const { Credentials } = await assume({ RoleArn: roleArn('nothing') });
  const as = client(credentialsOf(Credentials));
  const said = async (call: Promise<unknown>) => (await refusal(call)).message;
  assert.equal(
    await said(as.send(new GetSessionTokenCommand({}))),
    'Cannot call GetSessionToken with session credentials',
  );
  assert.equal(
    await said(as.send(new GetFederationTokenCommand({ Name: 'bob' }))),
    'Cannot call GetFederationToken with session credentials',
  );
});
