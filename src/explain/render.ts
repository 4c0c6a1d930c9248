/** Prints an explanation. */
import type { CloudTrailEvent, DecisionRecord } from '../invoke/audit/audit.ts';
import type { AccessRequest, Decision, PolicyInputs } from '../policy/decision.ts';
import type {
  ConditionTrace,
  DecisionTrace,
  GrantTrace,
  PolicyTrace,
  StatementTrace,
} from '../policy/trace.ts';
import { canCarryPolicies, needsForeignGrant } from './foreign-grant.ts';
import type { RemedyPlan } from './mend.ts';
import { principalName, resourceName } from './names.ts';
import type { Need } from './remedy.ts';
import { resourcePolicyForm } from './resource-policy.ts';

interface ExplainedCall {
  readonly subject: string;
  readonly symptom?: string;
  readonly event: CloudTrailEvent;
  readonly outerEvent?: CloudTrailEvent;
  readonly decisions: readonly DecisionRecord[];
  readonly denial?: {
    readonly trace: DecisionTrace;
    readonly request: AccessRequest;
    readonly inputs: PolicyInputs;
    readonly plan: RemedyPlan;
    /** Further checks of the same call that were denied too. */
    readonly others: readonly Need[];
    /** What would have been asked next. */
    readonly following: readonly Need[];
  };
}

const indent = (text: string, by = 2) => text.replace(/^(?=.)/gm, ' '.repeat(by));

export function renderExplanation(call: ExplainedCall): string {
  const { symptom, denial } = call;
  const sections = [
    ...(symptom ? [symptom] : []),
    `What happened\n${indent(whatHappened(call))}`,
    ...(denial
      ? [
          `Policies evaluated\n${indent(policiesEvaluated(denial.trace))}`,
          `What was missing\n${indent([whatWasMissing(denial.trace, denial.request, denial.inputs), ...further(denial)].join('\n'))}`,
          `How to fix it\n${indent(howToFix(denial.plan))}`,
        ]
      : [`Why\n${indent(whyNotDenied(call))}`]),
  ];
  return sections.join('\n\n');
}

function whatHappened({ event, outerEvent, denial }: ExplainedCall): string {
  const action = `${service(event)}:${event.eventName}`;
  const who = callerName(event);
  const lines = outerEvent
    ? [
        `${callerName(outerEvent)} called ${service(outerEvent)}:${outerEvent.eventName} at ${outerEvent.eventTime}.`,
        `For that, ${invoker(event)} called ${action}${onResource(event, denial)}, with the rights of ${who}.`,
      ]
    : [`${who} called ${action}${onResource(event, denial)} at ${event.eventTime}.`];
  lines.push(
    event.errorCode
      ? `It was refused: ${event.errorCode}${event.errorMessage ? `\n  ${event.errorMessage}` : ''}`
      : 'It was allowed.',
  );
  lines.push(`CloudTrail event ${event.eventID}`);
  return lines.join('\n');
}

const service = ({ eventSource }: CloudTrailEvent) => eventSource.replace(/\.amazonaws\.com$/, '');

const invoker = (event: CloudTrailEvent) =>
  (event.userIdentity as { invokedBy?: string }).invokedBy ?? 'the service';

function onResource(event: CloudTrailEvent, denial: ExplainedCall['denial']): string {
  const resources = (event.resources ?? []) as { ARN: string }[];
  const arn = denial?.request.resource ?? resources[0]?.ARN;
  return arn && arn !== '*' ? ` on ${resourceName(arn)}` : '';
}

function callerName(event: CloudTrailEvent): string {
  const identity = event.userIdentity as {
    arn?: string;
    type: string;
    invokedBy?: string;
    userName?: string;
  };
  if (identity.type === 'Root') return `the root user (${identity.arn})`;
  if (identity.userName) return `${identity.userName} (${identity.arn})`;
  return identity.arn ?? identity.invokedBy ?? identity.type;
}

function policiesEvaluated({ policies, grants }: DecisionTrace): string {
  const seen = policies.map(
    (policy) => `${policyTitle(policy)}: ${outcome(policy)}\n${indent(statements(policy))}`,
  );
  if (policies.every(({ policyType }) => policyType !== 'identity-based policy')) {
    seen.push('identity-based policies: none is attached');
  }
  if (grants.length > 0) seen.push(`grants\n${indent(grants.map(grantLine).join('\n'))}`);
  return seen.join('\n');
}

const OUTCOMES = { 'explicit deny': 'denies', allow: 'allows', 'no match': 'does not allow it' } as const;

/** A key policy that only names the account allows nobody yet: identity-based policies may then allow. */
function outcome({ outcome, statements }: PolicyTrace): string {
  const matching = statements.filter(({ matched, effect }) => matched && effect === 'Allow');
  const delegates = outcome === 'allow' && matching.every(({ principal }) => principal === 'account');
  return delegates ? 'leaves it to identity-based policies' : OUTCOMES[outcome];
}

function policyTitle({ policyName, policyType, level }: PolicyTrace): string {
  const type = policyName.includes(policyType)
    ? ''
    : ` (${policyType}${level === undefined ? '' : `, level ${level + 1}`})`;
  return `${policyName}${type}`;
}

function statements({ statements: all }: PolicyTrace): string {
  return all.length === 0 ? 'it has no statements' : all.map(statementLine).join('\n');
}

