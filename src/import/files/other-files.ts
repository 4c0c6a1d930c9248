/** Files that people have beside those that can be read: by what they are, and what to do instead. */

/** What other services deliver into a bucket of logs, Control Tower's for one: `AWSLogs/[o-…/]ACCOUNT/Config/…`. */
export const isOfOtherService = (name: string): boolean =>
  /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/(?!CloudTrail(?:-[A-Za-z]+)?\/)[^/]+\//.test(name);

interface Other {
  /** Columns of a table, or members of an object. */
  readonly has: readonly string[];
  readonly sentence: string;
}

const CREDENTIAL_REPORT =
  'is an IAM credential report, which has no policies: save the output of aws iam get-account-authorization-details';

const OTHERS: readonly Other[] = [
  {
    has: ['user', 'arn', 'user_creation_time', 'password_enabled'],
    sentence: CREDENTIAL_REPORT,
  },
  {
    has: ['Content', 'ReportFormat', 'GeneratedTime'],
    sentence: CREDENTIAL_REPORT,
  },
  {
    has: ['Event name', 'Event time', 'Event source'],
    sentence:
      'is event history as CSV, which lacks what was asked for and why it was denied: download it as JSON, or save the output of aws cloudtrail lookup-events',
  },
  {
    has: ['configurationItems', 'fileVersion'],
    sentence:
      'is what AWS Config records, which is not read: latchkey import plan --script saves what is needed',
  },
];

/** What the file is, where its columns or members are known; undefined else. */
export const whatElse = (names: readonly string[]): string | undefined =>
  OTHERS.find(({ has }) => has.every((name) => names.includes(name)))?.sentence;
