/**
 * What the commands print, sentence by sentence, of answers with none, one, two and many of each thing: plurals, what is left
 * out at which length, what stands where nothing is known. The facts are made up; `transcripts.test.ts` has real ones.
 */
import { test } from 'node:test';
import type { Audit } from '../../src/explain/audit/audit.ts';
import { finding } from '../../src/explain/audit/finding.ts';
import { renderAudit } from '../../src/explain/audit/render-audit.ts';
import { sarif } from '../../src/explain/audit/sarif.ts';
import type {
  ExplainedCall,
  ExplainedCheck,
  ExplainedPolicy,
  ExplainedRemedy,
  ExplainedStatement,
  Explanation,
} from '../../src/explain/denial/explanation.ts';
import type { RecordedKeyUse } from '../../src/explain/history/key-uses.ts';
import type { Calibration, Difference } from '../../src/explain/recorded/calibrate.ts';
import type { CoverageOfAll } from '../../src/explain/recorded/coverage.ts';
import { renderCheck, renderRecordedWhatIf } from '../../src/explain/recorded/render-recorded.ts';
import type { RecordedWhatIf } from '../../src/explain/recorded/what-if-recorded.ts';
import { renderWhatCan } from '../../src/explain/rights/render-what-can.ts';
import { renderWhoCan } from '../../src/explain/rights/render-who-can.ts';
import type { Ground, Right } from '../../src/explain/rights/rights.ts';
import type { WhatCan } from '../../src/explain/rights/what-can.ts';
import type { KeyUser, WhoCan } from '../../src/explain/rights/who-can.ts';
import { renderWhatIf, type WhatIfOptions } from '../../src/explain/what-if/render-what-if.ts';
import type { RightsDifference } from '../../src/explain/what-if/rights-difference.ts';
import type { ChangedUse, WhatIf } from '../../src/explain/what-if/what-if.ts';
import { explanationPage, type RenderOptions, renderExplanation } from '../../src/explain/why/render.ts';
import { pageHtml, type Style } from '../../src/explain/words/page.ts';
import type { Use } from '../../src/import/cloudtrail/use.ts';
import { wordsOf } from '../worlds/words.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k-1`;
const AT = '2026-01-02T03:04:05Z';
const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const NAMES = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus'];

/** As many things as there are to say something of, each by its number. */
const times = <Thing>(count: number, thing: (at: number) => Thing): Thing[] =>
  Array.from({ length: count }, (_, at) => thing(at));
const nameAt = (at: number) => NAMES[at] ?? `user${at + 1}`;

/** A file of what is printed of each case. */
const words = wordsOf(import.meta.url);

const call: ExplainedCall = {
  action: 'kms:Decrypt',
  who: 'user ann',
  arn: user('ann'),
  at: AT,
  account: ACCOUNT,
  region: 'us-east-1',
  eventId: 'e-1',
  resource: KEY,
  resourceName: 'key k-1 (alias/app)',
  error: { code: 'AccessDenied', message: 'no' },
};

const statementOf = (given: Partial<ExplainedStatement> = {}): ExplainedStatement => ({
  index: 0,
  line: 1,
  effect: 'Allow',
  matched: false,
  isNearMiss: false,
  why: 'it names another resource',
  ...given,
});

const policyOf = (given: Partial<ExplainedPolicy> = {}): ExplainedPolicy => ({
  title: 'inline policy app of user ann',
  policyType: 'identity-based policy',
  policyName: 'user ann, inline policy app',
  outcome: 'no match',
  statements: [statementOf({ mismatches: ['action'] })],
  ...given,
});

const checkOf = (given: Partial<ExplainedCheck> = {}): ExplainedCheck => ({
  principal: { kind: 'user', who: 'user ann', arn: user('ann'), account: ACCOUNT },
  action: 'kms:Decrypt',
  resource: KEY,
  resourceName: 'key k-1 (alias/app)',
  resourceAccount: ACCOUNT,
  conditions: {},
  verdict: 'implicit-deny',
  policyType: 'identity-based policy',
  reason: 'because no identity-based policy allows it',
  summary: 'No identity-based policy of user ann allows kms:Decrypt.',
  policies: [policyOf()],
  nearGrants: [],
  ...given,
});

