/** What the policies of a parameter do when they are due. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { arnOf, parameters } from '../parameter/parameter.ts';
import type { ParameterRecord } from '../parameter/parameter-record.ts';
import { removeParameter } from '../parameter/removal.ts';
import { ssm } from '../ssm.ts';
import { readVersion, type VersionRecord, versions } from '../version/version.ts';
import { dueAtMs, type ParameterPolicy } from './parameter-policy.ts';

interface DuePolicy {
  readonly name: string;
  readonly text: string;
  readonly dueMs: number;
}

const enforcePolicyStep = workflowRef<DuePolicy>('ssm.parameter-policy.enforce');

/** Those of a new version; where they are the former one's, a change of the value moves none but those that wait for it. */
export function schedulePolicies(context: EffectContext, version: VersionRecord, areNew: boolean): void {
  const { name, policies = [] } = version;
  for (const policy of policies) {
    if (policy.isFinished || !(areNew || policy.type === 'NoChangeNotification')) continue;
    const dueMs = dueAtMs(policy, version);
    const delayMs = Math.max(0, dueMs - context.nowMs);
    context.schedule(enforcePolicyStep, { name, text: policy.text, dueMs }, { delayMs });
  }
}

export const enforcePolicyWorkflow = workflow(
  enforcePolicyStep,
  ssm,
  async (_ctx, due) => async (context) => {
    const { tx, account, region } = context;
    const parameter = await tx.get(parameters, [account, region, due.name]);
    const version = parameter && (await readVersion(tx, parameter, parameter.latestVersion));
    const policy = version && stillMeant(version, due);
    if (!policy) return;
    emitPolicyAction(context, parameter, policy);
    if (policy.type === 'Expiration') return removeParameter(context, parameter);
    const policies = version.policies?.map((each) =>
      each === policy ? { ...each, isFinished: true } : each,
    );
    tx.put(versions, { ...version, policies });
  },
);

/** The policy that was scheduled, unless it has been replaced, or waits for another time by now. */
const stillMeant = (version: VersionRecord, { text, dueMs }: DuePolicy) =>
  version.policies?.find(
    (policy) => !policy.isFinished && policy.text === text && dueAtMs(policy, version) === dueMs,
  );

/** What EventBridge is told then (aws-facts D8.2). */
function emitPolicyAction(
  context: Pick<EffectContext, 'emit'>,
  parameter: ParameterRecord,
  { type, text }: ParameterPolicy,
): void {
  context.emit({
    source: 'aws.ssm',
    detailType: 'Parameter Store Policy Action',
    resources: [arnOf(parameter)],
    detail: {
      'parameter-name': parameter.name,
      'parameter-type': parameter.type,
      'policy-type': type,
      'policy-content': text,
      'action-status': 'SUCCESS',
    },
  });
}
