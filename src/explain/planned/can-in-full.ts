/**
 * Whether somebody may make a call, with all that services ask for in its course: who may start an instance, and not use the key of
 * its volume, does not start it.
 */
import type { Runtime } from '../../invoke/runtime.ts';
import type { Explanation } from '../denial/explanation.ts';
import { NoAnswer } from '../question/key-question.ts';
import { lastSegment, resourceName } from '../words/names.ts';
import { type CanAnswer, type CanQuestion, can } from './can.ts';
import { plannedCall } from './planned-call.ts';

export async function canInFull(runtime: Runtime, question: CanQuestion): Promise<CanAnswer> {
  const answer = await can(runtime, question);
  const plan = answer.verdict === 'allowed' ? await planned(runtime, question) : undefined;
  const { subject, grounds, restsOn } = answer;
  if (plan?.verdict === 'depends') return { ...plan, subject, grounds, restsOn };
  const [check] = plan?.checks ?? [];
  const [own] = answer.allowedBy ?? [];
  if (!plan || !check || !own || check.action === own.action) return answer;
  const { who } = check.principal;
  const headline = `${who} may ${own.action} on ${resourceName(own.resource)}, but in its course ${check.action} on ${check.resourceName} is asked for, which ${who} may not.`;
  return { ...plan, subject, grounds, restsOn, headline };
}

/** The call rehearsed, where it can be put together of what is asked about. */
async function planned(
  runtime: Runtime,
  { principal, action, resource, through, account, region, context }: CanQuestion,
): Promise<Explanation | undefined> {
  const [service, call] = action.split(':');
  const isWhole = service === 'ec2' && through === undefined && Object.keys(context).length === 0;
  if (!isWhole || !resource || resource === '*') return undefined;
  const question = { subject: lastSegment(resource), as: principal, call };
  try {
    return await plannedCall(runtime, question, [{ account, region }]);
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}
