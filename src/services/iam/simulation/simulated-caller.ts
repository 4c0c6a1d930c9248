/** Whom a simulation takes to be asking, and the condition keys that follow from it. */
import { parseArn } from '../../../aws/arn.ts';
import type { PolicyPrincipal } from '../../../policy/decision.ts';
import { invalidInput } from '../errors.ts';

export interface SimulatedCaller {
  readonly principal: PolicyPrincipal;
  readonly keys: Readonly<Record<string, string>>;
}

const NOBODY = 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR';

/** The caller that an ARN names, by its unique id where it is here; without an ARN a user whom no policy knows. */
export function simulatedCaller(
  callerArn: string | undefined,
  account: string,
  uniqueId = callerArn,
): SimulatedCaller {
  if (callerArn === undefined) {
    return {
      principal: { kind: 'user', account, arn: `arn:aws:iam::${account}:user/${NOBODY}`, id: NOBODY },
      keys: { 'aws:userid': NOBODY },
    };
  }
  const arn = parseArn(callerArn);
  if (arn?.service !== 'iam' || !/^\d{12}$/.test(arn.account)) {
    throw invalidInput(`Invalid Entity Arn: ${callerArn} does not clearly define entity type and name.`);
  }
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  const keys = {
    'aws:userid': callerArn,
    'aws:PrincipalArn': callerArn,
    'aws:PrincipalAccount': arn.account,
    ...(arn.resource.startsWith('user/') && { 'aws:username': name, 'aws:PrincipalType': 'User' }),
  };
  return { principal: principalOf(callerArn, arn.account, arn.resource, uniqueId as string), keys };
}

function principalOf(arn: string, account: string, resource: string, id: string): PolicyPrincipal {
  if (resource === 'root') return { kind: 'root', account, arn };
  if (!resource.startsWith('role/')) return { kind: 'user', account, arn, id };
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const session = `arn:aws:sts::${account}:assumed-role/${name}/${NOBODY}`;
  return {
    kind: 'role-session',
    account,
    arn: session,
    id: session,
    roleArn: arn,
    roleId: id,
    // No other role may have the path.
    serviceLinked: resource.startsWith('role/aws-service-role/'),
  };
}
