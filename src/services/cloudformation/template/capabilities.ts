/**
 * What a template does to the account's permissions must be acknowledged
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html#using-iam-capabilities).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Template } from './definition.ts';

/** IAM's resource types, with the property that gives a resource a name of its own; null where none asks for more. */
const IAM_TYPES: Readonly<Record<string, string | null>> = {
  'AWS::IAM::AccessKey': null,
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': null,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': null,
};

export interface RequiredCapability {
  readonly capability: 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';
  readonly reason: string;
}

export function requiredCapability({ resources }: Template): RequiredCapability | undefined {
  const identities = Object.values(resources).filter(({ Type }) => Object.hasOwn(IAM_TYPES, Type));
  if (identities.length === 0) return undefined;
  const isNamed = identities.some(({ Type, Properties }) => {
    const name = IAM_TYPES[Type];
    return name !== null && name !== undefined && Properties[name] !== undefined;
  });
  const types = [...new Set(identities.map(({ Type }) => Type))].join(', ');
  return {
    capability: isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM',
    reason: `The following resource(s) require capabilities: [${types}]`,
  };
}

/** Macros must be acknowledged where nobody reviews what they made of the template, as in a change set. */
export function requireCapabilities(
  template: Template,
  given: readonly string[] = [],
  { isReviewed = false } = {},
): void {
  const missing: string[] = [];
  const required = requiredCapability(template)?.capability;
  if (required && !given.includes(required) && !given.includes('CAPABILITY_NAMED_IAM'))
    missing.push(required);
  if (template.transforms.length > 0 && !isReviewed && !given.includes('CAPABILITY_AUTO_EXPAND')) {
    missing.push('CAPABILITY_AUTO_EXPAND');
  }
  if (missing.length === 0) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}
