/** In which state keys were seen to be: KMS says it where it will not use one (aws-facts A1.9), and uses those that are enabled. */
import { keyOf } from '../../../import/cloudtrail/changes/kms-changes.ts';
import { isCryptographic, type KeptEvent } from '../../../import/cloudtrail/use.ts';
import { type PastChange, pastChange } from '../../history/timelines.ts';

export interface SeenState {
  readonly keyState: string;
  readonly seen: PastChange;
}

const STATES: Readonly<Record<string, string>> = {
  disabled: 'Disabled',
  'pending deletion': 'PendingDeletion',
  'pending import': 'PendingImport',
  'pending replica deletion': 'PendingReplicaDeletion',
  unavailable: 'Unavailable',
};
const REFUSED = new RegExp(`(arn:[^:]*:kms:[^:]+:\\d{12}:key/\\S+) is (${Object.keys(STATES).join('|')})\\.`);

/** By the key's ARN, the last of each. */
export function seenKeyStates(events: Iterable<KeptEvent>): Map<string, SeenState> {
  const states = new Map<string, SeenState>();
  for (const event of events) {
    const [arn, keyState] = stateIn(event) ?? [];
    const seen = pastChange({ event });
    if (!arn || !keyState || (states.get(arn)?.seen.at ?? '') > seen.at) continue;
    states.set(arn, { keyState, seen });
  }
  return states;
}

function stateIn(event: KeptEvent): [arn: string | undefined, keyState: string | undefined] | undefined {
  const { eventSource, eventName = '', errorCode, errorMessage = '' } = event;
  if (eventSource !== 'kms.amazonaws.com') return undefined;
  if (!errorCode) return isCryptographic(eventName) ? [keyOf(event), 'Enabled'] : undefined;
  const [, arn, state = ''] = REFUSED.exec(errorMessage) ?? [];
  return [arn, STATES[state]];
}
