/**
 * Creates the role that a service assumes to work for the account, with the trust and the policy that it prescribes.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
 */
import { encodeDocument } from '../document.ts';
import { invalidInput } from '../errors.ts';
import { iam } from '../iam.ts';
import { findByName, newId } from '../identity/identity.ts';
import { DEFAULT_SESSION_SECONDS, namedRole, type RoleRecord, roleArn, roles } from '../role/role.ts';
import { serviceLinkedRoleNames, serviceTrust } from './service-linked-role.ts';

export default iam.operation('CreateServiceLinkedRole', {
  checks({ account }, { AWSServiceName, CustomSuffix }) {
    const { name, path } = serviceLinkedRoleNames(AWSServiceName, CustomSuffix);
    return {
      role: {
        action: 'iam:CreateServiceLinkedRole',
        resource: roleArn({ account, path, name }),
        account,
        record: undefined,
        conditions: () => ({ 'iam:AWSServiceName': AWSServiceName }),
      },
    };
  },
  async execute({ tx, account, nowMs, entropy }, { AWSServiceName: service, CustomSuffix, Description }) {
    const { name, path, policyArn } = serviceLinkedRoleNames(service, CustomSuffix);
    if (await findByName(tx, roles, account, name)) {
      throw invalidInput(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const role: RoleRecord = {
      account,
      id: newId(entropy, roles.idPrefix),
      name,
      path,
      createdAtMs: nowMs,
      inlinePolicies: [],
      attachedPolicyArns: [policyArn],
      description: Description,
      maxSessionDurationSeconds: DEFAULT_SESSION_SECONDS,
      trustDocument: serviceTrust(service),
      tags: [],
      serviceLinkedTo: service,
    };
    tx.put(roles.table, role);
    return {
      Role: { ...namedRole(role, role.trustDocument), AssumeRolePolicyDocument: answeredTrust(service) },
    };
  },
});

/** This answer alone spells the trust policy with lists; GetRole gives it as it is stored. */
function answeredTrust(service: string): string {
  const Statement = [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }];
  return encodeDocument(JSON.stringify({ Version: '2012-10-17', Statement }));
}
