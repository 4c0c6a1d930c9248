/** What is so of all versions of a parameter. */
import type { Scope } from '../../../aws/scope.ts';
import type { Tags } from '../../../aws/tags.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type Tier = 'Standard' | 'Advanced';

export interface ParameterRecord extends Scope {
  readonly name: string;
  readonly type: ParameterType;
  readonly tier: Tier;
  readonly dataType: string;
  readonly latestVersion: number;
  readonly tags: Tags;
}
