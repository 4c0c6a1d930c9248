/** What belongs together: the code of an area, and the tests that know most of it. */

/** `src/services/kms/grant/grant.ts` is of `kms`, `src/policy/glob.ts` of `policy`. */
export function areaOf(file: string): string {
  const [, first = '', second = ''] = file.split('/');
  return (first === 'services' ? second : first).replace(/\.ts$/, '');
}

const OF_CALLS = [
  'kms/{access,grants}',
  'kms/{recorded,transcripts}',
  'iam/recorded',
  'iam/authorization',
  'ec2/audit',
  'ec2/kms-calls',
  'sts/*',
];

/** Where a service takes up what was described of a real account. */
const OF_ADOPTION = 'import/{forked-account,lacking-members}';

/** Beside `test/<area>/`: where else a fault of the area is likely to be seen. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  authn: ['wire/server'],
  autoscaling: [OF_ADOPTION, 'explain/audit/audit', 'explain/why/{activities,failing-launch,under-way}'],
  cloudformation: [OF_ADOPTION, 'import/forked-stacks'],
  cloudwatch: [OF_ADOPTION],
  dataplane: ['ebs/*', 'ec2/volume-data', 'ec2/wipes', 'ec2/lost-blocks'],
  ebs: ['ec2/snapshots', 'ec2/volume-data', 'ec2/wipes'],
  ec2: ['ebs/*', OF_ADOPTION],
  events: [OF_ADOPTION],
  explain: [
    'console/{graph,situations}',
    'import/{calibration,fold,lacking-members,logs-only,real-account,transcripts}',
    'rehearsal/*',
  ],
  iam: ['sts/*', 'invoke/callers', 'autoscaling/authorization', OF_ADOPTION],
  invoke: [
    ...OF_CALLS,
    'events/{listeners,delivery}',
    'ec2/requests',
    'explain/why/in-course-of',
    'explain/what-if/*',
    'import/*',
    'organizations/*',
    'platform/*',
  ],
  kms: [
    'ec2/kms-calls',
    'explain/rights/who-can',
    'iam/simulation',
    'organizations/organizations',
    OF_ADOPTION,
  ],
  logs: [OF_ADOPTION],
  // What of an organization was not read is told by whole answers about imported accounts.
  organizations: [
    'iam/authorization',
    'explain/what-if/what-if',
    'import/{changes/*,files,logs-only}',
    OF_ADOPTION,
  ],
  policy: [
    'iam/simulation',
    'iam/authorization',
    'kms/access',
    'kms/grants',
    'explain/statements/reasons',
    'explain/rights/*',
  ],
  ssm: [OF_ADOPTION],
  sts: ['iam/authorization', 'invoke/callers'],
  store: ['invoke/*', 'kms/keys'],
  wire: ['authn/*', 'ec2/vpc-endpoints'],
};

/** What holds of every operation, by enumeration. */
const OF_EVERY_OPERATION = 'invoke/records';

/** Look at whatever was loaded, and run none of it. */
export const ENUMERATING = /\/(?:invoke\/records|cloudformation\/documented)\.test\.ts/;

/** Whole answers as text, and a fork compared with its account member by member. */
export const WHOLE_ANSWERS = /\/(?:transcripts|words|pages|forked-account)\.test\.ts/;

/** One hook plays all the situations, and commands are killed in processes of their own: too much for every fault. */
export const TOO_LONG = /\/import\/(?:situations|stopped-import)\.test\.ts/;

/** As patterns of paths. */
export const testsOf = (area: string): readonly string[] =>
  [`${area}/**/*`, OF_EVERY_OPERATION, ...(ALSO[area] ?? [])].map((name) => `test/${name}.test.ts`);
