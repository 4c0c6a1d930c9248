/** How a remedy is applied: the AWS CLI's command, and the argument of Terraform that holds it. */
import type { ApiCall } from '../../rehearsal/maker.ts';
import type { MadeRemedy } from './apply.ts';

const kebab = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** For a POSIX shell. */
const quoted = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

function argumentOf(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    return value.map(quoted).join(' ');
  return quoted(JSON.stringify(value));
}

const isGlobal = (service: string) => service === 'iam' || service === 'organizations';

export function cliCommand({ service, operation, input, region }: ApiCall): string {
  const options = Object.entries(input).map(([name, value]) =>
    value === true ? `--${kebab(name)}` : `--${kebab(name)} ${argumentOf(value)}`,
  );
  const policyName = operation === 'PutKeyPolicy' ? ['--policy-name default'] : [];
  const where = isGlobal(service) ? [] : [`--region ${region}`];
  return ['aws', service, kebab(operation), ...options, ...policyName, ...where].join(' ');
}

const ARGUMENTS: Readonly<Record<string, string>> = {
  EnableKey: 'aws_kms_key.is_enabled',
  CreateGrant: 'aws_kms_grant',
  CreateAlias: 'aws_kms_alias',
  CreateTags: 'aws_ec2_tag',
  EnableEbsEncryptionByDefault: 'aws_ebs_encryption_by_default',
  TagUser: 'aws_iam_user.tags',
  TagRole: 'aws_iam_role.tags',
  CreateServiceLinkedRole: 'aws_iam_service_linked_role.aws_service_name',
};

export function terraformArgument({ place, calls }: MadeRemedy): string | undefined {
  if (place) return place.terraform;
  const [call] = calls;
  if (call?.operation === 'TagResource') return call.service === 'kms' ? 'aws_kms_key.tags' : undefined;
  return call && ARGUMENTS[call.operation];
}
