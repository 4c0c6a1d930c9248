/** Whether a record has the form that CloudTrail gives its records, as far as anybody here reads them. */
import { isObject } from '../../platform/is-object.ts';

interface Form {
  readonly [member: string]: 'text' | 'object' | 'list' | Form;
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const RECORD: Form = {
  addendum: { originalEventID: 'text' },
  awsRegion: 'text',
  errorCode: 'text',
  errorMessage: 'text',
  eventID: 'text',
  eventType: 'text',
  recipientAccountId: 'text',
  requestID: 'text',
  requestParameters: 'object',
  resources: 'list',
  responseElements: 'object',
  sourceIPAddress: 'text',
  vpcEndpointId: 'text',
  userIdentity: {
    accountId: 'text',
    arn: 'text',
    invokedBy: 'text',
    principalId: 'text',
    type: 'text',
    sessionContext: {
      attributes: { mfaAuthenticated: 'text' },
      sessionIssuer: { arn: 'text', principalId: 'text' },
    },
  },
};

/** "userIdentity.arn is no text"; what is null is not there. */
export function faultOfRecord(record: object): string | undefined {
  const { resources } = record as { resources?: readonly unknown[] | null };
  const fault = faultOf(RECORD, record, '');
  if (fault || !resources) return fault;
  const isNamed = (each: unknown) => isObject(each) && isAbsentOrText(each.ARN) && isAbsentOrText(each.arn);
  const at = resources.findIndex((each) => !isNamed(each));
  return at < 0 ? undefined : `resources[${at}] is no object with an ARN`;
}

/** Takes out texts that are null, and objects of known members: who reads a record takes what is not there for its default. */
export function dropNulls(record: object, form: Form = RECORD): void {
  const members = record as Record<string, unknown>;
  for (const member in form) {
    const expected = form[member] as Form[string];
    const value = members[member];
    if (value === null && expected !== 'object' && expected !== 'list') delete members[member];
    else if (isObject(value) && typeof expected === 'object') dropNulls(value, expected);
  }
}

const isAbsentOrText = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string';

function faultOf(form: Form, value: unknown, at: string): string | undefined {
  if (!isObject(value)) return `${at} is no object`;
  for (const member in form) {
    const inner = value[member];
    if (inner === undefined || inner === null) continue;
    const expected = form[member] as Form[string];
    const place = at === '' ? member : `${at}.${member}`;
    if (typeof expected === 'object') {
      const fault = faultOf(expected, inner, place);
      if (fault) return fault;
    } else if (!FITS[expected](inner)) return `${place} is no ${expected}`;
  }
  return undefined;
}

const FITS = {
  text: (value: unknown) => typeof value === 'string',
  object: isObject,
  list: Array.isArray,
} as const;
