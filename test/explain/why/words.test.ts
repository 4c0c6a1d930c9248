/**
 * What an explanation makes of the record alone: which call is meant, how it went from its beginning to its end, what stands wrong
 * and what was changed since. The records are made up, so that each order, distance and number of them can be had.
 */
import { after, test } from 'node:test';
import { changesSince } from '../../../src/explain/history/changes-since.ts';
import { explain } from '../../../src/explain/why/explain.ts';
import { renderExplanation } from '../../../src/explain/why/render.ts';
import { standingProblems } from '../../../src/explain/why/standing.ts';
import { timelineOf } from '../../../src/explain/why/timeline.ts';
import { type AuditEntry, auditLog } from '../../../src/invoke/audit/audit.ts';
import { eventLog } from '../../../src/invoke/audit/event-outbox.ts';
import type { Ports } from '../../../src/invoke/port.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { wordsOf } from '../../worlds/words.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const REGION = 'us-east-1';
const SCOPE = { account: ACCOUNT, region: REGION };
const BEGAN_MS = Date.parse('2026-11-01T00:00:00Z');
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const INSTANCE = 'i-0123456789abcdef0';
const VOLUME = `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-0123456789abcdef0`;
const ofInstance = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${INSTANCE}`;
const iam = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
const times = <Thing>(count: number, thing: (at: number) => Thing): Thing[] =>
  Array.from({ length: count }, (_, at) => thing(at));

const user = (userName: string) => ({
  type: 'IAMUser',
  userName,
  arn: iam(`user/${userName}`),
  accountId: ACCOUNT,
});
const WHO = {
  ann: user('ann'),
  bob: user('bob'),
  root: { type: 'Root', arn: iam('root'), accountId: ACCOUNT },
  session: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`,
    accountId: ACCOUNT,
    sessionContext: { sessionIssuer: { arn: iam('role/app'), userName: 'app' } },
  },
  service: { type: 'AWSService', invokedBy: 'logs.us-east-1.amazonaws.com' },
  stranger: { type: 'AWSAccount', accountId: OTHER },
  nobody: { type: 'Unknown' },
} as const;

interface Made {
  readonly who?: object;
  /** Through which a service asks. */
  readonly via?: string;
  readonly seconds?: number;
  readonly request?: string;
  readonly error?: string;
  readonly message?: string;
  readonly decided?: readonly (readonly [action: string, resource: string, isAllowed: boolean])[];
  readonly labels?: Readonly<Record<string, string | string[]>>;
  readonly id?: string;
  readonly shared?: string;
  readonly recipient?: string;
}

const lastOf = (arn: string) => arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
let ids = 0;

/** A call as its record has it, with the labels that a server gives it. */
function call(name: string, { who = WHO.ann, via, seconds = 0, ...made }: Made = {}): AuditEntry {
  const [service = '', eventName = ''] = name.split(':');
  const { decided = [], labels = {}, error, message, recipient = ACCOUNT } = made;
  const eventID = made.id ?? `event-${ids++}`;
  const requestID = made.request ?? `request-of-${eventID}`;
  const identity = via === undefined ? who : { ...who, invokedBy: via };
  const { userName } = who as { userName?: string };
  const atMs = BEGAN_MS + seconds * 1000;
  return {
    stream: `${recipient}/${REGION}`,
    atMs,
    labels: {
      ...{ EventId: eventID, RequestId: requestID, EventName: eventName },
      ...(userName && { Username: userName }),
      ...(decided.length > 0 && { About: [...new Set(decided.flatMap(([, arn]) => [arn, lastOf(arn)]))] }),
      ...(via !== undefined && decided.some(([, , isAllowed]) => !isAllowed) && { DeniedTo: 'service' }),
      ...labels,
    },
    body: {
      event: {
        ...{ eventID, requestID, eventName, eventSource: `${service}.amazonaws.com` },
        ...{ eventTime: new Date(atMs).toISOString().replace('.000', ''), userIdentity: identity },
        ...{ awsRegion: REGION, recipientAccountId: recipient, sharedEventID: made.shared },
        ...(error && { errorCode: error, errorMessage: message ?? 'no' }),
      },
      decisions: decided.map(([action, resource, allowed]) => ({
        action,
        resource,
        decision: allowed
          ? { allowed, by: 'root' as const }
          : { allowed, explicit: false as const, policyType: 'identity-based policy' as const },
      })),
    },
  };
}