const remedyOf = (at: number, given: Partial<ExplainedRemedy> = {}): ExplainedRemedy => ({
  sentence: `Attach policy ${at + 1} to user ann:`,
  shape: 'policy',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: `kms:A${at}`, Resource: KEY }] },
  account: ACCOUNT,
  commands: [`aws iam put-user-policy --policy-name ${at + 1}`, 'aws iam list-users'],
  terraform: 'aws_iam_user_policy.policy',
  by: user('root'),
  ...given,
});

const explanationOf = (given: Partial<Explanation> = {}): Explanation => ({
  version: 1,
  subject: 'e-1',
  found: true,
  verdict: 'denied',
  headline: 'user ann may not kms:Decrypt on key k-1.',
  call,
  checks: [checkOf()],
  following: [],
  remedies: [],
  remediesVerified: false,
  ...given,
});

test('an explanation: verdict, way out, what happened, policies', () => {
  const { says, compare } = words('explanation');
  const show = (title: string, given: Partial<Explanation>, options?: RenderOptions) =>
    says(title, renderExplanation(explanationOf(given), options));

  for (const verdict of ['denied', 'failed', 'allowed', 'depends', 'unknown'] as const)
    show(verdict, { verdict, symptom: 'i-1 was stopped', checks: verdict === 'denied' ? [checkOf()] : [] });
  const style: Style = {
    title: (text) => `<title>${text}</title>`,
    good: (text) => `<good>${text}</good>`,
    bad: (text) => `<bad>${text}</bad>`,
  };
  for (const verdict of ['denied', 'failed', 'allowed', 'depends', 'unknown'] as const)
    show(
      `${verdict}, in a terminal`,
      { verdict, checks: verdict === 'denied' ? [checkOf()] : [] },
      { style },
    );
  show('without a call', { call: undefined, checks: [] });
  for (const count of [2, 3])
    show(`${count} checks`, {
      checks: times(count, (at) => checkOf({ action: `kms:A${at}`, resourceName: `key k-${at}` })),
    });
  for (const count of [0, 1, 2])
    show(`allowed now, ${count} changes`, {
      now: 'allowed',
      ...(count === 2 && { symptom: 'i-1 was stopped' }),
      since: times(count, (at) => ({
        action: `kms:Change${at}`,
        at: AT,
        about: times(at * 2, (about) => `${KEY}${about}`),
        eventId: 'e-2',
        ...(at === 0 && { by: user('root') }),
      })),
    });
  show('allowed now, nobody knows since when', { now: 'allowed' });

  show('no remedy', { isCutShort: true });
  const unread = policyOf({ title: 'managed policy far', outcome: 'unknown', statements: [] });
  const missing = (name: string) => ({
    who: 'x',
    by: 'external',
    operation: 'kms:Decrypt',
    action: 'kms:Decrypt',
    resource: KEY,
    allowed: false,
    missing: [name],
  });
  show('one policy not read', { checks: [checkOf({ policies: [unread] })] });
  show('several not read', {
    plan: [missing('key policy of k-1'), missing('grants of k-1'), missing('key policy of k-1')],
    checks: [checkOf({ policies: [unread, policyOf({ title: 'role trust' })] })],
  });
  for (const verbose of [false, true]) {
    const about = verbose ? 'verbose: ' : '';
    show(`${about}one policy`, { remedies: [remedyOf(0)], remediesVerified: true }, { verbose });
    show(
      `${about}one without a document`,
      {
        remedies: [
          remedyOf(0, { shape: 'none', document: undefined, account: undefined, terraform: undefined }),
        ],
        remediesVerified: true,
      },
      { verbose },
    );
    show(
      `${about}two, in two accounts`,
      {
        remedies: [
          remedyOf(0),
          remedyOf(1, { account: OTHER, by: undefined }),
          remedyOf(2, {
            sentence: `In the key of account ${OTHER}, add:`,
            account: OTHER,
            shape: 'statement',
          }),
        ],
        remediesVerified: true,
      },
      { verbose },
    );
  }
  show('two, in one account', { remedies: [remedyOf(0), remedyOf(1)], remediesVerified: true });
  show('one change of no policy', { remedies: [remedyOf(0, { shape: 'none' })], remediesVerified: true });
  show('of another verdict', { verdict: 'failed', remedies: [remedyOf(0)] });
  show('by hand', { remedies: [remedyOf(0, { isUntried: true })] });
  const why = 'InvalidAMIID.NotFound: no such image';
  show('not rehearsed as a whole', {
    remedies: [remedyOf(0)],
    unrehearsed: { action: 'ec2:RunInstances', why },
  });
  for (const count of [1, 2])
    show(`${count} not recorded, and next`, {
      remedies: [remedyOf(0)],
      remediesVerified: true,
      isCutShort: count === 2,
      unrecorded: times(count, (at) => `aws:Key${at}`),
      following: times(count, (at) => ({ action: `kms:Next${at}`, resource: KEY })),
    });
  for (const count of [1, 2, 5, 6, 7])
    show(`${count} more gain`, {
      remedies: [remedyOf(0)],
      gains: times(count * 2, (at) => ({
        who: `user ${nameAt(at % count)}`,
        principal: user(nameAt(at % count)),
        action: `kms:A${at % 2}`,
        resource: KEY,
      })),
    });

  const outerCall: ExplainedCall = { ...call, action: 'ec2:StartInstances', who: 'user ann' };
  const bare = { ...call, resourceName: undefined, arn: undefined, error: { code: 'AccessDenied' } };
  show('for a service', { outerCall, call: { ...call, invokedBy: 'ec2.amazonaws.com' } });
  show('for a service that does not name itself', {
    outerCall: { ...outerCall, who: user('ann') },
    call: bare,
  });
  show('of nothing, without words', { call: bare });
  show('an allowed call', {
    verdict: 'allowed',
    call: { ...call, error: undefined },
    checks: [],
    allowedBy: times(2, (at) => ({ action: `kms:A${at}`, resource: `key k-${at}`, by: `statement ${at}` })),
  });
  for (const count of [0, 1, 2])
    show(`${count} other denials`, {
      others: times(count, (at) => ({
        who: `user ${nameAt(at)}`,
        action: 'kms:Decrypt',
        resource: KEY,
        at: AT,
        eventId: `e-${at}`,
        count: at + 1,
      })),
    });

  const allows = statementOf({ matched: true, why: 'allows it' });
  const near = statementOf({ index: 1, sid: 'Near', line: 7, mismatches: ['condition'], isNearMiss: true });
  const denies = statementOf({ index: 2, effect: 'Deny', matched: true, why: 'denies it' });
  const keyPolicy = (given: Partial<ExplainedPolicy>) =>
    policyOf({
      title: 'key policy',
      policyType: 'resource-based policy',
      policyName: 'key policy',
      ...given,
    });
  for (const verbose of [false, true])
    show(
      verbose ? 'verbose: policies of each outcome' : 'policies of each outcome',
      {
        checks: [
          checkOf({
            policies: [
              keyPolicy({ outcome: 'allow', statements: [{ ...allows, principal: 'account' }] }),
              keyPolicy({
                title: 'bus policy',
                outcome: 'allow',
                statements: [{ ...allows, principal: 'exact' }],
              }),
              policyOf({
                title: 'Identity-based policy of ann',
                outcome: 'explicit deny',
                statements: [near, denies],
              }),
              policyOf({ outcome: 'unknown', statements: [] }),
              policyOf({ title: 'empty', statements: [] }),
            ],
            nearGrants: times(2, (at) => ({
              grantId: '0123456789abcdef',
              grantee: 'role app',
              issuingAccount: ACCOUNT,
              why: 'it does not cover it',
              ...(at === 0 && { name: 'mine' }),
            })),
          }),
        ],
      },
      { verbose },
    );
  for (const count of [1, 2, 3, 4, 5]) {
    const some = (outcome: ExplainedPolicy['outcome'], statement: ExplainedStatement) =>
      times(count, (at) => policyOf({ title: `${outcome} ${at + 1}`, outcome, statements: [statement] }));
    show(`${count} silent, ${count} that allow`, {
      checks: [
        checkOf({
          policies: [...some('no match', statementOf({ mismatches: ['action'] })), ...some('allow', allows)],
        }),
      ],
    });
  }
  show('no policy of the caller', { checks: [checkOf({ policies: [keyPolicy({ statements: [near] })] })] });

  const whole = explanationOf({ symptom: 'i-1 <stopped> & "gone"', remedies: [remedyOf(0)] });
  says('as a page', pageHtml(explanationPage(whole, {}), { a: '<1>' }));
  compare();
});

