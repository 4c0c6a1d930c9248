/** Keeps calls below what AWS lets an account make, with room for whoever else calls. */

/** Calls a second in one account and Region; AWS's own limits are two to fifty times as high. */
const RATES: Readonly<Record<string, number>> = {
  autoscaling: 5,
  cloudformation: 5,
  // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
  cloudtrail: 2,
  ec2: 10,
  iam: 5,
  kms: 40,
  organizations: 4,
  sts: 10,
};

export interface Waiting {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

export class Pace {
  readonly #waiting: Waiting;
  readonly #isLimited: boolean;
  readonly #nextAtMs = new Map<string, number>();

  constructor(waiting: Waiting, isLimited: boolean) {
    this.#waiting = waiting;
    this.#isLimited = isLimited;
  }

  /** Resolves when the next call of the service may be made. */
  async turn(service: string, place: string): Promise<void> {
    if (!this.#isLimited) return;
    const name = `${service} ${place}`;
    const nowMs = this.#waiting.nowMs();
    const atMs = Math.max(nowMs, this.#nextAtMs.get(name) ?? 0);
    this.#nextAtMs.set(name, atMs + 1000 / (RATES[service] ?? 2));
    if (atMs > nowMs) await this.#waiting.sleep(atMs - nowMs);
  }
}
