/** Try it: changes are made in a rehearsal, and the recorded call is rehearsed after them. Nothing of it lasts. */
import { AwsError } from '../../aws/aws-error.ts';
import { recordedCall } from '../../invoke/audit/recorded-call.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import { type ApiCall, makeCall } from '../../rehearsal/maker.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import type { PlannedCheck } from '../denial/explanation.ts';
import { NoAnswer } from '../question/key-question.ts';
import { passed } from '../remedies/subject.ts';
import { plannedCheck } from './rehearsed.ts';

export interface Tried {
  /** Whether the call, and all that follows from it, would be let through. */
  readonly allowed: boolean;
  /** Everything that it asks for, in order, as it would be decided. */
  readonly plan: readonly PlannedCheck[];
  /** What would stop it though no policy does. */
  readonly error?: string;
  readonly isCutShort?: boolean;
}

/** Throws NoAnswer where a change itself is refused. */
export async function tried(runtime: Runtime, eventId: string, changes: readonly ApiCall[]): Promise<Tried> {
  const call = await runtime.store.read((tx) => recordedCall(runtime, tx, eventId));
  if (!call) throw new NoAnswer('The call was not kept, so it cannot be made again.');
  const stage = new Rehearsal(runtime);
  for (const change of changes) {
    const { service, operation } = change;
    if (!runtime.registry.operation(service, operation)) {
      throw new NoAnswer(`There is no call ${service}:${operation} here, so it cannot be tried.`);
    }
    await makeCall(stage, change).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      throw new NoAnswer(
        `The change itself is refused: ${change.operation}: ${error.code}: ${error.message}`,
      );
    });
  }
  const strict = await stage.try(call);
  const walked = await stage.walkThrough(call);
  return {
    allowed: passed(strict),
    plan: walked.transcript.asked.map(plannedCheck),
    ...(strict.error && { error: `${strict.error.code}: ${strict.error.message}` }),
    ...((strict.isCutShort || walked.isCutShort) && { isCutShort: true }),
  };
}