interface Heard {
  readonly seconds?: number;
  readonly resources?: readonly string[];
  readonly source?: string;
  readonly type?: string;
}

const heard = (
  detail: object,
  { seconds = 1, resources = [ofInstance], source = 'aws.ec2', type = 'EC2 Event' }: Heard = {},
) => ({
  stream: `${ACCOUNT}/${REGION}`,
  atMs: BEGAN_MS + seconds * 1000,
  labels: {},
  body: {
    ...{
      version: '0' as const,
      id: 'x',
      'detail-type': type,
      source,
      account: ACCOUNT,
      region: REGION,
      resources,
      detail,
    },
    time: new Date(BEGAN_MS + seconds * 1000).toISOString().replace('.000', ''),
  },
});

const opened: Store[] = [];
after(async () => {
  for (const store of opened) await store.close();
});

const NAMES: Readonly<Record<string, string>> = {
  [iam('user/ann')]: 'AIDAANNANNANNANN',
  [iam('role/app')]: 'AROAAPPAPPAPPAPP',
};
const ports = {
  principals: {
    arn: async (_tx: unknown, id: string) => Object.keys(NAMES).find((arn) => NAMES[arn] === id),
    uniqueId: async (_tx: unknown, arn: string) =>
      NAMES[arn.replace(/sts(::\d+:)assumed-(role\/\w+)\/\w+$/, 'iam$1$2')],
    uniqueIdByName: async () => undefined,
  },
  failures: [
    {
      failureOf: async (_tx: unknown, _scope: unknown, subject: string) =>
        subject === 'vol-gone'
          ? { cause: { eventId: 'of-the-volume' }, symptom: 'vol-gone was not made' }
          : undefined,
      madeWith: async (_tx: unknown, _scope: unknown, subject: string) =>
        subject === 'vol-part' ? INSTANCE : undefined,
      standing: async () => [
        { kind: 'volume', ...SCOPE, subject: 'vol-gone' },
        { kind: 'volume', ...SCOPE, subject: 'vol-unknown' },
      ],
    },
  ],
  sealer: undefined,
} as unknown as Ports;

/** What is on record, the oldest first. */
async function recorded(calls: readonly AuditEntry[], events: readonly ReturnType<typeof heard>[] = []) {
  const store = openMemoryStore();
  opened.push(store);
  await store.transact(async (tx) => {
    for (const each of calls) tx.append(auditLog, each);
    for (const each of events) tx.append(eventLog, each);
  });
  const reading = <T>(ask: (from: Parameters<typeof explain>[0]) => Promise<T>) =>
    store.read((tx) => ask({ tx, ports }));
  return {
    timeline: (subject: string) => reading((from) => timelineOf(from, subject, SCOPE)),
    explain: (subject: string) => reading((from) => explain(from, subject, SCOPE)),
    standing: () => reading(standingProblems),
    changes: (id: string, at: string, concerned: readonly string[]) =>
      reading(({ tx }) => changesSince(tx, { at, eventId: id, account: ACCOUNT }, concerned)),
  };
}

/** A file of what is printed of each case. */
const words = wordsOf(import.meta.url);

const denied = (action: string, resource = KEY) => ({
  error: 'AccessDenied',
  decided: [[action, resource, false] as const],
});
const ofAnn = { request: 'of-ann' } as const;
const start = call('ec2:StartInstances', {
  ...ofAnn,
  decided: [['ec2:StartInstances', ofInstance, true]],
  seconds: 1,
});
const grant = call('kms:CreateGrant', {
  ...ofAnn,
  ...denied('kms:CreateGrant'),
  via: 'ec2-frontend-api.amazonaws.com',
  id: 'of-the-grant',
});
const stopped = heard({ state: 'stopped' }, { seconds: 3 });

