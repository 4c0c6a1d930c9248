/** What CloudTrail hides of EC2's requests and results. The model does not mark user data, and may hold secrets. */
import type { Member } from '../../shapes/shape.ts';

export const isSensitive = ({ name, shape }: Member): boolean =>
  name === 'UserData' || ('sensitive' in shape && shape.sensitive === true);

export const REMOVED = '<sensitiveDataRemoved>';
