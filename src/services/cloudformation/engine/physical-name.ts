/**
 * `<stack>-<logical id>-<random>` within `longest` characters: the first two are cut, the random part never. It is the
 * same each time for an action, so that work that was cut off goes on under the same name.
 */
import { nameTail } from '../../../platform/identifiers.ts';

export function physicalName(
  stackName: string,
  logicalId: string,
  actionId: string,
  longest: number,
): string {
  const random = nameTail(actionId);
  const room = longest - random.length - 2;
  const stackRoom = Math.max(room - logicalId.length, Math.floor(room / 2));
  const stack = stackName.slice(0, stackRoom);
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${random}`;
}