test('a call from its beginning to its end, in lanes', async () => {
  const { says, compare } = words('timeline');
  const show = async (
    title: string,
    subject: string,
    calls: readonly AuditEntry[],
    events: readonly ReturnType<typeof heard>[] = [],
  ) => {
    const timeline = await (await recorded(calls, events)).timeline(subject);
    says(title, ...(timeline ? [timeline.lanes, ...timeline.steps] : ['none']));
  };
  await show('nothing', 'event-x', []);
  await show('a denied call', 'event-x', [call('kms:Decrypt', { ...denied('kms:Decrypt'), id: 'event-x' })]);
  await show('one on no resource', 'event-x', [
    call('kms:ListKeys', { ...denied('kms:ListKeys', '*'), id: 'event-x' }),
  ]);
  await show('one without a decision', 'event-x', [call('sts:GetCallerIdentity', { id: 'event-x' })]);
  await show('one of a role', 'event-x', [call('logs:PutLogEvents', { who: WHO.session, id: 'event-x' })]);
  await show('of a service in its own name', 'event-x', [
    call('kms:Decrypt', { who: WHO.service, via: 'logs.us-east-1.amazonaws.com', id: 'event-x' }),
  ]);
  await show('an instance that was started and stopped', 'of-the-grant', [grant, start], [stopped]);
  await show('by the instance', INSTANCE, [grant, start], [heard({ state: 'pending' }), stopped]);
  const internal = call('kms:Decrypt', {
    ...ofAnn,
    via: 'AWS Internal',
    seconds: 2,
    decided: [['kms:Decrypt', KEY, true]],
  });
  await show('what EC2 opens by itself', 'of-the-grant', [grant, start, internal]);
  const stack = call('cloudformation:CreateStack', { request: 'of-ann', seconds: 1 });
  const made = call('ec2:CreateVolume', {
    ...ofAnn,
    via: 'cloudformation.amazonaws.com',
    decided: [['ec2:CreateVolume', `${VOLUME.slice(0, -10)}*`, true]],
  });
  const key = call('kms:GenerateDataKey', {
    ...ofAnn,
    ...denied('kms:GenerateDataKey'),
    via: 'ec2.amazonaws.com',
    id: 'of-the-key',
  });
  const tags = call('ec2:CreateTags', { ...ofAnn, via: 'cloudformation.amazonaws.com', error: 'InvalidID' });
  await show('a service within a service', 'of-the-key', [key, made, tags, stack]);
  await show('a service within a service, on record in another order', 'of-the-key', [
    stack,
    made,
    key,
    tags,
  ]);
  await show('without the call of the user', 'of-the-key', [key, made]);
  const decrypts = times(41, (at) =>
    call('kms:Decrypt', { ...ofAnn, via: 'ec2.amazonaws.com', id: `decrypt ${at}` }),
  );
  const steps = (await (await recorded([grant, ...decrypts, start])).timeline('of-the-grant'))?.steps ?? [];
  says('many calls', steps.length, steps.at(-1)?.eventId);
  const copy = call('kms:CreateGrant', {
    ...ofAnn,
    who: WHO.stranger,
    recipient: '777788889999',
    decided: [['kms:CreateGrant', KEY, false]],
  });
  await show('with the copy for the owner of the key', 'of-the-grant', [grant, copy, start]);

  const disabled = (more: Made = {}) =>
    call('kms:Decrypt', {
      error: 'DisabledException',
      decided: [['kms:Decrypt', KEY, true]],
      seconds: 60,
      id: 'of-the-key',
      ...more,
    });
  const disable = (more: Made = {}) =>
    call('kms:DisableKey', { who: WHO.bob, decided: [['kms:DisableKey', KEY, true]], ...more });
  const about = (count: number) =>
    times(count, (at) =>
      call('kms:DescribeKey', {
        decided: [['kms:DescribeKey', KEY, true]],
        id: `describe ${at}`,
        seconds: 1,
      }),
    );
  for (const [title, calls] of [
    ['was disabled', [disable(), disabled()]],
    ['was disabled twice', [disable(), disable({ who: WHO.root, seconds: 2 }), disabled()]],
    [
      'is to be deleted',
      [call('kms:ScheduleKeyDeletion', { decided: [['kms:ScheduleKeyDeletion', KEY, true]] }), disabled()],
    ],
    [
      'has no material',
      [
        call('kms:DeleteImportedKeyMaterial', { decided: [['kms:DeleteImportedKeyMaterial', KEY, true]] }),
        disabled(),
      ],
    ],
    ['was disabled later', [disabled(), disable({ seconds: 90 })]],
    ['could not be disabled', [disable({ error: 'KMSInternalException' }), disabled()]],
    ['was enabled', [call('kms:EnableKey', { decided: [['kms:EnableKey', KEY, true]] }), disabled()]],
    [
      'was disabled, where the call was denied',
      [disable(), disabled({ decided: [['kms:Decrypt', KEY, false]] })],
    ],
    ['was disabled, where the call passed', [disable(), disabled({ error: undefined })]],
    ['was disabled, where the call would have passed', [disable(), disabled({ error: 'DryRunOperation' })]],
    [
      'was disabled, where the call names none',
      [disable(), disabled({ decided: [['kms:Decrypt', VOLUME, true]] })],
    ],
    ['was disabled 199 calls ago', [disable(), ...about(198), disabled()]],
    ['was disabled 200 calls ago', [disable(), ...about(199), disabled()]],
  ] as const)
    await show(`a key that ${title}`, 'of-the-key', calls);

  const group = {
    source: 'aws.autoscaling',
    resources: [`arn:aws:autoscaling:${REGION}:${ACCOUNT}:group/${INSTANCE}`],
  };
  const unsuccessful = (seconds: number, StatusMessage = 'the key is disabled') =>
    heard({ StatusMessage }, { ...group, seconds, type: 'EC2 Instance Launch Unsuccessful' });
  await show(
    'what is heard of the resource',
    'of-the-grant',
    [grant, start],
    [
      heard({ state: 'running' }, { seconds: 0 }),
      heard(
        { event: 'createVolume', result: 'failed', cause: 'no right' },
        { resources: [VOLUME, ofInstance] },
      ),
      heard({ event: 'attachVolume' }, { seconds: 2 }),
      heard({}, { seconds: 3, type: 'EBS Something' }),
      heard({ state: 'terminated' }, { seconds: 4, resources: [] }),
      heard({ state: 'terminated' }, { seconds: 4, resources: [VOLUME] }),
      heard({ state: 'disabled' }, { seconds: 4, source: 'aws.kms', resources: [KEY, ofInstance] }),
      heard({ event: 'x' }, { seconds: 4, resources: [KEY] }),
      unsuccessful(5),
      unsuccessful(6),
      unsuccessful(7, 'another reason'),
      unsuccessful(8),
      heard({ state: 'stopping' }, { seconds: 601 }),
      heard({ state: 'stopped' }, { seconds: 602 }),
    ],
  );
  await show(
    'very much of it',
    'of-the-grant',
    [grant, start],
    times(14, (at) => heard({ state: `state ${at}` }, { seconds: 1 + at })),
  );
  await show(
    'among two hundred others',
    'of-the-grant',
    [grant, start],
    [heard({ state: 'stopped' }), ...times(200, () => heard({}, { resources: [VOLUME], seconds: 2 }))],
  );
  await show(
    'among as many as are looked at',
    'of-the-grant',
    [grant, start],
    [heard({ state: 'stopped' }), ...times(199, () => heard({}, { resources: [VOLUME], seconds: 2 }))],
  );
  const lost = call('ec2:CreateVolume', {
    id: 'of-the-volume',
    decided: [['ec2:CreateVolume', VOLUME, true]],
  });
  await show('what its service says of it, where nothing was heard', 'vol-gone', [lost]);
  await show(
    'and where something was',
    'vol-gone',
    [lost],
    [
      heard({ event: 'createVolume', result: 'failed' }, { resources: [VOLUME] }),
      heard({ state: 'deleted' }, { resources: [VOLUME], seconds: 2 }),
    ],
  );
  compare();
});

