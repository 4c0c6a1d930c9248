/** What policies may ask of the pattern of a rule: condition keys hold the values that a field is matched with. */
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import { invalidPattern } from '../errors.ts';
import { compilePattern } from '../pattern/event-pattern.ts';
import { JsonFault } from '../pattern/json-text.ts';

/** Throws EventBridge's error where the text is not a pattern. */
export function requirePattern(text: string): void {
  try {
    compilePattern(text);
  } catch (error) {
    if (error instanceof JsonFault) throw invalidPattern(error.message);
    throw error;
  }
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  'events:source': ['source'],
  'events:detail-type': ['detail-type'],
  'events:detail.service': ['detail', 'service'],
  'events:detail.eventTypeCode': ['detail', 'eventTypeCode'],
  'events:detail.userIdentity.principalId': ['detail', 'userIdentity', 'principalId'],
};

/** A text that is not a pattern has no keys: it is refused once the caller is authorized. */
export function patternConditions(text: string | undefined): ConditionValues {
  const pattern = parsed(text);
  return Object.fromEntries(
    Object.entries(KEYS).map(([key, path]) => {
      const found = path.reduce<unknown>(
        (value, name) => (value as Record<string, unknown>)?.[name],
        pattern,
      );
      const values = Array.isArray(found) ? found.filter((value) => typeof value === 'string') : [];
      return [key, values.length > 0 ? values : undefined];
    }),
  );
}

function parsed(text = '{}'): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}
