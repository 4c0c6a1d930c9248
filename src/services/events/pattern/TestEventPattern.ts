/**
 * Tells whether a pattern matches an event.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import { isObject } from '../../../platform/is-object.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { validation } from '../errors.ts';
import { events } from '../events.ts';
import { requirePattern } from '../rule/pattern-conditions.ts';
import { compilePattern } from './event-pattern.ts';

const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

export default events.operation('TestEventPattern', {
  readOnly: true,
  checks: (context) => ({ pattern: accountCheck(context, 'events:TestEventPattern') }),
  execute(_context, { EventPattern, Event }) {
    requirePattern(EventPattern);
    return { Result: compilePattern(EventPattern).matches(parsedEvent(Event)) };
  },
});

function parsedEvent(text: string): object {
  const event = parsedJson(text);
  if (isObject(event) && REQUIRED.every((name) => Object.hasOwn(event, name))) return event;
  throw validation('Parameter Event is not valid.');
}

function parsedJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}
