/** What an entry of PutEvents must be like. */
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import { isObject } from '../../../platform/is-object.ts';
import type { PutEventsRequestEntry, PutEventsResultEntry } from '../../../shapes/generated/events.ts';

const TIME_BYTES = 14;

export function entryBytes({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce(
    (sum, text) => sum + Buffer.byteLength(text ?? ''),
    Time === undefined ? 0 : TIME_BYTES,
  );
}

const REQUIRED = ['Source', 'DetailType', 'Detail'] as const;

/** The result of an entry that cannot be taken. */
export function entryFault(entry: PutEventsRequestEntry): PutEventsResultEntry | undefined {
  const missing = REQUIRED.find((name) => !entry[name]);
  if (missing) {
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  }
  // Of AWS's own sources, only AWS speaks.
  if (entry.Source?.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  if (isObjectText(entry.Detail as string)) return undefined;
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isObjectText(text: string): boolean {
  try {
    return isObject(parseBoundedJson(text));
  } catch {
    return false;
  }
}
