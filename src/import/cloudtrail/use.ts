/**
 * A use: what is the same about calls that a policy decides alike. Who, which action, on which key, through which service,
 * under what encryption context, with what outcome. A million records come down to some thousands of these.
 *
 * `athena-sql.ts` folds the same way where the logs are: its columns are the members of `UseFacts`.
 */

/** All text; empty where there is none. `context` is `?` where the record does not tell the parameters. */
export interface UseFacts {
  /** CloudTrail's userIdentity.type. */
  readonly identity: string;
  /** ARN of the role for a session, of the user who began it for a federated user, of the identity else. */
  readonly arn: string;
  /** Unique id of the same; of the bearer of a token, his provider, audience and subject. */
  readonly id: string;
  readonly account: string;
  /** Host name of the service that called for the principal. */
  readonly invokedBy: string;
  /** Whose trail has it. */
  readonly recipient: string;
  readonly region: string;
  /** `kms` */
  readonly source: string;
  readonly name: string;
  /** ARNs of keys or roles, with blanks between; of a denied call, what its sentence names: an ARN, `role app`. */
  readonly resource: string;
  /** Encryption context as JSON, values with digits in them as `*`; of a ReEncrypt both, by the names of its parameters. */
  readonly context: string;
  /** Of CreateGrant: operations and constraints as JSON, with the same `*`. */
  readonly grant: string;
  readonly error: string;
  /** The action that a denial's sentence names: a launch is denied `iam:PassRole`, too. */
  readonly denied: string;
  /** The part of a denial's sentence that names the kind of policy. */
  readonly reason: string;
}

export const FACT_NAMES = [
  'identity',
  'arn',
  'id',
  'account',
  'invokedBy',
  'recipient',
  'region',
  'source',
  'name',
  'resource',
  'context',
  'grant',
  'error',
  'denied',
  'reason',
] as const satisfies readonly (keyof UseFacts)[];

/** What differs from call to call of a use; `*` alone where there are more than a few. */
export const VARYING_NAMES = ['sessions', 'addresses', 'vpcEndpoints', 'mfa'] as const;
export type Varying = Readonly<Record<(typeof VARYING_NAMES)[number], readonly string[]>>;

export interface Use extends UseFacts, Varying {
  readonly count: number;
  /** ISO 8601. */
  readonly first: string;
  readonly last: string;
  /** eventID of the last. */
  readonly lastEvent: string;
}

export const MAX_VARYING = 16;
export const MANY = '*';

/** RE2, Java and JavaScript read these alike. */
export const DIGITS_IN_VALUE = ':"[^"]*[0-9][^"]*"';
export const DENIAL_REASON =
  '(no|explicit deny in an?) (identity-based policy|resource-based policy|permissions boundary|session policy|service control policy|resource control policy|VPC endpoint policy|role trust policy)';

const digitsInValue = new RegExp(DIGITS_IN_VALUE, 'g');
export const DENIED_ACTION = 'not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)';
/** A denied call has no parameters, and names what it was about in its sentence only: what IAM has, by its kind and name. */
export const DENIED_RESOURCE =
  'resource: (?:policy )?(arn:aws[a-z-]*:[^ ,]+|(?:user|role|group|policy|instance profile) [A-Za-z0-9_+=,.@-]+)';
/** Of what services call for somebody it is `AWS Internal`, or the name of the service, which no policy means. */
export const VPC_ENDPOINT = '^vpce-.*';

const denialReason = new RegExp(DENIAL_REASON);
const deniedAction = new RegExp(DENIED_ACTION);
const deniedResource = new RegExp(DENIED_RESOURCE);
const vpcEndpoint = new RegExp(VPC_ENDPOINT);
const named = (message: string, pattern: RegExp): string => pattern.exec(message)?.[1] ?? '';

export interface TrailRecord {
  readonly userIdentity?: {
    readonly type?: string;
    readonly arn?: string;
    readonly principalId?: string;
    readonly accountId?: string;
    readonly accessKeyId?: string;
    readonly invokedBy?: string;
    readonly sessionContext?: {
      readonly sessionIssuer?: {
        readonly arn?: string;
        readonly principalId?: string;
      };
      readonly attributes?: { readonly mfaAuthenticated?: string };
    };
  };
  readonly eventTime?: string;
  readonly eventSource?: string;
  readonly eventName?: string;
  readonly awsRegion?: string;
  readonly sourceIPAddress?: string;
  readonly userAgent?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters?: Readonly<Record<string, unknown>> | null;
  readonly responseElements?: Readonly<Record<string, unknown>> | null;
  readonly requestID?: string;
  readonly eventID?: string;
  readonly eventType?: string;
  readonly resources?: readonly { readonly ARN?: string; readonly arn?: string }[] | null;
  readonly recipientAccountId?: string;
  readonly vpcEndpointId?: string;
  readonly tlsDetails?: { readonly tlsVersion?: string } | null;
  readonly addendum?: { readonly originalEventID?: string } | null;
}