function statementLine(statement: StatementTrace): string {
  const { index, sid, line, effect } = statement;
  return `statement ${index + 1}${sid ? ` "${sid}"` : ''} (line ${line}, ${effect}): ${why(statement)}`;
}

function why({ matched, principal, mismatch, conditions, effect }: StatementTrace): string {
  if (matched && principal === 'account' && effect === 'Allow') {
    return 'allows the account, so that identity-based policies may allow its users and roles';
  }
  if (matched) return effect === 'Deny' ? 'it matches, and denies' : 'it matches';
  switch (mismatch) {
    case 'action':
      return 'its actions do not include this one';
    case 'principal':
      return 'it does not name the caller';
    case 'resource':
      return 'its resources do not include this one';
    default:
      return (conditions ?? [])
        .filter(({ holds }) => !holds)
        .map(conditionLine)
        .join('; ');
  }
}

function conditionLine({ operator, key, expected, actual }: ConditionTrace): string {
  const had = actual === undefined ? 'the request has no such key' : `the request has ${list(actual)}`;
  return `condition ${operator} ${key} ${list(expected)} does not hold: ${had}`;
}

const list = (values: readonly string[]) => values.map((value) => `"${value}"`).join(', ') || 'nothing';

function grantLine({ grantId, grantee, matched, mismatch }: GrantTrace): string {
  const reasons = {
    grantee: 'is for another principal',
    operation: 'does not include this operation',
    constraint: "its encryption context constraint does not fit the request's context",
  } as const;
  return `grant ${grantId.slice(0, 12)}… for ${grantee}: ${matched || !mismatch ? 'allows it' : reasons[mismatch]}`;
}

function whatWasMissing({ decision }: DecisionTrace, request: AccessRequest, inputs: PolicyInputs): string {
  const { action, resource, principal } = request;
  if (decision.allowed) return 'Nothing: the decision allows the call.';
  if (decision.explicit) {
    const { policyName, line, sid } = decision.by;
    return `Nothing was missing: ${policyName} denies it (statement ${sid ? `"${sid}", ` : ''}line ${line}), and a deny outvotes every allow.`;
  }
  const what = `An allow for ${action} on ${resource}`;
  switch (decision.policyType) {
    case 'identity-based policy':
      if (!canCarryPolicies(principal)) {
        return `${what}. Nobody can attach a policy to ${principalName(principal)}, so ${whatElse(request)}.`;
      }
      return inputs.resourceRule === 'kms'
        ? `${what} in an identity-based policy of ${principalName(principal)}. (The key policy lets the account decide. A key policy statement that names the caller, or a grant, would do as well.)`
        : `${what} in an identity-based policy of ${principalName(principal)}.`;
    case 'resource-based policy':
      if (inputs.resourceRule !== 'kms') {
        return `${what} in ${resourcePolicyForm(inputs, request).name}: nothing else lets ${principalName(principal)} in.`;
      }
      return `${what} in the key policy: it neither names the caller nor lets the account's identity-based policies decide, and no grant covers the call.`;
    case 'role trust policy':
      return `The trust policy of ${resourceName(resource)} does not let ${principalName(principal)} assume it.`;
    default:
      return `${what} in the ${decision.policyType}: what it does not allow stays denied, whatever the other policies allow.`;
  }
}

/** What can speak for a principal that takes no policies. */
function whatElse(request: AccessRequest): string {
  const foreign = needsForeignGrant(request);
  return foreign
    ? `only a grant can help that its own account, ${foreign.account}, issues: a key of another account is not opened to it by the key policy alone`
    : 'the key policy must name it, or a grant';
}

function further({ others, following }: NonNullable<ExplainedCall['denial']>): string[] {
  const name = ({ request }: Need) => `${request.action} on ${resourceName(request.resource)}`;
  return [
    ...(others.length > 0 ? [`The same call was also denied ${others.map(name).join(', ')}.`] : []),
    ...(following.length > 0
      ? [`The service would have gone on to call ${following.map(name).join(', ')}.`]
      : []),
  ];
}

function howToFix({ remedies, sufficient }: RemedyPlan): string {
  if (remedies.length === 0) return 'No policy change can allow this.';
  const steps = remedies.map(({ sentence, document }) =>
    document ? `${sentence}\n${JSON.stringify(document, null, 2)}` : sentence,
  );
  const verified = sufficient
    ? `(Verified: with ${remedies.length > 1 ? 'all of these policies' : 'this policy'} in place every call above is allowed${remedies.length > 1 ? ', and without any one of them it is not' : ''}.)`
    : '(Verified: this alone is not enough.)';
  return [...steps, verified].join('\n');
}

function whyNotDenied({ event, decisions }: ExplainedCall): string {
  if (event.errorCode) {
    return 'No policy refused it. The error itself is the reason: it is about the request, or the state of the resource.';
  }
  return decisions
    .map(({ action, resource, decision }) => `${action} on ${resource}: ${allowedBy(decision)}`)
    .join('\n');
}

function allowedBy(decision: Decision): string {
  if (!decision.allowed) return 'denied';
  const { by } = decision;
  if (by === 'root') return 'allowed: the root user may do everything in its account';
  if ('grantId' in by) return `allowed by grant ${by.grantId}`;
  return `allowed by ${by.policyName}, statement ${by.sid ? `"${by.sid}", ` : ''}line ${by.line}`;
}
