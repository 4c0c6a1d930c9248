/** A remedy's calls as they stand in infrastructure code: a resource of Terraform's AWS provider, a construct of the CDK. */
import type { ApiCall } from '../../rehearsal/maker.ts';

export interface RemedyCode {
  readonly terraform?: string;
  /** TypeScript. */
  readonly cdk?: string;
}

type Input = Readonly<Record<string, unknown>>;
type Written = readonly [type: string, values: Readonly<Record<string, unknown>>];

/** A document, which is code in code and not a string. */
class Document {
  readonly json: string;
  constructor(source: unknown) {
    this.json = JSON.stringify(JSON.parse(String(source)), null, 2);
  }
}

const TERRAFORM: Readonly<Record<string, (input: Input) => Written>> = {
  PutUserPolicy: ({ UserName, PolicyName, PolicyDocument }) => [
    'aws_iam_user_policy',
    { user: UserName, name: PolicyName, policy: new Document(PolicyDocument) },
  ],
  PutRolePolicy: ({ RoleName, PolicyName, PolicyDocument }) => [
    'aws_iam_role_policy',
    { role: RoleName, name: PolicyName, policy: new Document(PolicyDocument) },
  ],
  PutKeyPolicy: ({ KeyId, Policy }) => [
    'aws_kms_key_policy',
    { key_id: KeyId, policy: new Document(Policy) },
  ],
  CreatePolicyVersion: ({ PolicyDocument }) => ['aws_iam_policy', { policy: new Document(PolicyDocument) }],
  UpdateAssumeRolePolicy: ({ RoleName, PolicyDocument }) => [
    'aws_iam_role',
    { name: RoleName, assume_role_policy: new Document(PolicyDocument) },
  ],
  UpdatePolicy: ({ Content }) => ['aws_organizations_policy', { content: new Document(Content) }],
  CreateGrant: ({ KeyId, GranteePrincipal, Operations, RetiringPrincipal, Name }) => [
    'aws_kms_grant',
    {
      name: Name,
      key_id: KeyId,
      grantee_principal: GranteePrincipal,
      retiring_principal: RetiringPrincipal,
      operations: Operations,
    },
  ],
  EnableKey: () => ['aws_kms_key', { is_enabled: true }],
};

const CDK: Readonly<Record<string, (input: Input) => Written>> = {
  PutUserPolicy: ({ UserName, PolicyName, PolicyDocument }) => [
    'iam.CfnUserPolicy',
    { userName: UserName, policyName: PolicyName, policyDocument: new Document(PolicyDocument) },
  ],
  PutRolePolicy: ({ RoleName, PolicyName, PolicyDocument }) => [
    'iam.CfnRolePolicy',
    { roleName: RoleName, policyName: PolicyName, policyDocument: new Document(PolicyDocument) },
  ],
  PutKeyPolicy: ({ Policy }) => ['kms.CfnKey', { keyPolicy: new Document(Policy) }],
  CreatePolicyVersion: ({ PolicyDocument }) => [
    'iam.CfnManagedPolicy',
    { policyDocument: new Document(PolicyDocument) },
  ],
  UpdateAssumeRolePolicy: ({ PolicyDocument }) => [
    'iam.CfnRole',
    { assumeRolePolicyDocument: new Document(PolicyDocument) },
  ],
  UpdatePolicy: ({ Content }) => ['organizations.CfnPolicy', { content: new Document(Content) }],
  EnableKey: () => ['kms.CfnKey', { enabled: true }],
};

/** Either is absent where one of the calls has no place in it. */
export function remedyCode(calls: readonly ApiCall[]): RemedyCode {
  const all = (table: typeof CDK, write: (...written: Written) => string) => {
    const written = calls.map(({ operation, input }) => table[operation]?.(input as Input));
    if (written.length === 0 || !written.every((each) => each !== undefined)) return undefined;
    return written.map((each) => write(...each)).join('\n\n');
  };
  return { terraform: all(TERRAFORM, terraformResource), cdk: all(CDK, cdkConstruct) };
}

const given = (values: Written[1]) => Object.entries(values).filter(([, value]) => value !== undefined);
const indented = (text: string) => text.replaceAll('\n', '\n  ');

function terraformResource(type: string, values: Written[1]): string {
  const lines = given(values).map(([name, value]) => {
    const json = indented(value instanceof Document ? value.json : JSON.stringify(value));
    // What Terraform would take for a template of its own.
    const text = json.replaceAll('${', '$${').replaceAll('%{', '%%{');
    return `  ${name} = ${value instanceof Document ? `jsonencode(${text})` : text}`;
  });
  return `resource "${type}" "this" {\n${lines.join('\n')}\n}`;
}

function cdkConstruct(type: string, values: Written[1]): string {
  const lines = given(values).map(
    ([name, value]) =>
      `  ${name}: ${indented(value instanceof Document ? value.json : JSON.stringify(value))},`,
  );
  return `new ${type}(this, '${type.slice(type.indexOf('.Cfn') + 4)}', {\n${lines.join('\n')}\n});`;
}