type Parameters = Readonly<Record<string, unknown>>;

/** A record with whatever else it has. */
export type KeptEvent = TrailRecord & Readonly<Record<string, unknown>>;

export interface RecordFacts {
  readonly facts: UseFacts;
  readonly session: string;
  readonly address: string;
  readonly vpcEndpoint: string;
  readonly mfa: string;
}

const shape = (value: unknown): string => JSON.stringify(inOrder(value)).replace(digitsInValue, ':"*"');

/** Members by name: the order in which a client sent them makes no difference. */
function inOrder(value: unknown): unknown {
  if (!value || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inOrder((value as Record<string, unknown>)[name])]),
  );
}

/** The same for text that another engine made of it. */
export function shapeOfText(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    return shape(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Of a key's operations, those that use it, rather than administer it. */
export const isCryptographic = (eventName: string): boolean =>
  /^(?:Encrypt|Decrypt|ReEncrypt|Generate(?:Data|Mac)|Sign|Verify|DeriveSharedSecret)/.test(eventName);

/** Only these have resources that their policies are about: others' would make each call a use of its own. */
const NAMES_RESOURCES: ReadonlySet<string> = new Set(['kms', 'sts']);

export function factsOf(record: TrailRecord): RecordFacts {
  const { userIdentity = {}, requestParameters: parameters, errorMessage = '' } = record;
  const isFederated = userIdentity.type === 'FederatedUser';
  const isSession = userIdentity.type === 'AssumedRole' || isFederated;
  const issuer = isSession ? userIdentity.sessionContext?.sessionIssuer : undefined;
  const principalId = userIdentity.principalId ?? '';
  const colon = principalId.indexOf(':');
  const source = (record.eventSource ?? '').replace('.amazonaws.com', '');
  const isCreateGrant = source === 'kms' && record.eventName === 'CreateGrant';
  const facts: UseFacts = {
    identity: userIdentity.type ?? '',
    arn: issuer?.arn ?? userIdentity.arn ?? '',
    id: isFederated
      ? (issuer?.principalId ?? '')
      : isSession && colon >= 0
        ? principalId.slice(0, colon)
        : principalId,
    account: userIdentity.accountId ?? '',
    invokedBy: userIdentity.invokedBy ?? '',
    recipient: record.recipientAccountId ?? '',
    region: record.awsRegion ?? '',
    source,
    name: record.eventName ?? '',
    resource: (NAMES_RESOURCES.has(source) && resourceOf(record)) || named(errorMessage, deniedResource),
    context: parameters ? contextOf(record, parameters) : '?',
    grant:
      isCreateGrant && parameters
        ? shape({ operations: parameters.operations, constraints: parameters.constraints })
        : '',
    error: record.errorCode ?? '',
    denied: named(errorMessage, deniedAction),
    reason: denialReason.exec(errorMessage)?.[0] ?? '',
  };
  return {
    facts,
    session: isSession && colon >= 0 ? principalId.slice(colon + 1) : '',
    address: record.sourceIPAddress ?? '',
    vpcEndpoint: vpcEndpoint.exec(record.vpcEndpointId ?? '')?.[0] ?? '',
    mfa: userIdentity.sessionContext?.attributes?.mfaAuthenticated ?? '',
  };
}

function contextOf(
  { eventName }: TrailRecord,
  { encryptionContext, sourceEncryptionContext = {}, destinationEncryptionContext = {} }: Parameters,
): string {
  if (eventName === 'ReEncrypt') return shape({ destinationEncryptionContext, sourceEncryptionContext });
  return encryptionContext ? shape(encryptionContext) : '';
}

function resourceOf({ resources, requestParameters }: TrailRecord): string {
  const arns = (resources ?? []).map(({ ARN, arn }) => ARN ?? arn ?? '').filter(Boolean);
  if (arns.length > 0) return arns.join(' ');
  const { keyId, roleArn, principalArn } = requestParameters ?? {};
  const named = keyId ?? roleArn;
  if (typeof named !== 'string') return '';
  return typeof principalArn === 'string' ? `${named} ${principalArn}` : named;
}

/**
 * The service that called for the principal, by the first part of its host name: `ec2-frontend-api.amazonaws.com` is EC2, and
 * `fas.s3.amazonaws.com` is S3 in a forward access session.
 */
export function serviceBehind({ invokedBy }: Pick<Use, 'invokedBy'>): string | undefined {
  const [, name] = /^(?:fas\.)?([a-z0-9-]+)\.(?:[a-z0-9-]+\.)?amazonaws\.com$/.exec(invokedBy) ?? [];
  return name === 'ec2-frontend-api' ? 'ec2' : name;
}
