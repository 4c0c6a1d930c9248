/** A deny cannot be outvoted: the call avoids it, or its statement spares the call. */
import { isGiven } from '../../invoke/given-keys.ts';
import type { AccessRequest, Decision } from '../../policy/decision.ts';
import { type ConditionTrace, explainDecision, type StatementTrace } from '../../policy/trace.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import { factFix } from './fixes.ts';
import { type Question, writtenStatement } from './near-miss.ts';
import { placeOf } from './policy-place.ts';
import type { Candidate } from './remedy.ts';
import { requestFix } from './request-fixes.ts';
import { spared } from './wanted-value.ts';

type Explicit = Extract<Decision, { readonly explicit: true }>;

export function denyCandidates(question: Question, { by, policyType }: Explicit): Candidate[] {
  const { inputs, request } = question;
  const policy = explainDecision(inputs, request).policies.find(
    (each) =>
      each.policyName === by.policyName &&
      each.policyType === policyType &&
      each.statements[by.index]?.matched,
  );
  const statement = policy?.statements[by.index];
  if (!policy || !statement) return [];
  const named = `statement ${by.sid ? `"${by.sid}"` : by.index + 1} of ${by.policyName}`;
  const conditions = (statement.conditions ?? []).map(spared);
  const avoiding = [
    ...conditions.flatMap((condition) => avoidedByRequest(condition, named, question)),
    ...conditions.flatMap((condition) => avoidedByFact(condition, named, request)),
  ];
  const written = writtenStatement(inputs, policy, by.index);
  const place = placeOf(policyType, by.policyName, inputs, request);
  if (!written || !place) return avoiding;
  const { account, region, target } = place;
  return [
    ...avoiding,
    ...sparing(question, statement).map(
      ({ operator, key, value, why }): Candidate => ({
        kind: 'narrowed-deny',
        account,
        region,
        target,
        sentence: `Narrow ${named}, so that it ${why}:`,
        change: {
          place,
          index: by.index,
          purpose: why,
          statement: {
            ...written,
            Condition: {
              ...written.Condition,
              [operator]: { ...written.Condition?.[operator], [key]: value },
            },
          },
        },
      }),
    ),
  ];
}

function avoidedByRequest(condition: ConditionTrace, named: string, question: Question): Candidate[] {
  const { request } = question;
  const fix = requestFix(condition, question);
  if (!fix) return [];
  return [
    {
      kind: 'request',
      account: 'account' in request.principal ? request.principal.account : '',
      region: '',
      target: request.resource,
      sentence: `Change no policy: ${named} does not deny a call that is made ${fix.how}.`,
      conditions: fix.conditions,
      revise: fix.revise,
    },
  ];
}

function avoidedByFact(condition: ConditionTrace, named: string, request: AccessRequest): Candidate[] {
  const fix = factFix(condition, request);
  if (!fix) return [];
  const { call, target, how } = fix;
  const { account, region } = call;
  const sentence = `${how}: ${named} spares the call then.`;
  return [{ kind: 'fact', account, region, target, sentence, calls: () => [call] }];
}

/** A deny that speaks of what services do for a caller would be void if it spared that. */
const OF_SERVICES = /^(kms:(ViaService|GrantIsForAWSResource)|aws:(ViaAWSService|CalledVia\w*))$/i;

/** Conditions that let a deny go on for everybody but calls like this one, the mildest first. */
function sparing({ request }: Question, { conditions = [] }: StatementTrace) {
  const { condition, principal } = unknownAsAbsent(request);
  const arn =
    principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : undefined;
  const aimsAtServices = conditions.some(({ key }) => OF_SERVICES.test(key));
  // What no such request can have it was not to be denied for: a perimeter stays whole for all others.
  const neverGiven = conditions.filter(
    ({ operator, key }) => operator !== 'Null' && !isGiven(key, request.action),
  );
  return [
    ...neverGiven.map(({ key }) => ({
      operator: 'Null',
      key,
      value: 'false',
      why: `spares calls for which AWS sets no ${key}`,
    })),
    ...(condition('aws:viaawsservice')?.[0] === 'true' && !aimsAtServices
      ? [
          {
            operator: 'BoolIfExists',
            key: 'aws:ViaAWSService',
            value: 'false',
            why: 'spares what AWS services do for a caller',
          },
        ]
      : []),
    ...(condition('kms:grantisforawsresource')?.[0] === 'true' && !aimsAtServices
      ? [
          {
            operator: 'BoolIfExists',
            key: 'kms:GrantIsForAWSResource',
            value: 'false',
            why: 'spares grants for AWS resources',
          },
        ]
      : []),
    ...(arn
      ? [{ operator: 'ArnNotLikeIfExists', key: 'aws:PrincipalArn', value: arn, why: `spares ${arn}` }]
      : []),
  ];
}
