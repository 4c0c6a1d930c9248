/** The status that a credential is to have: the API's model lists `Expired` too, which nobody can set. */
import { invalidInput } from './errors.ts';

export function requestedStatus(status: string): 'Active' | 'Inactive' {
  if (status === 'Expired') throw invalidInput('Operation does not support status Expired');
  return status === 'Active' ? 'Active' : 'Inactive';
}