test('which call is meant', async () => {
  const { says, compare } = words('found');
  const message = `User: ${iam('user/ann')} is not authorized to perform: kms:Encrypt on resource: ${KEY} because no identity-based policy allows the kms:Encrypt action`;
  const calls = [
    call('kms:Encrypt', {
      ...denied('kms:Encrypt'),
      id: 'one-alike-before',
      message: message.replace('identity-based', 'resource-based'),
    }),
    call('kms:Decrypt', { ...denied('kms:Decrypt'), id: 'the-first', seconds: 1 }),
    call('kms:Encrypt', {
      ...denied('kms:Encrypt'),
      id: 'the-second',
      seconds: 2,
      message,
      request: '11111111-2222-3333-4444-555555555555',
    }),
    call('kms:Encrypt', {
      ...denied('kms:Encrypt'),
      id: 'the-third',
      seconds: 3,
      who: WHO.bob,
      message: 'short',
    }),
    grant,
    start,
    call('kms:Sign', {
      error: 'DisabledException',
      decided: [['kms:Sign', KEY, true]],
      id: 'a-failure',
      seconds: 4,
    }),
    call('kms:ListKeys', { id: 'a-success', seconds: 5, who: WHO.bob }),
    call('sts:AssumeRole', {
      ...denied('sts:AssumeRole', iam('role/app')),
      id: 'to-be-the-role',
      seconds: 5,
      who: WHO.bob,
    }),
    call('kms:Verify', {
      ...denied('kms:Verify'),
      id: 'of-a-session',
      seconds: 6,
      who: WHO.session,
      labels: { Username: 'one' },
    }),
    call('kms:Verify', {
      ...denied('kms:Verify'),
      id: 'of-another-session',
      seconds: 7,
      who: { ...WHO.session, arn: WHO.session.arn.replace('/one', '/two') },
      labels: { Username: 'two' },
    }),
    call('kms:Decrypt', {
      ...denied('kms:Decrypt'),
      id: 'the-owners',
      seconds: 8,
      who: WHO.stranger,
      shared: 's',
      request: 'shared',
    }),
    call('kms:Decrypt', {
      ...denied('kms:Decrypt'),
      id: 'the-callers',
      seconds: 8,
      shared: 's',
      request: 'shared',
      recipient: OTHER,
    }),
    call('logs:CreateLogGroup', {
      id: 'a-log-group',
      seconds: 9,
      request: 'of-logs',
      error: 'InvalidParameterException',
    }),
    call('kms:Encrypt', {
      ...denied('kms:Encrypt'),
      id: 'for-the-log-group',
      seconds: 10,
      who: WHO.service,
      labels: { InCourseOf: 'of-logs', DeniedTo: 'service' },
    }),
    call('ec2:AttachVolume', {
      id: 'caused',
      seconds: 11,
      labels: { CausedBy: 'the-first', ResourceName: 'vol-7' },
      error: 'VolumeInUse',
    }),
    call('ec2:DryRun', {
      id: 'a-dry-run',
      seconds: 12,
      error: 'Client.DryRunOperation',
      labels: { ResourceName: 'vol-8' },
    }),
    call('ec2:Fails', {
      id: 'a-failure-before-it',
      seconds: 11,
      error: 'IncorrectState',
      labels: { ResourceName: 'vol-8' },
    }),
  ];
  const world = await recorded(calls);
  const subjects = [
    ...[
      'the-first',
      ' the-second ',
      '11111111-2222-3333-4444-555555555555',
      'a-success',
      'a-failure',
      'of-the-grant',
      'of-ann',
    ],
    ...[
      INSTANCE,
      ofInstance,
      KEY,
      'vol-part',
      'vol-gone',
      'vol-none',
      'vol-7',
      'vol-8',
      'the-owners',
      'for-the-log-group',
      'a-log-group',
      'of-logs',
      'caused',
    ],
    ...[
      'user/ann',
      iam('user/ann'),
      'AIDAANNANNANNANN',
      'AIDANOBODYNOBODY',
      'user/none',
      'role/app',
      iam('role/app'),
      WHO.session.arn,
      iam('role/app', OTHER),
    ],
    message,
    message.replaceAll(' ', '\n'),
    `An error occurred (AccessDenied): ${message}, it says`,
    `${message.slice(0, 90)}\n${message.slice(90)}`.slice(0, 150),
    `User: ${iam('user/ann')} is not authorized to perform: kms:Encrypt`,
    `User: ${iam('user/ann')} is not authorized to perform: kms:Encrypt on resource: ${KEY}x because`,
    `User: ${iam('user/ann')} is not authorized to perform: kms:Encrypt on resource: ${KEY}`,
    `User: ${iam('user/ann')} is not authorized to perform: kms:Encrypt on resource: ${KEY} because no`,
    `User: ${iam('user/ann')} is not authorized to perform: kms:Encrypt on resource: ${KEY} because of something`,
    `User: ${iam('user/ann')} is not authorized to perform: kms:Encrypt because of something`,
    `User: ${iam('user/bob')} is not authorized to perform: kms:Encrypt on resource: ${KEY}`,
    'it failed (RequestId: 11111111-2222-3333-4444-555555555555)',
    'it failed (Request ID: 99999999-2222-3333-4444-555555555555)',
    'short and none',
  ];
  for (const subject of subjects) {
    const { event, call: found, text: _, ...more } = { text: '', ...(await world.explain(subject)) };
    const { verdict, headline, symptom, others, outerCall, initialCall, checks: __, ...rest } = more;
    says(
      subject.trim(),
      `${event?.eventID ?? 'none'}: ${verdict}, ${headline}`,
      { symptom, others, outer: outerCall?.eventId, initial: initialCall?.eventId, found },
      ...('allowedBy' in rest ? [{ allowedBy: rest.allowedBy }] : []),
    );
  }
  says('in words', renderExplanation(await world.explain('for-the-log-group')));
  compare();
});

