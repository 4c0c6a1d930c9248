/**
 * What each kind of policy demands of its document, with the service's own sentences, in the order in which the
 * service finds fault. Sources: the services' API references; sentences as IAM, STS, KMS and Organizations send them.
 */
import type { RawStatement } from './document.ts';
import {
  actionProblem,
  type Check,
  eachStatement,
  failsLegacyParsing,
  failsSessionParsing,
  hasNonAlphanumericSid,
  hasNoStatement,
  hasUnknownEffect,
  hasUnknownOperator,
  hasUnknownVersion,
  hasUnreadableEffect,
  isNot2012,
  lacksActions,
  lacksResources,
  namesBothForms,
  namesPrincipal,
  operatorProblem,
  permissiveProblem,
  repeatsSid,
  resourceProblem,
  wholeDocument,
} from './policy-checks.ts';
import { invalidPrincipal } from './principal-grammar.ts';

/**
 * - `managed`: a managed policy (also a permissions boundary); `identity`: an inline policy of a user, group or role
 * - `session`: given to AssumeRole or GetFederationToken
 * - `service-control`, `resource-control`: Organizations
 * - `trust`: who may assume a role; `key`: a KMS key policy; `log-resource`: one of CloudWatch Logs;
 *   `resource`: any other resource's policy
 */
export type PolicyKind =
  | 'managed'
  | 'identity'
  | 'session'
  | 'service-control'
  | 'resource-control'
  | 'trust'
  | 'key'
  | 'resource'
  | 'log-resource';

export interface Dialect {
  readonly errorCode: 'MalformedPolicyDocument' | 'MalformedPolicyDocumentException';
  /** For text that is not JSON. */
  readonly jsonText: string;
  /** For a member that is unknown or of the wrong type. */
  readonly syntaxText: string;
  readonly checks: readonly Check[];
}

const SYNTAX = 'Syntax errors in policy.';
const LEGACY = 'The policy failed legacy parsing';

/** Sentences of the older parser that IAM and STS share. */
const iamGrammar: readonly Check[] = [
  wholeDocument(hasNoStatement, SYNTAX),
  wholeDocument(hasUnknownVersion, SYNTAX),
  eachStatement((s) => hasUnreadableEffect(s) || namesBothForms(s) || hasUnknownOperator(s), SYNTAX),
];

const iamContent: readonly Check[] = [
  eachStatement(namesPrincipal, 'Policy document should not specify a principal.'),
  wholeDocument(repeatsSid, 'Statement IDs (SID) in a single policy must be unique.'),
  eachStatement(
    hasNonAlphanumericSid,
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ),
  eachStatement(lacksActions, 'Policy statement must contain actions.'),
  eachStatement(resourceProblem),
  eachStatement(actionProblem),
  eachStatement(lacksResources, 'Policy statement must contain resources.'),
];

const iamErrors = { errorCode: 'MalformedPolicyDocument', jsonText: SYNTAX, syntaxText: SYNTAX } as const;

const managed: Dialect = {
  ...iamErrors,
  checks: [
    ...iamGrammar,
    wholeDocument(isNot2012, 'Policy document must be version 2012-10-17 or greater.'),
    eachStatement(failsLegacyParsing, LEGACY),
    ...iamContent,
  ],
};

const identity: Dialect = {
  ...iamErrors,
  checks: [...iamGrammar, eachStatement(failsLegacyParsing, LEGACY), ...iamContent],
};

const session: Dialect = {
  ...iamErrors,
  checks: [...iamGrammar, eachStatement(failsSessionParsing, LEGACY), ...iamContent],
};

/** Organizations gives one sentence for everything. */
const ORGANIZATIONS =
  'The provided policy document does not meet the requirements of the specified policy type.';

