/**
 * Looks up management events of the last 90 days in the caller's account and region, newest first, by at most one
 * attribute and a time range.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { auditLog } from '../../../invoke/audit/audit.ts';
import { RETENTION_MS } from '../../../invoke/audit/retention.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { LookupEventsRequest } from '../../../shapes/generated/cloudtrail.ts';
import { cloudtrail } from '../cloudtrail.ts';
import { eventOf, labelOf } from './event.ts';

const MAX_EVENTS = 50;

export default cloudtrail.operation('LookupEvents', {
  readOnly: true,
  checks: (context) => ({ events: accountCheck(context, 'cloudtrail:LookupEvents') }),
  async execute({ tx, account, region, nowMs }, input) {
    const { StartTime, EndTime, LookupAttributes = [], MaxResults = MAX_EVENTS, NextToken } = input;
    if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime) {
      throw new AwsError(
        'InvalidTimeRangeException',
        'The StartTime must be less than or equal to the EndTime.',
      );
    }
    if (LookupAttributes.length > 1) {
      throw new AwsError('InvalidLookupAttributesException', 'You can only specify one lookup attribute.');
    }
    // No insights are made here.
    if (input.EventCategory === 'insight') return { Events: [] };
    const query = queryOf(input);
    const before = NextToken === undefined ? undefined : readToken(NextToken, query);
    const attribute = LookupAttributes[0];
    const found = await tx.scan(auditLog, {
      stream: `${account}/${region}`,
      fromMs: Math.max(StartTime ?? 0, nowMs - RETENTION_MS),
      // Whole seconds are what clients send and events show: the whole last second is meant.
      toMs: EndTime === undefined ? undefined : EndTime + 999,
      before,
      label: attribute && labelOf(attribute),
      limit: MaxResults + 1,
    });
    const page = found.slice(0, MaxResults);
    const last = page.at(-1);
    return {
      Events: page.map(eventOf),
      ...(found.length > MaxResults && last && { NextToken: writeToken(last.sequence, query) }),
    };
  },
});

/** A token continues the query that gave it, and no other. */
function queryOf({ StartTime, EndTime, LookupAttributes }: LookupEventsRequest): string {
  return JSON.stringify([StartTime, EndTime, LookupAttributes]);
}

function writeToken(sequence: number, query: string): string {
  return Buffer.from(JSON.stringify([sequence, query])).toString('base64url');
}

function readToken(token: string, query: string): number {
  try {
    const [sequence, of] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Number.isSafeInteger(sequence) && of === query) return sequence;
  } catch {
    // Not a token of ours: refused below, as a token of another query is.
  }
  throw new AwsError(
    'InvalidNextTokenException',
    'The NextToken is invalid or was issued for a request with other parameters.',
  );
}