const by = { policyType: 'resource-based policy', policyName: 'key policy', index: 1, line: 1 } as const;
const groundOf = (given: Partial<Ground> = {}): Ground => ({ by, where: [], unless: [], ...given });
const rightOf = (action: string, way: string, ...grounds: Ground[]): Right => ({
  action,
  way,
  grounds: grounds.length > 0 ? grounds : [groundOf()],
});
const fact = (key: string, ...expected: string[]) => ({ operator: 'StringEquals', key, expected });
const keyUserOf = (at: number, ...rights: Right[]): KeyUser => ({
  who: `user ${nameAt(at)}`,
  principal: user(nameAt(at)),
  account: ACCOUNT,
  isKnown: true,
  rights: rights.length > 0 ? rights : [rightOf('kms:Decrypt', 'directly')],
});

const whoCanOf = (given: Partial<WhoCan> = {}): WhoCan => ({
  key: KEY,
  state: 'Enabled',
  actions: ['kms:Decrypt', 'kms:Encrypt'],
  users: [],
  otherGrants: [],
  former: [],
  idle: [],
  unknown: [],
  asked: 0,
  accounts: [ACCOUNT],
  ...given,
});

const useOf = (at: number, outcome: RecordedKeyUse['outcome'] = 'allowed'): RecordedKeyUse => ({
  who: user(nameAt(at)),
  action: 'kms:Decrypt',
  outcome,
  count: [1, 2, 1234][at % 3] as number,
  last: AT,
  lastEvent: 'e-1',
  ...(at % 2 === 1 && { through: 'ec2.amazonaws.com' }),
});