const organizationsGrammar = (isOfWrongVersion: typeof isNot2012): readonly Check[] => [
  wholeDocument(hasNoStatement, ORGANIZATIONS),
  wholeDocument(isOfWrongVersion, ORGANIZATIONS),
  wholeDocument(repeatsSid, ORGANIZATIONS),
  eachStatement(
    (s, document) =>
      namesBothForms(s) ||
      failsLegacyParsing(s, document) ||
      lacksActions(s) ||
      lacksResources(s) ||
      actionProblem(s) !== undefined ||
      resourceProblem(s) !== undefined,
    ORGANIZATIONS,
  ),
];

const organizationsErrors = {
  errorCode: 'MalformedPolicyDocumentException',
  jsonText: ORGANIZATIONS,
  syntaxText: ORGANIZATIONS,
} as const;

const serviceControl: Dialect = {
  ...organizationsErrors,
  checks: [...organizationsGrammar(isNot2012), eachStatement(namesPrincipal, ORGANIZATIONS)],
};

/**
 * Services that RCPs reach, by the prefix of their actions
 * (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services).
 */
const RCP_SERVICES: ReadonlySet<string> = new Set(
  (
    'appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity cognito-idp comprehend ' +
    'comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public gamelift inspector-scan kendra kinesisvideo ' +
    'memorydb aoss personalize polly s3 swf sqs textract timestream-influxdb transcribe translate workspaces appconfig ' +
    'autoscaling-plans budgets servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline ' +
    'compute-optimizer cost-optimization-hub events fms fis health rolesanywhere kms opensearch pricing ' +
    'pca-connector-ad resource-groups secretsmanager sts signin support transfer notifications wafv2 xray'
  ).split(' '),
);

const isRcpAction = (action: string): boolean =>
  RCP_SERVICES.has(action.slice(0, Math.max(0, action.indexOf(':'))).toLowerCase());

const isEverybody = ({ principal }: RawStatement): boolean =>
  principal?.bareStar === true ||
  (principal?.entries.length === 1 &&
    principal.entries[0]?.type === 'AWS' &&
    principal.entries[0].values.join() === '*');

/** A customer's RCP denies, to everybody, actions of services that RCPs reach. */
const resourceControl: Dialect = {
  ...organizationsErrors,
  checks: [
    ...organizationsGrammar(hasUnknownVersion),
    eachStatement(
      (s) => s.effect !== 'Deny' || !isEverybody(s) || !s.action?.every(isRcpAction),
      ORGANIZATIONS,
    ),
  ],
};

/** What a trust policy may speak of (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts-comparison.html). */
const TRUST_ACTIONS: ReadonlySet<string> = new Set(
  [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'SetContext',
    'SetSourceIdentity',
    'TagSession',
  ].map((name) => `sts:${name.toLowerCase()}`),
);

const isTrustAction = (action: string): boolean => TRUST_ACTIONS.has(action.toLowerCase());

function trustPrincipalProblem({ principal }: RawStatement): string | undefined {
  if (principal === undefined) return 'Missing required field Principal';
  if (principal.bareStar) return 'Principal must be a JSON object.';
  if (principal.entries.length === 0) return 'Missing required field Principal cannot be empty!';
  const invalid = invalidPrincipal(principal);
  if (invalid === undefined) return undefined;
  return `Invalid principal in policy: "${invalid.type.toUpperCase()}":"${invalid.value}"`;
}

function trustActionProblem(statement: RawStatement): string | undefined {
  if (lacksActions(statement)) return 'Missing required field Action';
  const actions = statement.action ?? statement.notAction ?? [];
  return actions.every(isTrustAction)
    ? undefined
    : 'AssumeRole policy may only specify STS AssumeRole actions.';
}

