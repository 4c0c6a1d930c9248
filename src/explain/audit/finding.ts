/** What an audit finds, and the rules that it looks for. */
import type { StatementReference } from '../../policy/decision.ts';

export type Severity = 'error' | 'warning' | 'note';

export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** Where AWS says so. */
  readonly page: string;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** ARN of the key, group or policy that it is about. */
  readonly subject: string;
  /** `key 1234… (alias/app)` */
  readonly name: string;
  /** The statement, where it is one's. */
  readonly statement?: Pick<StatementReference, 'policyName' | 'index' | 'sid' | 'line'>;
  readonly what: string;
  readonly fix: string;
}

const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide';
const EBS_KEYS =
  'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html';

export const RULES = {
  'open-to-everybody': {
    severity: 'error',
    title: 'A key that principals of every AWS account may use',
    why: 'Principal "*" without a condition on the caller lets in every account whose own policies allow it, that is, anybody.',
    page: `${KMS}/key-policy-overview.html`,
  },
  'open-under-condition': {
    severity: 'warning',
    title: 'A key that is kept from other accounts by a condition alone',
    why: 'Principal "*" names everybody; who is let in depends on the condition alone, and on its operator.',
    page: `${KMS}/key-policy-overview.html`,
  },
  'unrestricted-create-grant': {
    severity: 'warning',
    title: 'kms:CreateGrant without kms:GrantIsForAWSResource or kms:ViaService',
    why: 'Whoever may create any grant can give anybody the use of the key, whatever policies say.',
    page: `${KMS}/conditions-kms.html#conditions-kms-grant-is-for-aws-resource`,
  },
  'deleted-principal': {
    severity: 'warning',
    title: 'A key policy or grant that names a deleted principal',
    why: 'A principal recreated under the same name has another unique id and is not let in, and the key policy cannot be saved as it is.',
    page: `${KMS}/key-policy-overview.html`,
  },
  'statement-without-effect': {
    severity: 'warning',
    title: 'A statement of a policy that matches no request',
    why: 'Whoever it was to let in is denied; and what it was to deny is not denied.',
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html',
  },
  'nobody-administers': {
    severity: 'error',
    title: 'A key that nobody can administer',
    why: 'No known principal may change its policy any more; only AWS Support can help.',
    page: `${KMS}/key-policy-default.html`,
  },
  'unusable-key-with-volumes': {
    severity: 'error',
    title: 'A key that cannot be used, with volumes under it',
    why: 'Attached volumes keep working until they are detached; after that neither they nor their snapshots can be used, and their instances do not start.',
    page: `${KMS}/deleting-keys.html`,
  },
  'expiring-material-with-volumes': {
    severity: 'warning',
    title: 'Imported key material that expires, with volumes under the key',
    why: 'When it expires the key cannot be used until the same material is imported again.',
    page: `${KMS}/importing-keys-import-key-material.html`,
  },
  'group-not-admitted': {
    severity: 'error',
    title: 'An Auto Scaling group whose key does not admit its service-linked role',
    why: 'Instances are launched by the service-linked role, which takes no policies: unless the key policy or a grant admits it no instance comes up, and the launch fails after the call has succeeded.',
    page: EBS_KEYS,
  },
  'image-key-not-for-groups': {
    severity: 'error',
    title: 'A key of an image that an Auto Scaling group cannot launch',
    why: "The volumes of an image stay under its snapshots' keys, unless the launch template names others; if the service-linked role may not use those, no instance comes up.",
    page: EBS_KEYS,
  },
  'default-key-not-for-groups': {
    severity: 'error',
    title: 'A default EBS key that an Auto Scaling group cannot use',
    why: 'Encrypted volumes that name no key get this one (with encryption by default, all volumes), and the group launches nothing.',
    page: EBS_KEYS,
  },
} as const satisfies Record<string, Omit<Rule, 'id'>>;

export type RuleId = keyof typeof RULES;

export function finding(rule: RuleId, rest: Omit<Finding, 'rule' | 'severity'>): Finding {
  return { rule, severity: RULES[rule].severity, ...rest };
}
