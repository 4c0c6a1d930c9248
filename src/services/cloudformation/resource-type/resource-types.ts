/** The types of resources that stacks may have. */
import { validationError } from '../cloudformation.ts';
import { volume } from './ec2-volume.ts';
import { alias } from './kms-alias.ts';
import { key } from './kms-key.ts';
import type { ResourceType } from './resource-type.ts';

const TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [alias, key, volume].map((type) => [type.name, type]),
);

export const findResourceType = (name: string): ResourceType | undefined => TYPES.get(name);

export function requireResourceType(name: string): ResourceType {
  const type = TYPES.get(name);
  if (!type) throw validationError(`Template format error: Unrecognized resource types: [${name}]`);
  return type;
}
