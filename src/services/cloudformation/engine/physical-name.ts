/**
 * `<stack>-<logical id>-<random>` within `longest` characters: the first two are cut, the random part never. It is the
 * same each time for an action, so that work that was cut off goes on under the same name.
 */
import { createHash } from 'node:crypto';

const RANDOM_CHARACTERS = 12;

export function physicalName(
  stackName: string,
  logicalId: string,
  actionId: string,
  longest: number,
): string {
  const number = BigInt(`0x${createHash('sha256').update(actionId).digest('hex')}`);
  const random = number.toString(36).toUpperCase().slice(-RANDOM_CHARACTERS);
  const room = longest - RANDOM_CHARACTERS - 2;
  const stackRoom = Math.max(room - logicalId.length, Math.floor(room / 2));
  const stack = stackName.slice(0, stackRoom);
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${random}`;
}
