/**
 * One denial after the other, as an explanation takes it apart: why each statement did not match, which would have been it, what
 * the call or the account would have to be like. The policies and requests are made up, and nothing needs a server.
 */
import { after, test } from 'node:test';
import { explainedCheck, explainedDecision } from '../../../src/explain/denial/explained-check.ts';
import { explainedRemedies } from '../../../src/explain/denial/explained-remedies.ts';
import type { ExplainedCheck, Explanation } from '../../../src/explain/denial/explanation.ts';
import { nearGrants } from '../../../src/explain/denial/near-grants.ts';
import { settledByRehearsal } from '../../../src/explain/rehearsed/settled-by-rehearsal.ts';
import type { MadeRemedy } from '../../../src/explain/remedies/apply.ts';
import { merged } from '../../../src/explain/remedies/apply.ts';
import { remedyCode } from '../../../src/explain/remedies/as-code.ts';
import { withoutPrincipals } from '../../../src/explain/remedies/dead-principals.ts';
import { denyCandidates } from '../../../src/explain/remedies/deny.ts';
import { cliCommand, terraformArgument } from '../../../src/explain/remedies/instructions.ts';
import { nearMissCandidates } from '../../../src/explain/remedies/near-miss.ts';
import { newStatementCandidates } from '../../../src/explain/remedies/new-statement.ts';
import type { Candidate } from '../../../src/explain/remedies/remedy.ts';
import { withTag } from '../../../src/explain/remedies/request-tags.ts';
import { byService, directly, servicesNamed, through, waysTo } from '../../../src/explain/rights/ways.ts';
import { namesIn } from '../../../src/explain/words/principal-names.ts';
import { conditionLookup } from '../../../src/invoke/condition-lookup.ts';
import type { Ports } from '../../../src/invoke/port.ts';
import type { ConditionValues } from '../../../src/invoke/verdict.ts';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyInputs,
  PolicyPrincipal,
} from '../../../src/policy/decision.ts';
import { decide } from '../../../src/policy/evaluate.ts';
import { internPolicy } from '../../../src/policy/intern.ts';
import type { PolicyKind } from '../../../src/policy/parse.ts';
import type { RehearsedCall } from '../../../src/rehearsal/rehearsal.ts';
import type { KeyFacts, KeyGrant } from '../../../src/services/kms/index.ts';
import { namedKeyPolicy } from '../../../src/services/kms/policy/key-policy.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import { wordsOf } from '../../worlds/words.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const REGION = 'us-east-1';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY_ID}`;
const VOLUME = `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-0123456789abcdef0`;
const NOW_MS = Date.parse('2026-11-01T00:00:00Z');
/** As AWS gives them to users and roles. */
const uniqueId = (kind: 'AIDA' | 'AROA', name: string) =>
  `${kind}${name
    .toUpperCase()
    .replace(/[^A-Z]/g, '')
    .slice(0, 17)
    .padEnd(17, 'X')}`;
const iam = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;

/** A file of what is printed of each case. */
const words = wordsOf(import.meta.url, (text) => text.replaceAll(KEY, 'KEY').replaceAll(VOLUME, 'VOLUME'));

const user = (name = 'ann', path = '', account = ACCOUNT): PolicyPrincipal => ({
  kind: 'user',
  account,
  arn: iam(`user/${path}${name}`, account),
  id: uniqueId('AIDA', name),
});
const session = (path = 'service/', name = 'app', account = ACCOUNT): PolicyPrincipal => ({
  kind: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/one`,
  id: `${uniqueId('AROA', name)}:one`,
  roleArn: iam(`role/${path}${name}`, account),
  roleId: uniqueId('AROA', name),
  serviceLinked: path.startsWith('aws-service-role/'),
});
const federated = (issuer: string, issuerId: string): PolicyPrincipal => ({
  kind: 'federated-user',
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/fay`,
  id: `${ACCOUNT}:fay`,
  issuerArn: iam(issuer),
  issuerId,
});
const PRINCIPALS: Readonly<Record<string, PolicyPrincipal>> = {
  'a user': user('ann', 'team/'),
  'a session': session(),
  'the root user': { kind: 'root', account: ACCOUNT, arn: iam('root') },
  'a federated user of a user': federated('user/ops/gus', uniqueId('AIDA', 'gus')),
  'a federated user of the root user': federated('root', ACCOUNT),
  'a service': { kind: 'service', service: 'logs.us-east-1.amazonaws.com' },
  'the bearer of a token': { kind: 'web-identity', provider: iam('oidc-provider/idp.example/pool') },
  'the bearer of an assertion': { kind: 'web-identity', provider: iam('saml-provider/corp') },
  nobody: { kind: 'anonymous' },
  'a service-linked role': session(
    'aws-service-role/autoscaling.amazonaws.com/',
    'AWSServiceRoleForAutoScaling',
  ),
  'EC2 for an instance': session('aws:', 'ec2-infrastructure'),
  'a user of another account': user('far', '', OTHER),
  'a session of another account': session('', 'far', OTHER),
  'a service-linked role of another account': session('aws-service-role/x.amazonaws.com/', 'X', OTHER),
};

type Statement = Readonly<Record<string, unknown>>;
const allow = (more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: 'kms:*',
  Resource: '*',
  ...more,
});
const deny = (more: Statement = {}): Statement => ({ ...allow(more), Effect: 'Deny' });
const named = (name: string, kind: PolicyKind, ...statements: readonly Statement[]): NamedPolicy => {
  const parsed = internPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind);
  if (!parsed.ok) throw new Error(`${parsed.message} ${JSON.stringify(statements)}`);
  return { name, policy: parsed.policy };
};
const identity = (...statements: readonly Statement[]) =>
  named('user ann, inline policy own', 'identity', ...statements);
const keyPolicy = (...statements: readonly Statement[]) => named('key policy', 'key', ...statements);
const delegating = keyPolicy(allow({ Principal: { AWS: iam('root') } }));

interface Asked {
  readonly principal?: PolicyPrincipal;
  readonly action?: string;
  readonly resource?: string;
  readonly resourceAccount?: string;
  readonly conditions?: ConditionValues;
  readonly childGrant?: AccessRequest['childGrant'];
  readonly inputs?: Partial<PolicyInputs>;
  readonly isOwnCall?: boolean;
}

const requestOf = ({
  principal = user(),
  action = 'kms:Decrypt',
  resource = KEY,
  resourceAccount = ACCOUNT,
  conditions = {},
  childGrant,
}: Asked): AccessRequest => ({
  ...{ principal, action, resource, resourceAccount, childGrant },
  condition: conditionLookup(() => conditions),
});

const inputsOf = ({ action = 'kms:Decrypt', inputs = {} }: Asked): PolicyInputs => ({
  identity: [],
  ...(action.startsWith('kms:')
    ? { resourceRule: 'kms', resourcePolicy: delegating }
    : { resourceRule: 'none' as const }),
  ...inputs,
});

/** A call as its maker made it, for whatever would have to be otherwise. */
const callOf = (action: string, input: object = {}): RehearsedCall => {
  const [service = '', name = ''] = action.split(':');
  return {
    caller: {
      kind: 'external',
      identity: { principal: user(), session: undefined },
      origin: { sourceIp: '192.0.2.7' },
    },
    operation: { service: { id: service }, name },
    input,
  } as unknown as RehearsedCall;
};

/** What of a call is otherwise. */
function revised({ revise }: Candidate, call: RehearsedCall): object | undefined {
  const after = revise?.(call);
  if (!after) return undefined;
  const { identity: who, origin } = after.caller as unknown as {
    identity: { session?: object };
    origin: object;
  };
  return { input: after.input, session: who.session, origin };
}

/** `isBrief`: without the document that it would be in, which is the same each time. */
async function candidateLines(
  candidate: Candidate,
  call: RehearsedCall,
  isBrief: boolean,
): Promise<string[]> {
  const { kind, account, region, target, sentence, change, grant, first, conditions } = candidate;
  const more = {
    ...(!isBrief && {
      place: change && [
        change.place.id,
        change.place.title,
        change.place.terraform,
        change.index,
        change.purpose,
      ],
      written: change?.place.write({ Statement: [] }),
    }),
    statement: change?.statement,
    grant,
    first: first && [first.sentence, first.change?.statement],
    calls: await candidate.calls?.(undefined as never),
    conditions,
    revised: revised(candidate, call),
  };
  const shown = Object.entries(more).filter(([, value]) => value !== undefined);
  return [
    `- ${kind} ${account}/${region} ${target}: ${sentence}`,
    ...shown.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
  ];
}

const GONE = new Set([uniqueId('AROA', 'gone'), uniqueId('AIDA', 'gone'), uniqueId('AROA', 'nameless')]);
const store = openMemoryStore();
after(() => store.close());
const principals = {
  arn: async (_tx: unknown, id: string) =>
    GONE.has(id)
      ? undefined
      : { [uniqueId('AROA', 'app')]: iam('role/service/app'), [uniqueId('AIDA', 'ann')]: iam('user/ann') }[
          id
        ],
} as unknown as Ports['principals'];

/** How a decision is told, and what would change it. */
async function told(asked: Asked, isBrief = false): Promise<string[]> {
  const request = requestOf(asked);
  const inputs = inputsOf(asked);
  const decision = decide(inputs, request);
  const explained = await store.read((tx) =>
    explainedDecision({ tx, ports: { principals } }, inputs, request, asked.conditions ?? {}),
  );
  const lines = [
    explained.summary ?? 'It is allowed.',
    ...explained.policies.flatMap(({ title, outcome, statements }) => [
      `${title}: ${outcome}`,
      ...statements.map(
        ({ why, isNearMiss, mismatches = [] }) => `  ${isNearMiss ? 'near: ' : ''}${why} [${mismatches}]`,
      ),
    ]),
  ];
  if (decision.allowed) return lines;
  const { isOwnCall = true } = asked;
  const isGone = (id: string) => GONE.has(id);
  const leadsElsewhere = () => false;
  const question = { inputs, request, isOwnCall, nowMs: NOW_MS, isGone, leadsElsewhere };
  const candidates = decision.explicit
    ? denyCandidates(question, decision)
    : [...nearMissCandidates(question), ...newStatementCandidates(question, decision)];
  const call = callOf(request.action, { KeyId: KEY, EncryptionContext: { App: 'old', stage: 'prod' } });
  for (const each of candidates) lines.push(...(await candidateLines(each, call, isBrief)));
  return lines;
}

test('whose denial it is, by which kind of policy', async () => {
  const { says, compare } = words('whose');
  const show = async (title: string, asked: Asked) => says(title, ...(await told(asked)));
  const empty = named(
    'arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-none',
    'service-control',
    allow({ Action: 'ec2:*' }),
  );
  const full = named(
    'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
    'service-control',
    allow({ Action: '*' }),
  );
  const resourceControl = named(
    'arn:aws:organizations::111122223333:policy/o-1/resource_control_policy/p-rcp',
    'resource-control',
    deny({ Action: 'kms:*', Principal: '*' }),
  );
  const boundary = named(iam('policy/team/bound'), 'managed', allow({ Action: 'ec2:*' }));
  const all = identity(allow());
  for (const [who, principal] of Object.entries(PRINCIPALS)) {
    const about = { principal };
    await show(`${who}, without policies`, about);
    await show(`${who}, on a key that names another`, {
      ...about,
      inputs: { resourcePolicy: keyPolicy(allow({ Principal: { AWS: iam('user/bob') } })), identity: [all] },
    });
    await show(`${who}, making a grant through a service`, {
      ...about,
      action: 'kms:CreateGrant',
      childGrant: { actions: ['kms:Decrypt', 'kms:CreateGrant'] },
      conditions: {
        'kms:GrantIsForAWSResource': true,
        'kms:ViaService': 'ec2.us-east-1.amazonaws.com',
        'aws:ViaAWSService': true,
      },
      isOwnCall: false,
    });
    await show(`${who}, assuming a role`, {
      ...about,
      action: 'sts:AssumeRole',
      resource: iam('role/team/target'),
      conditions: {
        'idp.example/pool:aud': 'app',
        'idp.example/pool:sub': 'jane',
        'SAML:aud': 'https://signin',
      },
      inputs: {
        resourceRule: 'trust',
        resourcePolicy: named('trust policy', 'trust', {
          Effect: 'Allow',
          Principal: { AWS: iam('user/bob') },
          Action: 'sts:AssumeRole',
        }),
      },
    });
    await show(`${who}, denied`, {
      ...about,
      inputs: { resourcePolicy: keyPolicy(deny({ Principal: '*', Sid: 'None' })) },
    });
  }
  const ec2 = { action: 'ec2:DeleteVolume', resource: VOLUME, resourceAccount: ACCOUNT } as const;
  await show('a volume', { ...ec2, inputs: { identity: [identity(allow({ Action: 'ec2:CreateVolume' }))] } });
  await show('no resource', {
    action: 'ec2:DescribeVolumes',
    resource: '*',
    inputs: { identity: [identity(allow({ Action: 'ec2:*', Resource: VOLUME }))] },
  });
  await show('a boundary', {
    ...ec2,
    inputs: {
      identity: [identity(allow({ Action: 'ec2:*' }))],
      boundary: named(iam('policy/bound'), 'managed', allow()),
    },
  });
  await show('a boundary on a key', { inputs: { identity: [all], boundary } });
  await show('a boundary of AWS', {
    inputs: { identity: [all], boundary: { ...boundary, name: 'arn:aws:iam::aws:policy/PowerUserAccess' } },
  });
  await show('a session policy', {
    principal: session(),
    inputs: { identity: [all], session: [named('session policy', 'session', allow({ Action: 'ec2:*' }))] },
  });
  await show('a service control policy of the second level', {
    inputs: { identity: [all], serviceControl: [[full], [empty, full], [empty]] },
  });
  await show('a level without any', { inputs: { identity: [all], serviceControl: [[full], []] } });
  await show('a resource control policy', {
    inputs: { identity: [all], resourceControl: [[resourceControl]] },
  });
  const endpoint = `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint/vpce-1`;
  await show('an endpoint', {
    inputs: {
      identity: [all],
      vpcEndpoint: named(endpoint, 'resource', allow({ Action: 'ec2:*', Principal: '*' })),
    },
  });
  await show('an endpoint that denies', {
    inputs: { identity: [all], vpcEndpoint: named(endpoint, 'resource', deny({ Principal: '*' })) },
  });
  const bus = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/orders`;
  await show('a bus', {
    principal: PRINCIPALS['a user of another account'] as PolicyPrincipal,
    action: 'events:PutEvents',
    resource: bus,
    inputs: { resourceRule: 'standard', identity: [identity(allow({ Action: 'events:*' }))] },
  });
  await show('a log group', {
    principal: { kind: 'service', service: 'events.amazonaws.com' },
    action: 'logs:PutLogEvents',
    resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/events/x:log-stream:s`,
    inputs: { resourceRule: 'standard' },
  });
  await show('a log group of nowhere', {
    principal: { kind: 'service', service: 'events.amazonaws.com' },
    action: 'logs:PutLogEvents',
    resource: 'arn:aws:logs:::x',
    inputs: { resourceRule: 'standard' },
  });
  compare();
});

test('which statement was nearly it, and what of it is not', async () => {
  const { says, compare } = words('near');
  const show = async (title: string, asked: Asked) => says(title, ...(await told(asked)));
  const elsewhere = KEY.replace(REGION, 'eu-west-1');
  for (const [title, Resource] of [
    ['in another Region', elsewhere],
    ['of another account', KEY.replace(ACCOUNT, OTHER)],
    ['without its kind', KEY.replace('key/', '')],
    ['its alias', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app`],
    ['another key', KEY.replace('1234abcd', 'ffffffff')],
    ['one of several', [elsewhere, `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app`]],
    ['many', Array.from({ length: 6 }, (_, at) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${at}`)],
    ['four', Array.from({ length: 4 }, (_, at) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${at}`)],
    ['five', Array.from({ length: 5 }, (_, at) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${at}`)],
  ] as const)
    await show(`a resource: ${title}`, { inputs: { identity: [identity(allow({ Resource }))] } });
  await show('a resource that is spared', {
    inputs: { identity: [identity({ Effect: 'Allow', Action: 'kms:*', NotResource: KEY })] },
  });
  await show('an action that is spared', {
    inputs: { identity: [identity({ Effect: 'Allow', NotAction: 'kms:Decrypt', Resource: '*' })] },
  });
  await show('a volume by its alias', {
    action: 'ec2:DeleteVolume',
    resource: VOLUME,
    inputs: {
      identity: [
        identity(allow({ Action: 'ec2:*', Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app` })),
      ],
    },
  });
  await show('several statements', {
    inputs: {
      identity: [
        identity(
          allow({ Resource: elsewhere, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
          allow({ Action: 'kms:Encrypt' }),
          allow({ Sid: 'Nearly', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }),
          allow({ Resource: elsewhere }),
        ),
        named(
          iam('policy/two'),
          'managed',
          allow({ Condition: { StringEquals: { 'kms:ViaService': 'rds.us-east-1.amazonaws.com' } } }),
        ),
      ],
    },
    conditions: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' },
  });

  const ofKey = (
    Principal: unknown,
    more: Statement = {},
    principalIds: Readonly<Record<string, string>> = {},
  ) => {
    const source = JSON.stringify({ Version: '2012-10-17', Statement: [allow({ Principal, ...more })] });
    return { resourcePolicy: namedKeyPolicy({ source, principalIds }) };
  };
  const sessionArn = (name: string, account = ACCOUNT) => `arn:aws:sts::${account}:assumed-role/${name}`;
  for (const [title, principal, written, id] of [
    ['a session’s own ARN', session(), sessionArn('app/two')],
    ['that of another role', session(), sessionArn('web/one')],
    ['that of another account', session(), sessionArn('app/one', OTHER)],
    ['a role without its path', session(), iam('role/app')],
    ['a role in another case', session(), iam('role/service/APP')],
    ['a user’s name of another account', user(), iam('user/ann', OTHER)],
    ['a user without a path', user('ann', 'team/'), iam('user/ann')],
    ['a user who was deleted', user(), iam('user/ann'), uniqueId('AIDA', 'gone')],
    ['a user who was deleted, by his id', user(), uniqueId('AIDA', 'gone')],
    ['another user who was deleted', user(), iam('user/old'), uniqueId('AIDA', 'gone')],
    ['a role that was deleted', session(), iam('role/service/app'), uniqueId('AROA', 'gone')],
    ['a role that was deleted, for a user', user(), iam('role/service/app'), uniqueId('AROA', 'gone')],
    ['a user who is there', user('bob'), iam('user/ann'), uniqueId('AIDA', 'ann')],
    ['one session of the role', session(), sessionArn('app/two'), `${uniqueId('AROA', 'app')}:two`],
    [
      'one session of a role that was deleted',
      session(),
      sessionArn('app/two'),
      `${uniqueId('AROA', 'gone')}:two`,
    ],
    ['another role by its id', session(), iam('role/web'), uniqueId('AROA', 'web')],
  ] as const) {
    const ids = id === undefined ? {} : { [written]: id };
    await show(`a principal: ${title}`, { principal, inputs: ofKey({ AWS: written }, {}, ids) });
    const others = { AWS: [iam('user/bob'), written, iam('user/cid')], Service: 'ec2.amazonaws.com' };
    await show(`a principal among others: ${title}`, { principal, inputs: ofKey(others, {}, ids) });
  }
  await show('a principal who is spared', {
    principal: session(),
    inputs: {
      identity: [identity(allow())],
      resourcePolicy: keyPolicy(allow({ Principal: { AWS: iam('root') } }), {
        Effect: 'Deny',
        NotPrincipal: { AWS: [iam('role/service/app'), uniqueId('AROA', 'app')] },
        Action: 'kms:*',
        Resource: '*',
      }),
    },
  });
  await show('others who are spared', {
    principal: session(),
    inputs: {
      resourcePolicy: keyPolicy({
        Effect: 'Deny',
        NotPrincipal: { AWS: [iam('user/bob')] },
        Action: 'kms:*',
        Resource: '*',
      }),
    },
  });
  await show('a user with others spared', {
    inputs: {
      resourcePolicy: keyPolicy({
        Effect: 'Deny',
        NotPrincipal: { AWS: [uniqueId('AIDA', 'gone'), uniqueId('AROA', 'nameless')] },
        NotAction: ['kms:Encrypt', 'ec2:*'],
        NotResource: ['arn:aws:s3:::b'],
      }),
    },
  });
  await show('the account, under a condition', {
    inputs: ofKey(
      { AWS: iam('root') },
      { Sid: 'Root', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    ),
  });
  await show('the account, for other actions', {
    inputs: ofKey({ AWS: iam('root') }, { Action: 'kms:Encrypt' }),
  });
  for (const [title, more] of [
    ['the shorter one', { Action: ['kms:GenerateDataKey', 'kms:Decrypt'] }],
    ['the longer of two shorter ones', { Action: ['KMS:Generate', 'KMS:GenerateDataKeyWithout'] }],
    ['other ones', { Sid: 'Use', Action: ['kms:Encrypt', 'kms:G', 'kms:'] }],
    ['the shorter one, spared', { Action: undefined, NotAction: ['kms:GenerateDataKey', 'kms:*'] }],
    ['the shorter one of another key', { Action: 'kms:GenerateDataKey', Resource: elsewhere }],
    [
      'the shorter one under a condition',
      { Action: 'kms:GenerateDataKey', Condition: { Null: { 'aws:SourceIp': 'false' } } },
    ],
  ] as const) {
    const asked = { action: 'kms:GenerateDataKeyWithoutPlaintext' };
    await show(`an action: ${title}`, { ...asked, inputs: { identity: [identity(allow(more))] } });
    await show(`an action for a principal: ${title}`, {
      ...asked,
      inputs: ofKey({ AWS: iam('user/ann') }, more, { [iam('user/ann')]: uniqueId('AIDA', 'ann') }),
    });
  }
  await show('another account’s user, offered', {
    principal: user('far', '', OTHER),
    inputs: {
      resourcePolicy: keyPolicy(allow({ Principal: { AWS: iam('root', OTHER) } })),
      identity: [identity(allow({ Action: 'kms:Encrypt' }))],
    },
  });
  await show('another account’s user, not offered', {
    principal: user('far', '', OTHER),
    inputs: { identity: [identity(allow())] },
  });
  await show('what is not read', {
    inputs: {
      identity: [
        {
          name: 'managed policy far',
          policy: {
            version: '2012-10-17',
            statements: [],
            source: '',
            missing: { kind: 'policy', name: 'managed policy far', why: 'refused' },
          },
        },
      ],
    },
  });
  await show('what is not known of the call', {
    conditions: { 'aws:SourceIp': { kind: 'condition key', name: 'aws:SourceIp', why: 'not recorded' } },
    inputs: {
      identity: [
        identity(
          allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
          deny({ Action: 'kms:*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }),
        ),
      ],
    },
  });
  compare();
});

const many = (count: number) => Array.from({ length: count }, (_, at) => `value ${at}`);
// biome-ignore lint/suspicious/noTemplateCurlyInString: policies write their variables so.
const OWN_TEAM = '${aws:PrincipalTag/team}';
const VIA = { 'kms:ViaService': `ec2.${REGION}.amazonaws.com`, 'aws:ViaAWSService': true } as const;

type ConditionRow = readonly [
  condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  conditions?: ConditionValues,
  more?: Asked,
];

const ec2 = (action: string, resource = VOLUME): Asked => ({ action: `ec2:${action}`, resource });
const sts: Asked = { action: 'sts:AssumeRole', resource: iam('role/app') };

/** Each condition by itself: of the request that is denied for it, and whose statement would allow it. */
const CONDITIONS: readonly ConditionRow[] = [
  [{ StringEquals: { 'kms:ViaService': `rds.${REGION}.amazonaws.com` } }],
  [{ StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } }, VIA],
  [{ StringEquals: { 'kms:ViaService': `rds.${REGION}.amazonaws.com` } }, VIA],
  [{ StringEquals: { 'kms:ViaService': 'ec2.*.amazonaws.com' } }, VIA],
  [{ StringLike: { 'kms:ViaService': ['rds.*.amazonaws.com', 's3.*.amazonaws.com'] } }, VIA],
  [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '192.0.2.7' }],
  [{ IpAddress: { 'aws:SourceIp': ['10.0.0.1', '10.1.0.0/16'] } }, { 'aws:SourceIp': '192.0.2.7' }],
  [
    { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    { 'aws:SourceIp': '54.239.0.1', 'aws:ViaAWSService': true },
  ],
  [{ NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, { 'aws:SourceIp': '192.0.2.7' }],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, { 'aws:MultiFactorAuthPresent': false }],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, { 'aws:MultiFactorAuthPresent': true }],
  [{ NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }],
  [{ NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }, { 'aws:MultiFactorAuthAge': 7200 }],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': true }],
  [{ StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
  [{ StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, { 'aws:SourceVpc': 'vpc-2' }],
  [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }],
  [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, { 'aws:PrincipalOrgID': 'o-2' }],
  [
    { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } },
    { 'aws:PrincipalOrgPaths': ['o-2/r-1/'] },
  ],
  [{ StringEquals: { 'aws:ResourceOrgID': 'o-1' } }],
  [{ StringEquals: { 'kms:CallerAccount': OTHER } }, { 'kms:CallerAccount': ACCOUNT }],
  [{ StringEquals: { 'aws:SourceAccount': ACCOUNT } }],
  [{ ArnLike: { 'aws:SourceArn': 'arn:aws:logs:*:*:*' } }],
  [{ Bool: { 'kms:GrantIsForAWSResource': 'true' } }],
  [{ StringEquals: { 'custom:Key': 'x' } }],
  // Tags and aliases.
  [{ StringEquals: { 'aws:ResourceTag/stage': 'prod' } }],
  [{ StringEquals: { 'aws:ResourceTag/stage': 'prod' } }, { 'aws:ResourceTag/stage': 'test' }],
  [{ StringEquals: { 'aws:ResourceTag/stage': 'prod' } }, { 'aws:ResourceTag/stage': 'Prod' }],
  [{ StringEquals: { 'aws:ResourceTag/stage': 'prod' } }, { 'aws:ResourceTag/stage': 'prod ' }],
  [{ StringLike: { 'aws:ResourceTag/stage': 'prod*' } }],
  [{ StringEquals: { 'aws:ResourceTag/stage': 'prod' } }, {}, ec2('DeleteVolume')],
  [{ StringEquals: { 'ec2:ResourceTag/stage': 'prod' } }, {}, ec2('DeleteVolume')],
  [
    { StringEquals: { 'aws:ResourceTag/stage': 'prod' } },
    {},
    ec2('RunInstances', `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`),
  ],
  [
    { StringEquals: { 'aws:ResourceTag/stage': 'prod' } },
    {},
    { action: 'iam:PassRole', resource: iam('role/app') },
  ],
  [{ StringEquals: { 'aws:PrincipalTag/team': 'blue' } }],
  [{ StringEquals: { 'aws:PrincipalTag/team': 'blue' } }, {}, { principal: session() }],
  [
    { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
    {},
    { principal: PRINCIPALS['a service-linked role'] as PolicyPrincipal },
  ],
  [
    { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
    {},
    { principal: PRINCIPALS['the root user'] as PolicyPrincipal },
  ],
  [{ StringEquals: { 'aws:ResourceTag/team': OWN_TEAM } }, { 'aws:ResourceTag/team': 'blue' }],
  [
    { StringEquals: { 'aws:ResourceTag/team': OWN_TEAM } },
    { 'aws:ResourceTag/team': 'blue', 'aws:PrincipalTag/team': 'red' },
  ],
  [{ StringEquals: { 'aws:ResourceTag/team': OWN_TEAM } }, { 'aws:PrincipalTag/team': 'red' }],
  [
    { StringNotEquals: { 'aws:ResourceTag/team': OWN_TEAM } },
    { 'aws:ResourceTag/team': 'blue', 'aws:PrincipalTag/team': 'blue' },
  ],
  [{ StringEquals: { 'aws:ResourceTag/team': [OWN_TEAM, 'shared'] } }, { 'aws:ResourceTag/team': 'blue' }],
  [
    { StringEquals: { 'kms:ResourceAliases': 'alias/app' } },
    { 'kms:ResourceAliases': ['alias/web', 'alias/old'] },
  ],
  [{ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } }],
  [
    { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } },
    { 'kms:ResourceAliases': ['alias/web'] },
  ],
  [
    { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'app' } },
    { 'kms:ResourceAliases': ['alias/web'] },
  ],
  [
    { 'ForAllValues:StringEquals': { 'kms:ResourceAliases': 'alias/app' } },
    { 'kms:ResourceAliases': ['alias/app', 'alias/web'] },
  ],
  [{ StringEquals: { 'kms:RequestAlias': 'alias/app' } }],
  [{ StringEquals: { 'kms:RequestAlias': 'alias/app' } }, { 'kms:RequestAlias': 'alias/web' }],
  // What the call itself says.
  [{ StringEquals: { 'kms:EncryptionContext:App': 'shop' } }],
  [{ StringEquals: { 'kms:EncryptionContext:App': 'shop' } }, { 'kms:EncryptionContext:App': 'bank' }],
  [{ StringLike: { 'kms:EncryptionContext:App': ['sh*', 'ba?k'] } }],
  [
    { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'App' } },
    { 'kms:EncryptionContextKeys': ['stage'] },
  ],
  [
    {
      Null: { 'kms:EncryptionContextKeys': 'false' },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'App' },
    },
  ],
  [{ Null: { 'kms:EncryptionContextKeys': 'false' } }],
  [
    { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'App' } },
    { 'kms:EncryptionContextKeys': ['App', 'stage'] },
  ],
  [
    { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset' } },
    {},
    { action: 'kms:CreateGrant' },
  ],
  [{ StringEqualsIgnoreCase: { 'kms:RecipientAttestation:PCR0': 'abcd' } }],
  [
    {
      StringEqualsIgnoreCase: { 'kms:RecipientAttestation:PCR0': 'abcd' },
      Bool: { 'aws:SecureTransport': 'true' },
    },
    { 'aws:SecureTransport': false },
  ],
  [
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
    { 'aws:TagKeys': ['stage'] },
    { action: 'kms:CreateKey', resource: '*' },
  ],
  [{ Null: { 'aws:RequestTag/team': 'false' } }, {}, { action: 'kms:CreateKey', resource: '*' }],
  [
    { Null: { 'aws:RequestTag/team': 'true' } },
    { 'aws:RequestTag/team': 'x' },
    { action: 'kms:CreateKey', resource: '*' },
  ],
  [{ StringEquals: { 'aws:RequestTag/team': 'blue' } }, {}, { action: 'kms:CreateKey', resource: '*' }],
  [
    { StringEquals: { 'aws:RequestTag/team': 'blue' } },
    { 'aws:RequestTag/team': 'red' },
    ec2('CreateVolume', `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`),
  ],
  [
    { StringLike: { 'aws:RequestTag/team': 'b*' } },
    {},
    ec2('CreateVolume', `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`),
  ],
  [{ StringEquals: { 'aws:RequestTag/team': 'blue' } }, {}, ec2('CreateTags')],
  [{ StringEquals: { 'aws:RequestTag/team': 'blue' } }, {}, ec2('CreateVolume', '*')],
  [{ StringEquals: { 'aws:RequestTag/team': 'blue' } }, {}, { action: 'logs:CreateLogGroup', resource: '*' }],
  [{ StringEquals: { 'aws:RequestTag/team': 'blue' } }, {}, { action: 'ebs:StartSnapshot', resource: '*' }],
  [{ Bool: { 'ec2:Encrypted': 'true' } }, { 'ec2:Encrypted': false }, ec2('CreateVolume')],
  [{ Bool: { 'ec2:Encrypted': 'true' } }, { 'ec2:Encrypted': false }, ec2('RunInstances')],
  [{ Bool: { 'ec2:Encrypted': 'false' } }, { 'ec2:Encrypted': true }, ec2('RunInstances')],
  [
    { StringEquals: { 'ec2:InstanceType': 't3.micro' } },
    { 'ec2:InstanceType': 'm5.large' },
    ec2('RunInstances'),
  ],
  [
    { StringLike: { 'ec2:InstanceType': ['t3.*', 't2.*'] } },
    { 'ec2:InstanceType': 'm5.large' },
    ec2('RunInstances'),
  ],
  [{ NumericLessThan: { 'ec2:VolumeSize': '100' } }, { 'ec2:VolumeSize': 200 }, ec2('CreateVolume')],
  [{ NumericGreaterThan: { 'ec2:VolumeSize': '100' } }, { 'ec2:VolumeSize': 100 }, ec2('CreateVolume')],
  [{ NumericLessThanEquals: { 'ec2:VolumeSize': '100' } }, { 'ec2:VolumeSize': 200 }, ec2('CreateVolume')],
  [
    { NumericGreaterThanEqualsIfExists: { 'ec2:VolumeSize': '100' } },
    { 'ec2:VolumeSize': 1 },
    ec2('CreateVolume'),
  ],
  [{ StringEquals: { 'ec2:VolumeType': 'gp3' } }, { 'ec2:VolumeType': 'io1' }, ec2('CreateVolume')],
  [
    { StringEquals: { 'kms:KeySpec': 'RSA_2048' } },
    { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' },
    { action: 'kms:CreateKey', resource: '*' },
  ],
  [{ StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } }, {}, { action: 'kms:CreateKey', resource: '*' }],
  [{ StringEquals: { 'kms:KeyOrigin': 'EXTERNAL' } }, {}, { action: 'kms:CreateKey', resource: '*' }],
  [
    { Bool: { 'kms:MultiRegion': 'true' } },
    { 'kms:MultiRegion': false },
    { action: 'kms:CreateKey', resource: '*' },
  ],
  [{ StringEquals: { 'kms:KeySpec': 'RSA_2048' } }, { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' }],
  [
    { NumericGreaterThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '14' } },
    { 'kms:ScheduleKeyDeletionPendingWindowInDays': 7 },
    { action: 'kms:ScheduleKeyDeletion' },
  ],
  [{ StringEquals: { 'sts:ExternalId': 'x-1' } }, {}, sts],
  [{ StringEquals: { 'sts:RoleSessionName': 'ann' } }, { 'sts:RoleSessionName': 'bob' }, sts],
  [{ StringEquals: { 'sts:SourceIdentity': 'ann' } }, {}, sts],
  [
    { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    {},
    { action: 'iam:PassRole', resource: iam('role/app') },
  ],
  // Who it is.
  [
    { ArnEquals: { 'aws:PrincipalArn': `arn:aws:sts::${ACCOUNT}:assumed-role/app/*` } },
    { 'aws:PrincipalArn': iam('role/service/app') },
  ],
  [
    { ArnEquals: { 'aws:PrincipalArn': [iam('role/x'), `arn:aws:sts::${ACCOUNT}:assumed-role/app/*`] } },
    { 'aws:PrincipalArn': iam('role/service/app') },
  ],
  [{ ArnEquals: { 'aws:PrincipalArn': iam('role/app') } }, { 'aws:PrincipalArn': iam('role/service/app') }],
  [{ ArnEquals: { 'aws:PrincipalArn': iam('role/web') } }, { 'aws:PrincipalArn': iam('role/service/app') }],
  [{ StringEquals: { 'aws:username': 'bob' } }, { 'aws:username': 'ann' }],
  // Operators and their traps.
  [
    { StringEquals: { 'aws:CalledVia': 'ec2.amazonaws.com' } },
    { 'aws:CalledVia': ['ec2.amazonaws.com', 'x'] },
  ],
  [{ StringEqualsIgnoreCase: { 'aws:username': 'a*' } }, { 'aws:username': 'bob' }],
  [{ StringNotEquals: { 'aws:username': 'ann' } }, { 'aws:username': 'ann' }],
  [{ StringNotLike: { 'aws:username': 'a*' } }, { 'aws:username': 'ann' }],
  [{ ArnNotLike: { 'aws:PrincipalArn': iam('*') } }, { 'aws:PrincipalArn': iam('user/ann') }],
  [{ StringEquals: { 'aws:username': 'a?n' } }, { 'aws:username': 'ann' }],
  [{ StringEquals: { 'aws:username': 'b.*' } }, { 'aws:username': 'bxx' }],
  [{ StringEquals: { 'aws:username': [] } }, { 'aws:username': 'ann' }],
  [{ StringEquals: { 'aws:username': many(3) } }, { 'aws:username': 'ann' }],
  [
    { DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } },
    { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
  ],
  [{ NumericEquals: { 'aws:EpochTime': '5' } }, { 'aws:EpochTime': '6' }],
  [{ NumericNotEquals: { 'aws:EpochTime': '5' } }, { 'aws:EpochTime': '5' }],
  // Several at once.
  [
    {
      StringEquals: {
        'aws:RequestedRegion': 'us-east-1',
        'aws:username': 'bob',
        'kms:EncryptionContext:App': 'shop',
      },
    },
    { 'aws:RequestedRegion': 'us-east-1', 'aws:username': 'ann', 'kms:EncryptionContext:App': 'bank' },
  ],
  [{ StringEquals: { 'aws:ResourceTag/a': '1', 'aws:ResourceTag/b': '2' } }, { 'aws:ResourceTag/b': '3' }],
  [
    { StringEquals: { 'kms:EncryptionContext:App': 'shop' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    {},
  ],
  [
    {
      StringEquals: { 'aws:username': 'x*', 'AWS:RequestedRegion': REGION },
      StringLike: { 'aws:userid': 'AIDA*' },
    },
    { 'aws:username': 'xyz', 'aws:RequestedRegion': REGION, 'aws:userid': uniqueId('AIDA', 'ann') },
  ],
  [
    { StringEquals: { 'aws:username': 'x*' }, StringLike: { 'aws:userid': 'AIDA*' } },
    { 'aws:username': 'xyz', 'aws:userid': uniqueId('AIDA', 'ann') },
  ],
];

test('what of a request would have to be otherwise, by each condition that it does not meet', async () => {
  const { says, compare } = words('conditions');
  for (const [Condition, conditions, more = {}] of CONDITIONS) {
    const action = more.action ?? 'kms:Decrypt';
    const inputs = { identity: [identity(allow({ Sid: 'Own', Action: action, Condition }))] };
    const [, ...own] = await told({ inputs, ...more, conditions }, true);
    const byService = await told({ inputs, ...more, conditions, isOwnCall: false }, true);
    says(
      `${JSON.stringify(Condition)}: ${action} with ${JSON.stringify(conditions ?? {})}`,
      ...own.filter((line) => !/^(?:key policy|inline policy)|^ {2}allows the account/.test(line)),
      ...byService
        .filter((line) => /^- /.test(line) && !own.includes(line))
        .map((line) => `by a service ${line}`),
      ...own
        .filter((line) => /^- /.test(line) && !byService.includes(line))
        .map(() => 'by a service: not so'),
    );
  }
  compare();
});

/** Conditions by which a Deny meets a call: those of above, as their opposites. */
const DENIED: readonly ConditionRow[] = [
  [{}],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, { 'aws:MultiFactorAuthPresent': false }],
  [{ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }],
  [{ Null: { 'aws:MultiFactorAuthAge': 'true' } }],
  [{ Null: { 'kms:EncryptionContext:App': 'true' } }],
  [{ Null: { 'kms:EncryptionContext:App': 'false' } }, { 'kms:EncryptionContext:App': 'shop' }],
  [{ NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '10.9.0.0/16'] } }, { 'aws:SourceIp': '192.0.2.7' }],
  [
    { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    { 'aws:SourceIp': '54.239.0.1', 'aws:ViaAWSService': true },
  ],
  [{ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, { 'aws:SourceIp': '192.0.2.7' }],
  [{ StringNotEquals: { 'aws:ResourceTag/stage': 'prod' } }],
  [{ StringNotEqualsIfExists: { 'aws:ResourceTag/stage': 'prod' } }, { 'aws:ResourceTag/stage': 'test' }],
  [{ StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } }, {}, { principal: session() }],
  [{ StringNotEquals: { 'kms:EncryptionContext:App': 'shop' } }],
  [{ StringEquals: { 'aws:username': 'ann' } }, { 'aws:username': 'ann' }],
  [{ StringNotLike: { 'aws:PrincipalArn': iam('role/*') } }, { 'aws:PrincipalArn': iam('user/ann') }],
  [{ 'ForAllValues:StringNotEquals': { 'aws:TagKeys': 'team' } }],
  [{ StringNotEquals: { 'kms:ViaService': 'rds.us-east-1.amazonaws.com' } }, VIA],
  [{ Bool: { 'aws:ViaAWSService': 'true' } }, VIA],
  [
    { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    { ...VIA, 'kms:GrantIsForAWSResource': true },
    { action: 'kms:CreateGrant' },
  ],
  [
    { StringEquals: { 'aws:RequestedRegion': REGION } },
    { 'aws:RequestedRegion': REGION, 'kms:GrantIsForAWSResource': true },
    { action: 'kms:CreateGrant' },
  ],
  [
    { StringEquals: { 'aws:RequestedRegion': REGION } },
    { 'aws:RequestedRegion': REGION, ...VIA },
    { principal: { kind: 'service', service: 'x.amazonaws.com' } },
  ],
  [{ NumericGreaterThan: { 'ec2:VolumeSize': '100' } }, { 'ec2:VolumeSize': 200 }, ec2('CreateVolume')],
  [{ NumericGreaterThanEquals: { 'ec2:VolumeSize': '100' } }, { 'ec2:VolumeSize': 200 }, ec2('CreateVolume')],
  [{ NumericLessThan: { 'ec2:VolumeSize': '100' } }, { 'ec2:VolumeSize': 1 }, ec2('CreateVolume')],
  [{ NumericLessThanEquals: { 'ec2:VolumeSize': '100' } }, { 'ec2:VolumeSize': 1 }, ec2('CreateVolume')],
  [{ Bool: { 'ec2:Encrypted': 'false' } }, { 'ec2:Encrypted': false }, ec2('CreateVolume')],
  [
    { StringNotEquals: { 'aws:RequestTag/team': 'blue' } },
    {},
    ec2('CreateVolume', `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`),
  ],
];

test('what a denial spares, and how it would spare the call', async () => {
  const { says, compare } = words('deny');
  for (const [Condition, conditions, more = {}] of DENIED) {
    const statement = deny({
      Action: more.action ?? 'kms:Decrypt',
      ...(Object.keys(Condition).length > 0 && { Condition }),
    });
    const inputs = { identity: [identity(allow({ Action: '*' }), statement)] };
    says(
      `${JSON.stringify(Condition)}: ${more.action ?? ''} with ${JSON.stringify(conditions ?? {})}`,
      ...(await told({ ...more, conditions, inputs }, true)),
    );
  }
  const barred = (name: string) => named(name, 'managed', deny());
  says('of AWS', ...(await told({ inputs: { identity: [barred('arn:aws:iam::aws:policy/AWSDenyAll')] } })));
  says('of a managed policy', ...(await told({ inputs: { identity: [barred(iam('policy/bar'))] } })));
  says(
    'of a boundary',
    ...(await told({ inputs: { identity: [identity(allow())], boundary: barred(iam('policy/bar')) } })),
  );
  says(
    'of an unnamed session policy',
    ...(await told({
      inputs: { identity: [identity(allow())], session: [named('session policy', 'session', deny())] },
    })),
  );
  says(
    'of a group',
    ...(await told({ inputs: { identity: [named('group devs, inline policy bar', 'identity', deny())] } })),
  );
  compare();
});

const grantOf = (more: Partial<KeyGrant> = {}): KeyGrant => ({
  ...{ grantId: 'f'.repeat(64), grantee: iam('user/ann'), issuingAccount: ACCOUNT, actions: ['kms:Decrypt'] },
  createdAtMs: 0,
  ...more,
});

test('what a grant lacks that nearly covers the call', async () => {
  const { says, compare } = words('grants');
  const app = { encryptionContextSubset: { app: 'shop' } };
  const context = (pairs: Readonly<Record<string, string>>): ConditionValues => ({
    'kms:EncryptionContextKeys': Object.keys(pairs),
    ...Object.fromEntries(
      Object.entries(pairs).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
    ),
  });
  const rows: readonly (readonly [string, Partial<KeyGrant>, Asked?])[] = [
    ['nothing', {}],
    ['a name', { name: 'mine' }],
    ['another grantee', { grantee: iam('user/bob') }],
    ['the operation', { actions: ['kms:Encrypt', 'kms:GenerateDataKey'] }],
    ['the context', app],
    ['the value of the context', app, { conditions: context({ app: 'bank' }) }],
    ['the case of its key', app, { conditions: context({ App: 'shop' }) }],
    [
      'one of two',
      { encryptionContextSubset: { app: 'shop', stage: 'prod' } },
      { conditions: context({ app: 'shop', other: 'x' }) },
    ],
    [
      'no more than it has',
      { encryptionContextEquals: { app: 'shop' } },
      { conditions: context({ app: 'shop', other: 'x' }) },
    ],
    [
      'what is not known',
      app,
      { conditions: { '*': { kind: 'condition key', name: 'the encryption context', why: 'not recorded' } } },
    ],
    [
      'a narrower grant',
      { ...app, actions: ['kms:CreateGrant'] },
      { action: 'kms:CreateGrant', childGrant: { actions: ['kms:Decrypt'] } },
    ],
    ['the account', { grantee: iam('root') }],
    ['the account by its number', { grantee: ACCOUNT }],
    ['the account of a session', { grantee: iam('root') }, { principal: session() }],
    [
      'the root user',
      { grantee: iam('root') },
      { principal: PRINCIPALS['the root user'] as PolicyPrincipal },
    ],
    ['the role of a session', { grantee: iam('role/service/app') }, { principal: session() }],
    ['the session', { grantee: `arn:aws:sts::${ACCOUNT}:assumed-role/app/one` }, { principal: session() }],
    ['its unique id', { grantee: uniqueId('AROA', 'app') }, { principal: session() }],
    ['its own account', { grantee: iam('user/far', OTHER) }, { principal: user('far', '', OTHER) }],
    [
      'issued by its own account',
      { grantee: iam('user/far', OTHER), issuingAccount: OTHER },
      { principal: user('far', '', OTHER) },
    ],
    ['one who was deleted', { grantee: uniqueId('AIDA', 'gone') }],
    ['one of whom nothing is recorded', { grantee: uniqueId('AROA', 'nameless') }, { principal: session() }],
    [
      'a service',
      { grantee: 'logs.us-east-1.amazonaws.com' },
      { principal: PRINCIPALS['a service'] as PolicyPrincipal },
    ],
  ];
  for (const [title, grant, asked = {}] of rows) {
    const all = [grantOf(grant)];
    const names = await store.read((tx) =>
      namesIn({ tx, ports: { principals } }, [], all, {
        [uniqueId('AIDA', 'gone')]: iam('user/ann'),
        [uniqueId('AROA', 'gone')]: iam('role/service/app'),
      }),
    );
    says(title, ...nearGrants(all, requestOf(asked), names).map((each) => JSON.stringify(each)));
  }
  compare();
});

test('remedies as they are shown, as commands and as code', () => {
  const { says, compare } = words('remedies');
  const json = (value: unknown) => JSON.stringify(value, undefined, 1);
  const place = {
    id: 'p',
    target: KEY,
    title: 'the key policy',
    account: ACCOUNT,
    region: REGION,
    terraform: 'aws_kms_key.policy',
  };
  const change = (at: number, index?: number, sentence?: string) => ({
    place: place as NonNullable<MadeRemedy['place']>,
    ...(index !== undefined && { index }),
    ...(sentence && { sentence }),
    statement: { Sid: `S${at}` },
  });
  const made = (more: Partial<MadeRemedy>): MadeRemedy => ({
    ...{
      kind: 'statement',
      account: ACCOUNT,
      region: REGION,
      target: KEY,
      sentence: 'Change it:',
      by: iam('root'),
    },
    ...{
      calls: [
        {
          service: 'kms',
          operation: 'PutKeyPolicy',
          account: ACCOUNT,
          region: REGION,
          input: { KeyId: KEY, Policy: '{"Statement":[]}' },
        },
      ],
    },
    changes: [],
    ...more,
  });
  const before = { Statement: [{ Sid: 'Old' }] };
  const edited = { before, after: { Statement: [{ Sid: 'S0' }, { Sid: 'S1' }] } };
  const shown: Readonly<Record<string, MadeRemedy>> = {
    'without a change': made({ kind: 'state' }),
    untried: made({ kind: 'request', calls: [], isUntried: true, by: undefined }),
    'a grant': made({
      kind: 'grant',
      calls: [
        { service: 'kms', operation: 'CreateGrant', account: ACCOUNT, region: REGION, input: { KeyId: KEY } },
      ],
    }),
    'a grant without a call': made({ kind: 'grant', calls: [] }),
    'a new document': made({ place: change(0).place, changes: [change(0)], after: edited.after }),
    'one statement': made({ place: change(0).place, changes: [change(0, 1)], ...edited }),
    'two statements, and who was deleted': made({
      changes: [change(0, 0, 'Replace it:'), change(1, undefined, 'Add it:')],
      ...edited,
      dead: [uniqueId('AROA', 'gone'), uniqueId('AIDA', 'gone')],
    }),
    'one who was deleted, at no colon': made({
      changes: [change(0, 0, 'Replace it.')],
      ...edited,
      dead: [uniqueId('AROA', 'gone')],
    }),
    'nobody who was deleted': made({ changes: [change(0, 0)], ...edited, dead: [] }),
  };
  for (const [title, remedy] of Object.entries(shown)) says(title, json(explainedRemedies(remedy)));

  const document = JSON.stringify({
    Statement: [{ Resource: `\${aws:username}`, Condition: { x: '%{y}' } }],
  });
  const call = (service: string, operation: string, input: object) => ({
    service,
    operation,
    input,
    account: ACCOUNT,
    region: REGION,
  });
  const calls = [
    call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: document }),
    call('iam', 'PutRolePolicy', { RoleName: 'app', PolicyName: 'p', PolicyDocument: document }),
    call('iam', 'PutGroupPolicy', { GroupName: 'devs', PolicyName: 'p', PolicyDocument: document }),
    call('kms', 'PutKeyPolicy', { KeyId: KEY, Policy: document }),
    call('iam', 'CreatePolicyVersion', {
      PolicyArn: iam('policy/p'),
      PolicyDocument: document,
      SetAsDefault: true,
    }),
    call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'app', PolicyDocument: document }),
    call('organizations', 'UpdatePolicy', { PolicyId: 'p-1', Content: document }),
    call('kms', 'CreateGrant', {
      KeyId: KEY,
      GranteePrincipal: iam('user/ann'),
      Operations: ['Decrypt', 'Encrypt'],
      Name: "ann's",
    }),
    call('kms', 'EnableKey', { KeyId: KEY }),
    call('kms', 'TagResource', { KeyId: KEY, Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
    call('logs', 'TagResource', { resourceArn: 'x' }),
    call('ec2', 'CreateTags', { Resources: ['vol-1'], Tags: [{ Key: 'a', Value: 'b c' }] }),
    call('ec2', 'EnableEbsEncryptionByDefault', {}),
    call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KEY }),
    call('iam', 'TagUser', { UserName: 'ann', Tags: [] }),
    call('iam', 'TagRole', { RoleName: 'app', MaxItems: 7 }),
    call('iam', 'CreateServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com' }),
    call('kms', 'CancelKeyDeletion', { KeyId: KEY }),
    call('ec2', 'ModifyVpcEndpoint', {
      VpcEndpointId: 'vpce-1',
      PolicyDocument: document,
      ResetPolicy: false,
    }),
  ];
  for (const each of calls)
    says(
      `${each.service}:${each.operation}`,
      cliCommand(each),
      String(terraformArgument({ calls: [each] } as unknown as MadeRemedy)),
      json(remedyCode([each])),
    );
  says('two calls', json(remedyCode([calls[0] as (typeof calls)[0], calls[8] as (typeof calls)[0]])));
  says(
    'a call that is no code, and one that is',
    json(remedyCode([calls[2] as (typeof calls)[0], calls[8] as (typeof calls)[0]])),
  );
  says('no call', json(remedyCode([])), String(terraformArgument({ calls: [] } as unknown as MadeRemedy)));

  const statements = [
    { Effect: 'Allow', Action: 'a', Resource: ['r'] },
    { Effect: 'Allow', Action: ['b', 'a'], Resource: ['r'] },
    { Effect: 'Allow', Action: ['a', 'b'], Resource: 's' },
    { Effect: 'Allow', Action: 'a', Resource: ['r'], Condition: {} },
    { Effect: 'Allow', Principal: '*', Action: 'a' },
    { Effect: 'Allow', Principal: '*', Action: 'c' },
    { Effect: 'Allow', Resource: 'r' },
  ];
  says('statements that differ in one element', json(merged(statements)));
  const named_ = [
    { Principal: '*' },
    {},
    { Principal: { AWS: 'x' } },
    { Principal: { AWS: ['x', 'y'] } },
    { Principal: { AWS: ['x'], Service: 's' } },
    { Principal: { AWS: ['x', 'y', 'z'], Service: 's' } },
    { Principal: { Service: 's' } },
    { Principal: { AWS: 'y' } },
  ];
  says(
    'a document without a principal',
    json(withoutPrincipals({ Statement: named_ }, (each) => each === 'x')),
  );

  const tag = { Key: 'team', Value: 'blue' };
  const volume = `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`;
  for (const [action, resource, input] of [
    ['kms:CreateKey', '*', { Description: 'd' }],
    [
      'kms:CreateKey',
      '*',
      {
        Tags: [
          { TagKey: 'team', TagValue: 'red' },
          { TagKey: 'x', TagValue: 'y' },
        ],
      },
    ],
    ['iam:CreateUser', '*', { Tags: [{ Key: 'team', Value: 'red' }] }],
    ['logs:CreateLogGroup', '*', { tags: { team: 'red', x: 'y' } }],
    ['logs:CreateLogGroup', '*', {}],
    ['ec2:CreateTags', volume, { Resources: ['vol-1'] }],
    ['ec2:CreateVolume', volume, {}],
    [
      'ec2:CreateVolume',
      volume,
      { TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'team', Value: 'red' }] }] },
    ],
    [
      'ec2:RunInstances',
      volume,
      {
        TagSpecifications: [
          { ResourceType: 'instance', Tags: [tag] },
          { ResourceType: 'volume', Tags: [{ Key: 'x', Value: 'y' }] },
        ],
      },
    ],
    ['ec2:CreateVolume', '*', {}],
    ['ebs:StartSnapshot', '*', {}],
    ...['autoscaling', 'cloudformation', 'events', 'organizations', 'ssm', 'sts'].map(
      (service) => [`${service}:Make`, '*', {}] as const,
    ),
  ] as const)
    says(
      `${action} on ${resource} with ${JSON.stringify(input)}`,
      String(JSON.stringify(withTag(callOf(action, input), resource, tag)?.input)),
    );
  compare();
});

