/**
 * Makes the calls of an import: below what AWS lets an account make, with room for whoever else calls; and where AWS asks
 * to slow down all the same, after waits that grow, for all calls on that service in that place.
 */
import { MINUTE_MS } from '../../platform/durations.ts';
import { SnapshotError } from '../snapshot/snapshot.ts';
import type { AwsCall, AwsCalls } from './aws-calls.ts';
import { type Failure, failureOf, type SdkError } from './failed-call.ts';

/** Calls a second in one account and Region; AWS's own limits are two to fifty times as high. */
const RATES: Readonly<Record<string, number>> = {
  autoscaling: 5,
  cloudformation: 5,
  // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
  cloudtrail: 2,
  cloudwatch: 5,
  ec2: 10,
  events: 10,
  iam: 5,
  kms: 40,
  logs: 5,
  organizations: 4,
  ssm: 10,
  sts: 10,
};

export const rateOf = (service: string): number => RATES[service] ?? 2;

export interface Waiting {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** What AWS asked for since the import began. */
export interface SlowedDown {
  readonly times: number;
  readonly waitedMs: number;
}

/** A call that will be made again. */
export interface Wait {
  readonly call: AwsCall;
  /** The name of the error. */
  readonly why: string;
  readonly ms: number;
}

/** How often a call is made again, and after what first wait: each further one is twice as long. */
const PATIENCE: Readonly<Partial<Record<Failure, { readonly tries: number; readonly firstMs: number }>>> = {
  busy: { tries: 10, firstMs: 500 },
  failing: { tries: 5, firstMs: 500 },
  unreachable: { tries: 3, firstMs: 500 },
};
const MAX_WAIT_MS = MINUTE_MS;

/** It is the network's fault, or that of the place where AWS is looked for. */
export class NoAnswerCame extends SnapshotError {}

export class Pace {
  readonly #calls: AwsCalls;
  readonly #waiting: Waiting;
  readonly #isLimited: boolean;
  readonly #onWait: ((wait: Wait) => void) | undefined;
  readonly #nextAtMs = new Map<string, number>();
  #times = 0;
  #waitedMs = 0;

  constructor(calls: AwsCalls, waiting: Waiting, isLimited: boolean, onWait?: (wait: Wait) => void) {
    this.#calls = calls;
    this.#waiting = waiting;
    this.#isLimited = isLimited;
    this.#onWait = onWait;
  }

  get slowedDown(): SlowedDown {
    return { times: this.#times, waitedMs: this.#waitedMs };
  }

  /** Makes the call when its turn has come, and again while AWS asks for patience. Throws what AWS, or nobody, answered at last. */
  async ask(call: AwsCall, account: string): Promise<object> {
    const place = `${call.service} ${account}/${call.region}`;
    for (let tried = 1; ; tried++) {
      await this.#turn(call.service, place);
      try {
        return await this.#calls.call(call);
      } catch (error) {
        const failure = failureOf(error as SdkError);
        const patience = PATIENCE[failure];
        if (!patience) throw error;
        if (tried > patience.tries)
          throw failure === 'failing' ? error : gaveUp(call, failure, error as SdkError, tried);
        const ms = Math.min(MAX_WAIT_MS, patience.firstMs * 2 ** (tried - 1));
        this.#onWait?.({ call, why: (error as SdkError).name, ms });
        this.#putOff(place, ms, failure);
      }
    }
  }

  async #turn(service: string, place: string): Promise<void> {
    const nowMs = this.#waiting.nowMs();
    const atMs = Math.max(nowMs, this.#nextAtMs.get(place) ?? 0);
    if (this.#isLimited) this.#nextAtMs.set(place, atMs + 1000 / rateOf(service));
    if (atMs > nowMs) await this.#waiting.sleep(atMs - nowMs);
  }

  /** For all calls there: of several that were under way at once, each would knock again at the same moment. */
  #putOff(place: string, waitMs: number, failure: Failure): void {
    const untilMs = this.#waiting.nowMs() + waitMs;
    const knownMs = this.#nextAtMs.get(place) ?? 0;
    if (failure === 'busy' || failure === 'failing') {
      this.#times++;
      this.#waitedMs += Math.max(0, untilMs - Math.max(knownMs, this.#waiting.nowMs()));
    }
    this.#nextAtMs.set(place, Math.max(knownMs, untilMs));
  }
}

function gaveUp(
  { service, operation, region }: AwsCall,
  failure: Failure,
  { name, message }: Error,
  tried: number,
): SnapshotError {
  const what = failure === 'busy' ? 'AWS still asks to wait' : 'no answer came';
  const sentence = `${service}:${operation} in ${region}: ${what} after ${tried} calls (${name}: ${message})`;
  return failure === 'busy' ? new SnapshotError(sentence) : new NoAnswerCame(sentence);
}
