/**
 * What a target is handed of an event: all of it, a part, a constant, or a text with values of the event in it
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { parseJsonPath } from '../../../aws/json-path.ts';
import type { Delivery } from '../event/delivery-request.ts';

type Facts = Pick<Delivery, 'event' | 'ruleArn' | 'ruleName' | 'ingestedAtMs' | 'target'>;

/** Undefined where a template of JSON gives none: AWS then delivers nothing. */
export function payloadOf(facts: Facts): string | undefined {
  const { event, target } = facts;
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(parseJsonPath(InputPath)?.(event) ?? null);
  if (!InputTransformer) return JSON.stringify(event);
  const values = new Map<string, unknown>(
    Object.entries(InputTransformer.InputPathsMap ?? {}).map(([name, path]) => [
      name,
      parseJsonPath(path)?.(event),
    ]),
  );
  const find = (name: string) =>
    Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name]?.(facts) : values.get(name);
  const template = InputTransformer.InputTemplate;
  return isJson(template) ? filledJson(template, find) : filledText(template, find);
}

/** Variables that every template may use. */
const PREDEFINED: Readonly<Record<string, (facts: Facts) => unknown>> = {
  'aws.events.rule-arn': ({ ruleArn }) => ruleArn,
  'aws.events.rule-name': ({ ruleName }) => ruleName,
  'aws.events.event.ingestion-time': ({ ingestedAtMs }) => new Date(ingestedAtMs).toISOString(),
  'aws.events.event.json': ({ event }) => event,
  // Here alone the type of the detail is spelled so.
  'aws.events.event': ({ event: { detail: _, 'detail-type': detailType, ...rest } }) => ({
    ...rest,
    detailType,
  }),
};

const PLACEHOLDER = /<([^<>\s"]+)>/g;

/** The names that a template asks for. */
export const placeholders = (template: string): string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name]) => name as string);

export const isPredefined = (name: string): boolean => Object.hasOwn(PREDEFINED, name);

type Values = (name: string) => unknown;

/** More than any target takes: a template may ask for the whole event thousands of times. */
const MAX_CHARS = 1_048_576;

/** Adds up what is put into a template. */
function roomFor(template: string): (text: string) => string {
  let chars = template.length;
  return (text) => {
    chars += text.length;
    if (chars <= MAX_CHARS) return text;
    throw new AwsError(
      'ValidationException',
      `The input of the target is longer than ${MAX_CHARS} characters.`,
    );
  };
}

const isJson = (template: string) => template.trimStart().startsWith('{');

/**
 * Outside of strings a value stands as JSON, within them as text. What is not there is an empty string. Objects and lists
 * keep their quotes within strings, so what comes out is not JSON (they "must not be enclosed in quotes").
 */
function filledJson(template: string, find: Values): string | undefined {
  let isInString = false;
  const put = roomFor(template);
  const filled = template.replace(/\\.|"|<([^<>\s"]+)>/g, (found, name: string | undefined) => {
    if (found === '"') isInString = !isInString;
    if (name === undefined) return found;
    const value = find(name) ?? '';
    const text = JSON.stringify(value);
    return put(isInString && typeof value === 'string' ? text.slice(1, -1) : text);
  });
  return isWellFormed(filled) ? filled : undefined;
}

function isWellFormed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** In plain text objects and lists lose their quotes. */
function filledText(template: string, find: Values): string {
  const put = roomFor(template);
  return template.replace(PLACEHOLDER, (_found, name: string) => {
    const value = find(name) ?? '';
    return put(typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', ''));
  });
}