test('what stands wrong, and what was changed since', async () => {
  const { says, compare } = words('standing');
  const show = async (title: string, calls: readonly AuditEntry[]) =>
    says(title, ...(await (await recorded(calls)).standing()));
  const decrypt = (more: Made = {}) => call('kms:Decrypt', { ...denied('kms:Decrypt'), ...more });
  const passes = (more: Made = {}) =>
    call('kms:Decrypt', { decided: [['kms:Decrypt', KEY, true]], seconds: 1, ...more });
  await show('a denial', [decrypt({ id: 'd' })]);
  await show('two alike', [decrypt({ id: 'd' }), decrypt({ id: 'e', seconds: 1 })]);
  await show('of two', [decrypt({ id: 'd' }), decrypt({ id: 'e', who: WHO.bob })]);
  await show('one that passed since', [decrypt(), passes()]);
  await show('one that passed before', [passes({ seconds: 0 }), decrypt({ id: 'd', seconds: 1 })]);
  await show('one that passed for another', [decrypt({ id: 'd' }), passes({ who: WHO.bob })]);
  await show('of a service', [decrypt({ who: WHO.service }), decrypt({ via: 'ec2.amazonaws.com' })]);
  await show('on no resource', [call('kms:ListKeys', { ...denied('kms:ListKeys', '*'), id: 'd' })]);
  for (const error of [
    'DisabledException',
    'KMSInvalidStateException',
    'KeyUnavailableException',
    'NotFoundException',
    'DryRunOperation',
  ])
    await show(`a key that answers ${error}`, [
      decrypt({ error, decided: [['kms:Decrypt', KEY, true]], id: 'd' }),
    ]);
  await show('another service that answers so', [
    call('ec2:StartInstances', { error: 'InvalidState', id: 'd' }),
  ]);
  await show('what a service knows', [
    call('ec2:CreateVolume', { ...denied('ec2:CreateVolume', VOLUME), id: 'of-the-volume' }),
    decrypt({ id: 'd', seconds: 5 }),
  ]);
  const many = await (
    await recorded(
      times(201, (at) => call('kms:Decrypt', { ...denied('kms:Decrypt', `${KEY}${at}`), id: `d ${at}` })),
    )
  ).standing();
  says('very many', many.length, many[0]?.subject, many.at(-1)?.subject);
  const far = (count: number) => [
    decrypt({ id: 'd' }),
    ...times(count, (at) => call('ec2:DescribeTags', { id: `x ${at}`, seconds: 1 })),
  ];
  for (const count of [999, 1000])
    says(`behind ${count} others`, (await (await recorded(far(count))).standing()).length);

  const at = '2026-11-01T00:00:00Z';
  const change = (name: string, arn: string, seconds: number, more: Made = {}) =>
    call(name, { decided: [[name, arn, true]], seconds, id: `${name} at ${seconds}`, ...more });
  const since = async (title: string, calls: readonly AuditEntry[], concerned: readonly string[], id = 'd') =>
    says(`since: ${title}`, ...(await (await recorded(calls)).changes(id, at, concerned)));
  const ann = iam('user/ann');
  await since('nothing', [decrypt({ id: 'd' })], [KEY]);
  await since(
    'before and after',
    [change('kms:PutKeyPolicy', KEY, 0), decrypt({ id: 'd' }), change('kms:EnableKey', KEY, 0)],
    [KEY],
  );
  await since('where it is not on record', [change('kms:PutKeyPolicy', KEY, 0)], [KEY], 'none');
  await since(
    'what failed, and what changes nothing',
    [
      decrypt({ id: 'd' }),
      change('kms:EnableKey', KEY, 1, { error: 'x' }),
      change('kms:DescribeKey', KEY, 2),
    ],
    [KEY],
  );
  await since(
    'by name',
    [decrypt({ id: 'd' }), change('iam:AttachUserPolicy', iam('user/team/ann'), 1)],
    [ann],
  );
  await since(
    'by a session of the role',
    [decrypt({ id: 'd' }), change('iam:PutRolePolicy', iam('role/app'), 1)],
    [WHO.session.arn],
  );
  await since(
    'of the same name in another account',
    [decrypt({ id: 'd' }), change('iam:PutUserPolicy', iam('user/ann', OTHER), 1)],
    [ann],
  );
  await since(
    'of others, where none concerns it',
    [
      decrypt({ id: 'd' }),
      change('iam:PutUserPolicy', iam('user/bob'), 1),
      change('iam:CreateRole', iam('role/x'), 2, { recipient: OTHER }),
    ],
    [ann],
  );
  await since(
    'of others, where one concerns it',
    [
      decrypt({ id: 'd' }),
      change('iam:PutUserPolicy', iam('user/bob'), 1),
      change('iam:PutUserPolicy', ann, 2, { who: WHO.nobody }),
    ],
    [ann],
  );
  await since(
    'many',
    [decrypt({ id: 'd' }), ...times(5, (n) => change('kms:PutKeyPolicy', KEY, n + 1))],
    [KEY],
  );
  const behind = (count: number) => [
    decrypt({ id: 'd' }),
    change('kms:PutKeyPolicy', KEY, 1),
    ...times(count, (n) => call('ec2:DescribeTags', { id: `x ${n}`, seconds: 2 })),
  ];
  for (const count of [499, 500]) await since(`behind ${count} others`, behind(count), [KEY]);
  compare();
});
