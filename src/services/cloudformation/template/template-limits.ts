/** How much a template may have: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
import { formatError } from '../cloudformation.ts';
import type { Template } from './definition.ts';
import { isObject } from './json.ts';

const MAX_RESOURCES = 500;
const MAX_OTHERS = 200;
const MAX_NAME_LENGTH = 255;

export function requireWithinLimits({ resources, parameters, mappings, outputs }: Template): void {
  requireAtMost(MAX_RESOURCES, 'resources', resources);
  requireAtMost(MAX_OTHERS, 'parameters', parameters);
  requireAtMost(MAX_OTHERS, 'mappings', mappings);
  requireAtMost(MAX_OTHERS, 'outputs', outputs);
  for (const mapping of Object.values(mappings)) {
    if (isObject(mapping)) requireAtMost(MAX_OTHERS, 'mapping attributes', mapping);
  }
}

function requireAtMost(most: number, what: string, members: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(members);
  if (names.length > most) {
    throw formatError(`Number of ${what}, ${names.length}, is greater than maximum allowed, ${most}`);
  }
  const long = names.find((name) => name.length > MAX_NAME_LENGTH);
  if (long === undefined) return;
  throw formatError(`The name ${long} of ${what} is longer than ${MAX_NAME_LENGTH} characters.`);
}
