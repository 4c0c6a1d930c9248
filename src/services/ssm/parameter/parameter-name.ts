/**
 * Names of parameters, and how a request picks a version or takes an ARN
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html).
 */
import { parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import { invalid, noParameter } from '../errors.ts';

const MAX_NAME_LENGTH = 1011;
const MAX_LEVELS = 15;

/** Each slash separates, so that a name that nearly fits is read in one pass. */
const NAME = /^\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;

const invalidName = (reserved: 'aws' | 'ssm') =>
  invalid(
    `Parameter name: can't be prefixed with "${reserved}" (case-insensitive). If formed as a path, it can consist of ` +
      'sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 ' +
      'symbols .-_',
  );

const isRelativePath = (name: string) => !name.startsWith('/') && name.includes('/');

function requireFormedName(name: string): void {
  if (!NAME.test(name)) throw invalidName('ssm');
}

/** A name of one level is the same with a slash before it and without (aws-facts K13). */
export function otherSpelling(name: string): string | undefined {
  const bare = name.replace(/^\//, '');
  if (bare.includes('/')) return undefined;
  return bare === name ? `/${bare}` : bare;
}

/** A secret of Secrets Manager, which Parameter Store reads by this name (aws-facts K13). */
export const isSecretReference = (name: string) => name.startsWith('/aws/reference/secretsmanager/');

/** Throws AWS's error for a name that no parameter can be given. */
export function requireNewName(scope: Scope, name: string): void {
  if (/^\/?aws(?:\/|$)/i.test(name)) {
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (/^\/?(?:aws|ssm)/i.test(name)) throw invalidName(/^\/?aws/i.test(name) ? 'aws' : 'ssm');
  if (isRelativePath(name)) throw invalid('Parameter name must be a fully qualified name.');
  requireFormedName(name);
  const levels = name.split('/').length - (name.startsWith('/') ? 1 : 0);
  if (levels > MAX_LEVELS) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${MAX_LEVELS} levels. For more information, see Requirements and constraints ` +
        'for parameter names in the AWS Systems Manager User Guide.',
    );
  }
  const arnLength = `arn:aws:ssm:${scope.region}:${scope.account}:parameter/`.length;
  if (name.length + arnLength > MAX_NAME_LENGTH) {
    throw invalid(
      `The parameter name exceeds the maximum length of ${MAX_NAME_LENGTH} characters, its ARN included.`,
    );
  }
}

export interface Selected {
  readonly name: string;
  /** As the answer repeats it: `:3`, `:prod`. */
  readonly selector?: string;
  readonly version?: number;
  readonly label?: string;
}

/** `name`, `name:3`, `name:label`, or the ARN of a parameter with the same. */
export function selected(scope: Scope, text: string): Selected {
  const named = text.startsWith('arn:') ? nameOfArn(scope, text) : text;
  const [name = '', selector, ...more] = named.split(':');
  // A reader may ask for what it likes, of the form of a name.
  if (isRelativePath(name)) throw invalidName('ssm');
  requireFormedName(name);
  if (more.length > 0) throw invalid(`Invalid parameter name: ${text}. It has more than one selector.`);
  if (selector === undefined) return { name };
  if (selector === '') throw invalid(`Invalid parameter name: ${text}. Its selector is empty.`);
  return /^\d+$/.test(selector)
    ? { name, selector: `:${selector}`, version: Number(selector) }
    : { name, selector: `:${selector}`, label: selector };
}

/** Parameters of other accounts would have to be shared by AWS RAM. */
function nameOfArn(scope: Scope, text: string): string {
  const arn = parseArn(text);
  const rest = /^parameter(\/.+)$/.exec(arn?.resource ?? '')?.[1];
  if (arn?.service !== 'ssm' || rest === undefined) throw invalid(`Invalid parameter ARN: ${text}`);
  const isOwn = arn.account === scope.account || arn.account === '';
  if (!isOwn || arn.region !== scope.region) throw noParameter();
  // Only a name without slashes is written without its first one.
  return rest.lastIndexOf('/') === 0 || rest.split(':')[0]?.lastIndexOf('/') === 0 ? rest.slice(1) : rest;
}