test('who may use a key, and what somebody may do', () => {
  const { says, compare } = words('rights');
  const show = (title: string, given: Partial<WhoCan>, options?: { verbose?: boolean }) =>
    says(title, renderWhoCan(whoCanOf(given), options));

  for (const state of ['Enabled', 'Disabled', 'PendingDeletion', 'PendingImport'] as const)
    show(state, { state, alias: state === 'Enabled' ? undefined : 'alias/app' });
  show('PendingDeletion, with its day', { state: 'PendingDeletion', deletionAt: AT });
  for (const count of [1, 4, 5])
    for (const verbose of [false, true])
      show(
        `${count} alike${verbose ? ', verbose' : ''}`,
        { users: times(count, (at) => keyUserOf(at)) },
        { verbose },
      );
  show('of each place', {
    users: [
      keyUserOf(0),
      { ...keyUserOf(1), account: OTHER },
      { ...keyUserOf(2), account: '', who: 'the service ec2.amazonaws.com' },
      { ...keyUserOf(3), account: OTHER, isKnown: false },
    ],
    accounts: [ACCOUNT, OTHER],
    asked: 5,
  });
  for (const rest of [0, 1, 2])
    for (const accounts of [[ACCOUNT], [ACCOUNT, OTHER]])
      show(`${rest} others of ${accounts.length} accounts`, {
        users: [keyUserOf(0)],
        asked: 1 + rest,
        accounts,
      });
  const ways = ['directly', 'through EC2', 'through rds'];
  for (const count of [1, 2, 3])
    show(`${count} ways`, {
      users: [
        keyUserOf(0, ...times(count, (at) => rightOf('kms:Decrypt', ways[at] as string))),
        keyUserOf(
          1,
          ...times(count, (at) => rightOf('kms:Decrypt', ways[at] as string)),
          rightOf('kms:Encrypt', 'directly'),
        ),
        keyUserOf(2, rightOf('kms:Decrypt', 'directly'), rightOf('kms:Encrypt', 'directly')),
      ],
    });
  show('one action asked, all of it', { actions: ['kms:Decrypt'], users: [keyUserOf(0)] });
  const unread = (at: number) => ({ kind: 'policy' as const, name: `policy p-${at}`, why: 'refused' });
  const [app, mfa] = [
    fact('kms:EncryptionContext:app', 'shop', 'bank'),
    fact('aws:MultiFactorAuthPresent', 'true'),
  ];
  const conditional = [
    rightOf(
      'kms:Decrypt',
      'directly',
      groundOf({ where: [app] }),
      groundOf({ where: [app, mfa], by: { ...by, sid: 'Two' } }),
    ),
    rightOf(
      'kms:Encrypt',
      'directly',
      groundOf({ unless: [[app], [app, mfa]], by: { grantId: '0123456789abcdef' } }),
    ),
    rightOf('kms:Encrypt', 'through EC2', groundOf({ provided: [unread(1), unread(1)], by: 'root' })),
    rightOf('kms:Encrypt', 'through rds', groundOf({ provided: [unread(1), unread(2)], where: [app] })),
    rightOf('kms:Decrypt', 'through rds', groundOf(), groundOf({ where: [app] })),
    rightOf('kms:Decrypt', 'through EC2', groundOf({ unless: [[app]] }), groundOf({ where: [mfa] })),
  ];
  for (const verbose of [false, true])
    show(`conditions${verbose ? ', verbose' : ''}`, { users: [keyUserOf(0, ...conditional)] }, { verbose });
  const actions = ['kms:Decrypt', 'kms:Encrypt'];
  const grant = { grantId: '0123456789abcdef', issuingAccount: ACCOUNT, actions };
  show('grants of others', {
    otherGrants: [
      { ...grant, grantee: user('gone') },
      { ...grant, grantee: user('equal'), encryptionContextEquals: { app: 'shop' } },
      { ...grant, grantee: user('subset'), encryptionContextSubset: { app: 'shop', env: 'prod' } },
    ],
    former: [
      { id: 'AIDA1' },
      { id: 'AIDA2', arn: user('gone') },
      { id: 'AROA3', arn: user('x'), deletedAt: AT },
    ],
  });
  for (const count of [0, 1, 2, 20, 21, 22])
    show(`${count} recorded uses`, {
      recordedUses: times(count, (at) => useOf(at, (['allowed', 'denied', 'failed'] as const)[at % 3])),
    });
  for (const count of [1, 2]) show(`${count} not known`, { unknown: times(count, unread) });

  const whatCan = (title: string, given: Partial<WhatCan>, options?: { verbose?: boolean }) =>
    says(
      title,
      renderWhatCan({ who: 'user ann', principal: user('ann'), keys: [], asked: 0, ...given }, options),
    );
  const usable = (at: number) => ({
    key: `${KEY}${at}`,
    state: at === 1 ? ('Disabled' as const) : ('Enabled' as const),
    ...(at === 1 && { alias: 'alias/app' }),
    rights: times(2, (each) =>
      rightOf(actions[each] as string, 'directly', groundOf({ where: at === 0 ? [] : [app] })),
    ),
  });
  for (const count of [0, 1, 2])
    for (const more of [0, 1])
      whatCan(`${count} keys of ${count + more}`, { keys: times(count, usable), asked: count + more });
  whatCan('verbose', { keys: [usable(1)], asked: 1 }, { verbose: true });
  const changedAt = (at: number) => ({
    owner: `${KEY}${at}`,
    operation: 'kms:GetKeyPolicy',
    readAt: AT,
    changes: at + 1,
    last: { action: 'kms:PutKeyPolicy', by: 'user bob', at: AT, eventID: `e-${at}` },
  });
  for (const count of [1, 2])
    whatCan(`${count} answers that were changed since`, { changedSince: times(count, changedAt) });
  compare();
});