const trust: Dialect = {
  errorCode: 'MalformedPolicyDocument',
  jsonText: 'This policy contains invalid Json',
  syntaxText: 'Syntax error in policy.',
  checks: [
    wholeDocument(hasUnknownVersion, 'The policy must contain a valid version string'),
    wholeDocument(hasNoStatement, 'Could not parse the policy: Statement is empty!'),
    eachStatement((s) => (s.effect === undefined ? 'Missing required field Effect' : undefined)),
    eachStatement((s) => (hasUnknownEffect(s) ? `Invalid effect: ${s.effect}` : undefined)),
    eachStatement(
      (s) => s.effect === 'Allow' && s.notPrincipal !== undefined,
      'Allow with NotPrincipal is not allowed.',
    ),
    eachStatement(
      (s) => s.notPrincipal !== undefined,
      'AssumeRole policy must not contain NotPrincipal field.',
    ),
    eachStatement(trustPrincipalProblem),
    eachStatement((s) => s.action !== undefined && s.notAction !== undefined, 'Syntax error in policy.'),
    eachStatement(operatorProblem),
    eachStatement(trustActionProblem),
    eachStatement((s) => s.resource !== undefined, 'Has prohibited field Resource'),
    eachStatement((s) => s.notResource !== undefined, 'AssumeRole policy must not contain resources.'),
    eachStatement(failsLegacyParsing, 'Syntax error in policy.'),
    wholeDocument(repeatsSid, 'The Statement Ids in the policy are not unique'),
  ],
};

const hasNoPrincipal = ({ principal, notPrincipal }: RawStatement): boolean =>
  !(principal ?? notPrincipal)?.entries.some(({ values }) => values.length > 0);
const hasInvalidPrincipal = ({ principal, notPrincipal }: RawStatement): boolean =>
  invalidPrincipal(principal ?? notPrincipal) !== undefined;

/** What KMS's API reference says of the exception; for most faults KMS says no more. */
const KEY =
  'The request was rejected because the specified policy is not syntactically or semantically correct.';

const key: Dialect = {
  errorCode: 'MalformedPolicyDocumentException',
  jsonText: KEY,
  syntaxText: KEY,
  checks: [
    wholeDocument((document) => hasUnknownVersion(document) || hasNoStatement(document), KEY),
    eachStatement((s) => hasUnknownEffect(s) || namesBothForms(s) || hasUnknownOperator(s), KEY),
    eachStatement(hasNoPrincipal, 'Policy contains a statement with no principal.'),
    eachStatement(hasInvalidPrincipal, 'Policy contains a statement with one or more invalid principals.'),
    eachStatement((s) => lacksActions(s) || actionProblem(s) !== undefined, KEY),
    eachStatement(permissiveProblem),
    eachStatement(failsLegacyParsing, KEY),
    wholeDocument(repeatsSid, KEY),
  ],
};

const resourcesAreArns = eachStatement(resourceProblem);

const resource: Dialect = {
  errorCode: 'MalformedPolicyDocument',
  jsonText: 'This policy contains invalid Json',
  syntaxText: SYNTAX,
  checks: [
    ...iamGrammar,
    eachStatement((s) => (hasNoPrincipal(s) ? 'Missing required field Principal' : undefined)),
    eachStatement(hasInvalidPrincipal, 'Invalid principal in policy'),
    eachStatement(failsLegacyParsing, LEGACY),
    wholeDocument(repeatsSid, 'Statement IDs (SID) in a single policy must be unique.'),
    eachStatement(lacksActions, 'Policy statement must contain actions.'),
    eachStatement(lacksResources, 'Policy statement must contain resources.'),
    resourcesAreArns,
    eachStatement(actionProblem),
  ],
};

/** CloudWatch Logs stores resources that are no ARNs, too; they match nothing. */
const logResource: Dialect = {
  ...resource,
  checks: resource.checks.filter((check) => check !== resourcesAreArns),
};

export const DIALECTS: Readonly<Record<PolicyKind, Dialect>> = {
  managed,
  identity,
  session,
  'service-control': serviceControl,
  'resource-control': resourceControl,
  trust,
  key,
  resource,
  'log-resource': logResource,
};