test('the ways in which a call reaches a key, what each settles and what it leaves open', () => {
  const { says, compare } = words('ways');
  const actions = ['CreateGrant', 'Decrypt', 'DescribeKey', 'Sign', 'GenerateDataKey'].map(
    (name) => `kms:${name}`,
  );
  const keys = [
    ...['aws:PrincipalTag/team', 'aws:userid', 'aws:username', 'aws:ResourceTag/a', 'aws:RequestedRegion'],
    ...['aws:ViaAWSService', 'aws:CalledVia', 'aws:CalledViaLast', 'aws:SourceIp', 'aws:SecureTransport'],
    ...['aws:SourceArn', 'aws:SourceAccount', 'aws:SourceOrgID', 'aws:SourceOrgPaths', 'aws:SourceVpce'],
    ...['aws:MultiFactorAuthPresent', 'aws:MultiFactorAuthAge', 'aws:TokenIssueTime', 'aws:SourceIdentity'],
    ...['aws:FederatedProvider', 'aws:CurrentTime', 'aws:EpochTime', 'aws:RequestTag/a', 'aws:TagKeys'],
    ...['kms:CallerAccount', 'kms:ViaService', 'kms:GrantIsForAWSResource', 'kms:KeySpec', 'kms:KeyUsage'],
    ...['kms:KeyOrigin', 'kms:CustomerMasterKeySpec', 'kms:MultiRegion', 'kms:ResourceAliases'],
    ...['kms:EncryptionContextKeys', 'kms:EncryptionContext:aws:ebs:id', 'kms:EncryptionContext:app'],
    ...['kms:GrantOperations', 'kms:GrantConstraintType', 'kms:GranteePrincipal', 'kms:RequestAlias'],
  ].map((key) => key.toLowerCase());
  for (const way of [directly, byService, through('ec2', REGION), through('rds', 'eu-west-1')])
    for (const action of actions)
      says(
        `${way === byService ? 'by a service' : way.name}, ${action}`,
        JSON.stringify(way.conditions(action)),
        `open: ${keys.filter((key) => way.isOpen(key, action)).join(' ')}`,
        `grant: ${JSON.stringify(way.childGrant)}`,
      );
  const via = (key: string, ...values: readonly string[]) =>
    allow({ Principal: '*', Condition: { StringEquals: { [key]: values } } });
  const facts = {
    region: REGION,
    policy: keyPolicy(
      via('kms:ViaService', 'rds.us-east-1.amazonaws.com', 'S3.x', '*.amazonaws.com', 'ssm-a2'),
      via('KMS:viaservice', 'auto-2.us-east-1.amazonaws.com', 'ec2.eu-west-1.amazonaws.com'),
      via('aws:CalledVia', 'sqs.amazonaws.com'),
    ),
  } as KeyFacts;
  says('services named', ...servicesNamed([facts.policy]));
  for (const [who, principal] of Object.entries(PRINCIPALS))
    says(
      `for ${who}`,
      ...waysTo(
        facts,
        servicesNamed([facts.policy]),
      )({ principal } as never).map(
        (way) =>
          `${way.name}, ${JSON.stringify(way.conditions('kms:CreateGrant')['kms:ViaService'] ?? way.conditions('kms:CreateGrant'))}`,
      ),
    );
  compare();
});