const changedUse = (at: number, given: Partial<ChangedUse> = {}): ChangedUse => ({
  who: `user ${nameAt(at)}`,
  principal: user(nameAt(at)),
  action: 'kms:Decrypt',
  resource: KEY,
  reason: 'because no policy allows it',
  decidedBy: 'Statement 1 does not match.',
  count: 1,
  event: { eventID: `e-${at}`, eventTime: AT },
  ...given,
});

const whatIfOf = (given: Partial<WhatIf> = {}): WhatIf => ({
  title: 'If this were the policy of key k-1',
  key: KEY,
  judged: 0,
  unjudged: 0,
  denied: [],
  allowed: [],
  gained: [],
  lost: [],
  changed: [],
  leavesAccountOut: false,
  ...given,
});

const differenceOf = (at: number, given: Partial<RightsDifference> = {}): RightsDifference => ({
  who: `user ${nameAt(at)}`,
  principal: user(nameAt(at)),
  key: KEY,
  way: 'directly',
  actions: ['kms:Decrypt', 'kms:Encrypt'],
  ...given,
});

test('what would be, on a server and by records', () => {
  const { says, compare } = words('what-if');
  const show = (title: string, given: Partial<WhatIf>, options?: WhatIfOptions) =>
    says(title, renderWhatIf(whatIfOf(given), options));

  show('nothing used', {});
  show('nothing used of a managed policy', { key: undefined, leavesAccountOut: true });
  show('with a basis of its own', {}, { basis: 'As somebody knows.' });
  for (const count of [0, 1, 2]) show(`${count} unjudged`, { unjudged: count });
  for (const key of [KEY, undefined])
    for (const judged of [1, 2, 3])
      for (const count of [0, 1, 2, 3].filter((each) => each <= judged))
        show(`${count} of ${judged} ${key ? 'uses' : 'decisions'}`, {
          key,
          judged,
          since: AT,
          denied: count > 0 ? [changedUse(0, { count })] : [],
        });
  show('denied and allowed', {
    judged: 9,
    since: AT,
    denied: [
      changedUse(0),
      changedUse(0, { action: 'kms:Encrypt', invokedBy: 'ec2.amazonaws.com', count: 2 }),
      changedUse(1, {
        invokedBy: 'ec2.amazonaws.com',
        inCourseOf: 'ec2:StartInstances',
        decidedBy: undefined,
      }),
      changedUse(2, { decidedBy: 'because no policy allows it' }),
    ],
    allowed: [changedUse(3, { reason: undefined, decidedBy: 'key policy, statement 1' })],
  });
  for (const count of [1, 4, 5])
    for (const verbose of [false, true])
      show(
        `${count} with other rights${verbose ? ', verbose' : ''}`,
        {
          lost: times(count, (at) => differenceOf(at)),
          gained: [
            ...times(count, (at) => differenceOf(at)),
            differenceOf(0, { way: 'through EC2', actions: ['kms:Decrypt'] }),
          ],
          changed: [differenceOf(0, { actions: ['kms:Decrypt'] })],
        },
        { verbose },
      );
  show('of several keys', {
    key: undefined,
    lost: [differenceOf(0), differenceOf(0, { key: `${KEY}2`, alias: 'alias/two' })],
  });

  const recorded = (title: string, given: Partial<RecordedWhatIf>, options?: WhatIfOptions) =>
    says(
      title,
      renderRecordedWhatIf(
        {
          ...whatIfOf(),
          hasVerdict: true,
          agreement: 0.9999,
          undecided: [],
          provided: [],
          days: 1,
          judged: 2,
          since: AT,
          ...given,
        },
        options,
      ),
    );
  for (const days of [1, 2]) recorded(`nothing breaks in ${days} days`, { days });
  recorded('something breaks', { denied: [changedUse(0)] });
  recorded('undecided', {
    undecided: times(2, (at) => ({
      who: `user ${nameAt(at)}`,
      action: 'kms:Decrypt',
      count: at + 1,
      missing: times(at + 1, (each) => `policy ${each}`),
    })),
  });
  for (const count of [1, 10, 11, 12])
    recorded(`${count} things that were not read`, { provided: times(count, (at) => `policy ${at + 1}`) });
  recorded('no comparison', {
    hasVerdict: false,
    agreement: undefined,
    denied: [changedUse(0)],
    allowed: [changedUse(1)],
  });
  recorded('no use', { hasVerdict: false, judged: 0, recordedUses: [] });
  recorded('too little agreement', {
    hasVerdict: false,
    agreement: 0.9499,
    recordedUses: [useOf(0)],
    lost: [differenceOf(0)],
  });
  compare();
});

