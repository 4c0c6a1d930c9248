/** What was different at an earlier time, from the events that changed it. */
import type { KeptEvent } from '../../import/cloudtrail/kept-events.ts';
import type { Use } from '../../import/cloudtrail/use.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import { readKeyPolicy } from '../../services/kms/index.ts';
import type { ChangingWorld } from '../policy-change.ts';

/** Who changed what, and when. */
export interface PastChange {
  readonly at: string;
  /** `kms:PutKeyPolicy` */
  readonly action: string;
  readonly by: string;
  readonly eventID: string;
}

export class PastPolicies {
  readonly #from: ChangingWorld;
  /** By key ARN, oldest first. */
  readonly #putPolicies = new Map<string, KeptEvent[]>();
  /** By what they are about: ARNs, and names of users and roles. */
  readonly #changes = new Map<string, KeptEvent[]>();

  constructor(from: ChangingWorld, events: readonly KeptEvent[]) {
    this.#from = from;
    for (const event of events) {
      if (event.errorCode) continue;
      for (const subject of subjectsOf(event)) {
        addTo(this.#changes, subject, event);
        if (event.eventName === 'PutKeyPolicy') addTo(this.#putPolicies, subject, event);
      }
    }
  }

  /** The key policy of that time, where a later one was put and an earlier one is recorded. */
  async keyPolicyAt(arn: string, time: string): Promise<NamedPolicy | undefined> {
    const put = this.#putPolicies.get(arn) ?? [];
    const later = put.some(({ eventTime = '' }) => eventTime > time);
    const then = put.filter(({ eventTime = '' }) => eventTime <= time).at(-1);
    const source = then?.requestParameters?.policy;
    if (!later || typeof source !== 'string') return undefined;
    return readKeyPolicy(this.#from, source);
  }

  /** The first change after the use's last call of anything that it depended on. */
  changeSince({ resource, arn, last }: Use): PastChange | undefined {
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    const about = [...resource.split(' '), arn, name].flatMap((subject) => this.#changes.get(subject) ?? []);
    const [first] = about
      .filter(({ eventTime = '' }) => eventTime > last)
      .sort((a, b) => ((a.eventTime ?? '') < (b.eventTime ?? '') ? -1 : 1));
    if (!first) return undefined;
    return {
      at: first.eventTime ?? '',
      action: `${(first.eventSource ?? '').replace('.amazonaws.com', '')}:${first.eventName}`,
      by: first.userIdentity?.arn ?? first.userIdentity?.invokedBy ?? 'somebody',
      eventID: first.eventID ?? '',
    };
  }
}

function addTo(map: Map<string, KeptEvent[]>, name: string, event: KeptEvent): void {
  const known = map.get(name);
  if (known) known.push(event);
  else map.set(name, [event]);
}

/** Members of a change's parameters that say whose policy or what it changed. */
const SUBJECTS = [
  'keyId',
  'userName',
  'roleName',
  'groupName',
  'policyArn',
  'targetKeyId',
  'policyId',
  'targetId',
];

function subjectsOf({ requestParameters, resources }: KeptEvent): Set<string> {
  const subjects = new Set<string>();
  for (const member of SUBJECTS) {
    const value = requestParameters?.[member];
    if (typeof value === 'string') subjects.add(value);
  }
  for (const { ARN, arn } of resources ?? []) subjects.add(ARN ?? arn ?? '');
  subjects.delete('');
  return subjects;
}
