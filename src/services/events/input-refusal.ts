/** PutEvents with too many entries shows them as AWS's own record of an entry prints itself, in Java. */
import { AwsError } from '../../aws/aws-error.ts';
import type { PutEventsRequestEntry } from '../../shapes/generated/events.ts';
import type { InputRefusal } from '../../shapes/validate.ts';
import { violationMessage } from '../../shapes/violation.ts';

const printed = (entry: PutEventsRequestEntry): string => {
  const { Time, Source, Resources, DetailType, Detail, EventBusName, TraceHeader } = entry;
  const members = {
    time: Time === undefined ? undefined : new Date(Time).toISOString(),
    source: Source,
    resources: Resources && `[${Resources.join(', ')}]`,
    detailType: DetailType,
    detail: Detail,
    eventBusName: EventBusName,
    traceHeader: TraceHeader,
    kmsKeyIdentifier: undefined,
    internalMetadata: undefined,
  };
  const parts = Object.entries(members).map(([name, value]) => `${name}=${value ?? 'null'}`);
  return `PutEventsRequestEntry(${parts.join(', ')})`;
};

export const inputRefused: InputRefusal = ([first, ...others]) => {
  if (first?.kind !== 'constraint' || first.path !== 'entries' || others.length > 0) return undefined;
  const value = `[${(first.value as PutEventsRequestEntry[]).map(printed).join(', ')}]`;
  return new AwsError('ValidationException', violationMessage([{ ...first, value }]));
};
