/** Organizations' errors, in its own sentences. */
import { AwsError } from '../../aws/aws-error.ts';

const error = (code: string, message: string, reason?: string) =>
  new AwsError(code, message, 400, reason === undefined ? {} : { Reason: reason });

export const notInUse = () =>
  error('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
export const noAccess = () =>
  error('AccessDeniedException', "You don't have permissions to access this resource.");
export const invalidInput = (message: string, reason: string) =>
  error('InvalidInputException', message, reason);
export const constraintViolation = (message: string, reason: string) =>
  error('ConstraintViolationException', message, reason);

export const handshakeConstraint = (message: string, reason: string) =>
  error('HandshakeConstraintViolationException', message, reason);

/** What does not exist, or exists already, by the code that says so. */
const SENTENCES = {
  AccountAlreadyRegisteredException:
    'The specified account is already a delegated administrator for this AWS service.',
  AccountNotFoundException: "You specified an account that doesn't exist.",
  AccountNotRegisteredException:
    'The specified account is not a delegated administrator for this AWS service.',
  AlreadyInOrganizationException: 'The AWS account is already a member of an organization.',
  ChildNotFoundException: "You specified a child that doesn't exist.",
  CreateAccountStatusNotFoundException: "You specified an create account request that doesn't exist.",
  DestinationParentNotFoundException: "You specified destination parent that doesn't exist.",
  DuplicateAccountException: 'That account is already present in the specified destination.',
  DuplicateHandshakeException:
    'A handshake with the same action and target already exists. For example, if you invited an account to join your ' +
    'organization, the invited account might already have a pending invitation from this organization.',
  DuplicateOrganizationalUnitException: 'An OU with the same name already exists.',
  DuplicatePolicyAttachmentException: 'The selected policy is already attached to the specified target.',
  DuplicatePolicyException: 'A policy with the same name already exists.',
  EffectivePolicyNotFoundException:
    'The specified policy type is not enabled. Enable that policy type on your organization root and then retry.',
  HandshakeAlreadyInStateException: 'The specified handshake is already in the requested state.',
  HandshakeNotFoundException: "You specified a handshake that doesn't exist.",
  InvalidHandshakeTransitionException:
    "You can't perform the operation on the handshake in its current state. For example, you can't cancel a handshake " +
    'that was already accepted or accept a handshake that was already declined.',
  MasterCannotLeaveOrganizationException:
    "You can't remove a management account from an organization. If you want the management account to become a " +
    'member account in another organization, you must first delete the current organization of the management account.',
  OrganizationNotEmptyException:
    'The organization must not be empty. To delete an organization you must first remove all member accounts.',
  OrganizationalUnitNotEmptyException:
    'The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and ' +
    'try the operation again.',
  OrganizationalUnitNotFoundException: "You specified an organizational unit that doesn't exist.",
  ParentNotFoundException: "You specified parent that doesn't exist.",
  PolicyInUseException:
    'The policy is attached to one or more entities. You must detach it from all roots, organizational units (OUs), ' +
    'and accounts before performing this operation.',
  PolicyNotAttachedException: "The policy isn't attached to the specified target.",
  PolicyNotFoundException: "You specified a policy that doesn't exist.",
  PolicyTypeAlreadyEnabledException: 'The specified policy type is already enabled.',
  PolicyTypeNotAvailableForOrganizationException:
    'You can use the specified policy type only with a feature set that supports it, and Latchkey supports service ' +
    'control policies and resource control policies.',
  PolicyTypeNotEnabledException: 'This operation can be performed only for enabled policy types.',
  ResourcePolicyNotFoundException:
    "We can't find a resource policy request with the parameter that you specified.",
  RootNotFoundException: "You specified a root that doesn't exist.",
  SourceParentNotFoundException: "You specified source parent that doesn't exist.",
  TargetNotFoundException: "You specified a target that doesn't exist.",
} as const;

export const refusal = (code: keyof typeof SENTENCES) => error(code, SENTENCES[code]);