test('what a recorded denial leaves open, the call made again tells, as far as AWS said the same', async () => {
  const { says, compare } = words('settled');
  const all = identity(allow({ Action: ['kms:*', 'ec2:*'] }));
  const DENIALS: Readonly<Record<string, Asked>> = {
    'nothing allows it on the key': { conditions: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
    'a Deny of the key': { inputs: { resourcePolicy: keyPolicy(deny({ Principal: '*' })) } },
    'nothing allows it on another key': { resource: `${KEY}0` },
    'nothing allows another action on the key': { action: 'kms:Encrypt' },
    'nothing allows the call': { action: 'ec2:CreateVolume', resource: VOLUME },
    'a boundary': {
      action: 'ec2:CreateVolume',
      resource: VOLUME,
      inputs: { identity: [all], boundary: named(iam('policy/bound'), 'managed', allow()) },
    },
    'it is allowed': { inputs: { identity: [all] } },
  };
  const rulings = (names: readonly string[]) =>
    names.map((name) => {
      const asked = DENIALS[name] ?? {};
      return {
        invocation: undefined,
        ruling: {
          inputs: inputsOf(asked),
          request: requestOf(asked),
          conditions: () => asked.conditions ?? {},
        },
      };
    });
  const checked = async (name: string, more: object = {}) => {
    const asked = DENIALS[name] ?? {};
    const check = await store.read((tx) =>
      explainedCheck({ tx, ports: { principals } }, inputsOf(asked), requestOf(asked), {}),
    );
    return { ...check, summary: `as recorded, ${name}`, ...more } as ExplainedCheck;
  };
  const inWordsOf = async (name: string) =>
    `User is not authorized to perform: ${DENIALS[name]?.action ?? 'kms:Decrypt'} ${(await checked(name)).reason}`;
  const MESSAGES: Readonly<Record<string, string | undefined>> = {
    'in words of its own': 'The key cannot be used.',
    'without words': undefined,
    'as nothing allows it on the key': await inWordsOf('nothing allows it on the key'),
    'as a Deny of the key': await inWordsOf('a Deny of the key'),
    'as nothing allows the call': await inWordsOf('nothing allows the call'),
    'as a boundary': await inWordsOf('a boundary'),
  };
  const show = async (title: string, explanation: Partial<Explanation>, denied: readonly string[]) => {
    const call = { action: 'ec2:CreateVolume', who: 'user ann', at: 'then', region: REGION, eventId: 'e' };
    const settled = await settledByRehearsal(
      { store, ports: { principals } } as never,
      { verdict: 'denied', call, ...explanation } as Explanation,
      { transcript: { denied: rulings(denied) } } as never,
    );
    says(
      title,
      JSON.stringify({ ...settled, checks: undefined }),
      ...settled.checks.map(({ action, resource, summary, missing: open }) =>
        JSON.stringify([action, resource, summary, open]),
      ),
    );
  };
  const event = (errorMessage: string | undefined) => ({ errorMessage }) as never;
  for (const [what, message] of Object.entries(MESSAGES)) {
    for (const name of Object.keys(DENIALS))
      await show(`nothing is recorded, ${what}; ${name}`, { checks: [], event: event(message) }, [name]);
    const open = [
      await checked('nothing allows it on the key', { missing: ['policy unread'] }),
      await checked('nothing allows it on another key'),
    ];
    await show(`one is open, ${what}`, { checks: open, event: event(message) }, Object.keys(DENIALS));
    await show(
      `one is open, ${what}, and nothing is refused now`,
      { checks: open, event: event(message) },
      [],
    );
    await show(`one is open, ${what}, and another is refused`, { checks: open, event: event(message) }, [
      'nothing allows it on another key',
      'nothing allows another action on the key',
    ]);
  }
  const settled = [await checked('nothing allows it on the key')];
  await show('nothing is open', { checks: settled }, ['nothing allows it on the key']);
  for (const verdict of ['failed', 'allowed', 'depends', 'unknown'] as const)
    await show(`it was ${verdict}`, { checks: [], verdict }, ['nothing allows it on the key']);
  await show('no call', { checks: [], call: undefined }, ['nothing allows it on the key']);
  compare();
});