const useFacts = (at: number, given: Partial<Use> = {}): Use =>
  ({
    identity: 'IAMUser',
    arn: user(nameAt(at)),
    source: 'kms',
    name: 'Decrypt',
    resource: KEY,
    count: at + 1,
    last: AT,
    lastEvent: `e-${at}`,
    ...given,
  }) as Use;

const differenceIn = (at: number, given: Partial<Difference> = {}): Difference => ({
  use: useFacts(at),
  recorded: 'allowed',
  decided: 'denied',
  ...given,
});

const calibrationOf = (given: Partial<Calibration> = {}): Calibration => ({
  calls: 1234,
  uses: 1,
  agreed: 1200,
  agreedWithPast: 0,
  agreedAsPassed: {},
  changed: [],
  notUnderstood: [],
  undecided: {},
  otherFailures: 0,
  notAsked: {},
  agreement: 0.95,
  ...given,
});

const coverageWith = (given: Partial<CoverageOfAll> = {}): CoverageOfAll => ({
  readAt: { first: AT, last: AT },
  by: [user('reader')],
  places: [],
  seen: [],
  trails: { records: 0, places: [], withoutKms: [], refused: [] },
  changedSince: [],
  ...given,
});

test('what a snapshot has, and how far it is to be trusted', () => {
  const { says, compare } = words('check');
  const show = (title: string, coverage: Partial<CoverageOfAll>, calibration: Partial<Calibration> = {}) =>
    says(title, renderCheck('DIR', coverageWith(coverage), calibrationOf(calibration)));

  show('nothing', { readAt: { first: '', last: '' }, by: [] }, { agreement: undefined });
  const place = (account: string, region: string) => ({
    account,
    region,
    read: {},
    refused: {},
    missing: [],
  });
  show('places', {
    by: [user('reader'), user('other')],
    places: [
      { ...place(ACCOUNT, 'global'), read: { users: 2, roles: 0 }, missing: ['groups', 'policies'] },
      {
        ...place(ACCOUNT, 'us-east-1'),
        refused: { 'kms:ListKeys: AccessDenied': 1, 'kms:GetKeyPolicy: AccessDenied': 2 },
      },
      { ...place(OTHER, 'global'), read: { users: 1, roles: 1 } },
    ],
    seen: [
      {
        account: ACCOUNT,
        region: 'global',
        seen: { users: { whole: 1, partial: 0 }, roles: { whole: 0, partial: 2 } },
      },
      { account: ACCOUNT, region: 'us-east-1', seen: { keys: { whole: 3, partial: 4 } } },
    ],
  });
  const records = (account: string, region: string, of: number, kms: number) => ({
    account,
    region,
    records: of,
    kms,
  });
  for (const count of [1, 2])
    show(`log files alone of ${count}`, {
      trails: {
        records: 1234 * count,
        first: AT,
        last: AT,
        places: [
          records(ACCOUNT, 'us-east-1', 1, 0),
          ...times(count - 1, () => records(OTHER, 'us-east-1', 1233, 1100)),
        ],
        withoutKms: times(count - 1, () => 'arn:aws:cloudtrail:us-east-1:111122223333:trail/t'),
        refused: times(count - 1, () => ({
          account: ACCOUNT,
          region: 'eu-west-1',
          why: 'AccessDenied to arn',
        })),
      },
    });
  show('a refused history', {
    trails: {
      records: 0,
      places: [],
      withoutKms: [],
      refused: [{ account: ACCOUNT, region: 'eu-west-1', why: 'AccessDenied to arn' }],
    },
  });
  for (const agreement of [1, 0.95, 0.9499]) show(`agreement ${agreement}`, {}, { agreement });
  show('one call', {}, { calls: 1, agreed: 1, agreedWithPast: 1 });
  for (const count of [1, 10, 11, 12])
    show(
      `${count} of each`,
      {},
      {
        changed: times(count, (at) =>
          differenceIn(
            at,
            at % 2 === 0
              ? { changed: { at: AT, action: 'kms:PutKeyPolicy', by: user('root'), eventID: 'e-9' } }
              : {},
          ),
        ),
        notUnderstood: times(count, (at) =>
          differenceIn(at, {
            recorded: 'denied',
            decided: 'allowed',
            use: useFacts(at, at % 2 === 1 ? { arn: '', resource: '', invokedBy: 'ec2.amazonaws.com' } : {}),
          }),
        ),
        undecided: Object.fromEntries(times(count, (at) => [`thing ${at}`, at + 1])),
        agreedAsPassed: Object.fromEntries(times(count, (at) => [`policy ${at}`, at + 1])),
        otherFailures: count,
        notAsked: { 'calls that need no permission': count },
      },
    );
  compare();
});

