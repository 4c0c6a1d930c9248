/**
 * Service-linked roles: made for one service, assumed by it alone, and changed by nobody else.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
 */
import { table } from '../../../store/store.ts';
import { invalidInput } from '../errors.ts';
import { TEMPLATES, type Template } from './templates.ts';

export interface ServiceLinkedRoleNames {
  readonly name: string;
  readonly path: string;
  readonly policyArn: string;
}

/** What the role of a service is called, or IAM's error for a service or suffix that has none. */
export function serviceLinkedRoleNames(service: string, suffix: string | undefined): ServiceLinkedRoleNames {
  const template = TEMPLATES.get(service);
  if (!template)
    throw invalidInput(`${service} is not a service that Latchkey knows a service-linked role of.`);
  if (suffix !== undefined && !template.suffixes) {
    throw invalidInput(`Custom suffix is not allowed for ${service}`);
  }
  return {
    name: suffix === undefined ? template.roleName : `${template.roleName}_${suffix}`,
    path: `/aws-service-role/${service}/`,
    policyArn: managedPolicyArn(template),
  };
}

const ROLE_ARN = /^arn:[^:]+:iam::\d{12}:role\/aws-service-role\/(\S+\.amazonaws\.com)\/(\w+)$/;

/** What such a role has, which nobody can change; undefined of another role, or a service's that is not known. */
export function prescribedFor(
  roleArn: string,
): { readonly policyArn: string; readonly trust: string } | undefined {
  const [, service = '', name = ''] = ROLE_ARN.exec(roleArn) ?? [];
  const template = TEMPLATES.get(service);
  if (!template || (name !== template.roleName && !name.startsWith(`${template.roleName}_`)))
    return undefined;
  return { policyArn: managedPolicyArn(template), trust: serviceTrust(service) };
}

/** Of the account's role of that name, with the path that only the service says; undefined of what is no such name. */
export function serviceLinkedRoleArn(account: string, roleName: string): string | undefined {
  for (const [service, template] of TEMPLATES) {
    const isSuffixed = template.suffixes && roleName.startsWith(`${template.roleName}_`);
    if (roleName === template.roleName || isSuffixed)
      return `arn:aws:iam::${account}:role/aws-service-role/${service}/${roleName}`;
  }
  return undefined;
}

const managedPolicyArn = ({ policyName }: Template): string =>
  `arn:aws:iam::aws:policy/aws-service-role/${policyName}`;

export const serviceTrust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

/** A request to delete one, which the service that uses it may refuse. */
export interface DeletionTask {
  readonly account: string;
  /** `task/aws-service-role/<service>/<role>/<uuid>` */
  readonly taskId: string;
  readonly roleId: string;
  readonly status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  readonly failure?: {
    readonly reason: string;
    readonly uses: readonly { readonly region: string; readonly resources: readonly string[] }[];
  };
}

export const deletionTasks = table<DeletionTask>()({
  name: 'iam.service-linked-role-deletions',
  key: ({ account, taskId }) => [account, taskId],
  indexes: { role: ({ account, roleId }) => [[account, roleId]] },
});