test('what is wrong', () => {
  const { says, compare } = words('audit');
  const found = (at: number) =>
    finding(
      (['deleted-principal', 'open-to-everybody', 'nobody-administers'] as const)[at % 3] ??
        'deleted-principal',
      {
        subject: at === 4 ? 'p-1' : `${KEY}${at}`,
        name: `key k-${at}`,
        what: 'It is open.',
        fix: 'Close it.',
        ...(at > 0 && {
          statement: {
            policyName: 'key policy',
            index: at,
            line: at * 10,
            ...(at % 2 === 0 && { sid: 'S' }),
          },
        }),
      },
    );
  const auditOf = (given: Partial<Audit> = {}): Audit => ({
    findings: [],
    keys: 1,
    principals: 1,
    accounts: [ACCOUNT],
    unknown: [],
    ...given,
  });
  const unknown = [{ kind: 'policy' as const, name: 'key policy of k-1', why: 'refused' }];
  const show = (title: string, given: Partial<Audit>) => says(title, renderAudit(auditOf(given)));
  show('nothing', {});
  show('nothing of what is known', { unknown, keys: 2, principals: 2, accounts: [ACCOUNT, OTHER] });
  for (const count of [1, 2, 5]) show(`${count} findings`, { findings: times(count, found), unknown });
  for (const count of [0, 1, 10, 11, 12])
    show(`${count} keys used`, {
      recordedUsage: times(count, (at) => ({
        key: `${KEY}${at}`,
        calls: at * 1000 + 1,
        users: at + 1,
        last: useOf(at),
      })),
    });
  says('as SARIF', JSON.stringify(sarif({ findings: times(5, found) }, '1.2.3'), null, 1));
  compare();
});
