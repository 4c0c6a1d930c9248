/**
 * What was asked in a rehearsal: every call with its rulings, in the order in which they began. What the rehearsal itself
 * created is named by its kind (`key/*`).
 */
import { AwsError } from '../aws/aws-error.ts';
import type { Ruling } from '../invoke/authorize.ts';
import type { Invocation, Watcher } from '../invoke/runtime.ts';
import { decide } from '../policy/evaluate.ts';
import type { NewNames } from './new-names.ts';

/** What keeps a call from going on besides a denial. */
export interface Obstacle {
  readonly invocation: Invocation;
  readonly error: AwsError;
}

export interface Asked {
  readonly invocation: Invocation;
  readonly ruling: Ruling;
}

/** The errors by which KMS says that a key's state does not let it be used. */
const KEY_STATE_ERRORS = new Set([
  'DisabledException',
  'KMSInvalidStateException',
  'KeyUnavailableException',
]);

/** Those by which it says that the call itself asks for what cannot be. */
const KEY_REQUEST_ERRORS = new Set([
  'IncorrectKeyException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'MalformedPolicyDocumentException',
  'NotFoundException',
  'UnsupportedOperationException',
]);

export class Transcript implements Watcher {
  readonly mode: 'strict' | 'passing over';
  readonly #names: NewNames;
  readonly #rulings = new Map<Invocation, readonly Ruling[]>();
  readonly #passedOver: Obstacle[] = [];
  readonly #failures: Obstacle[] = [];
  readonly #defects: unknown[] = [];

  constructor(mode: 'strict' | 'passing over', names: NewNames) {
    this.mode = mode;
    this.#names = names;
  }

  ruled(invocation: Invocation, made: readonly Ruling[]): readonly Ruling[] {
    const rulings = made.map((ruling) => this.#asOutside(ruling));
    // An operation that asks others is admitted twice, to the same questions.
    this.#rulings.set(
      invocation,
      rulings.map((ruling) => this.#general(ruling)),
    );
    return this.mode === 'strict' ? rulings : rulings.map(allowing);
  }

  passesOver(invocation: Invocation, error: unknown): boolean {
    if (!(error instanceof AwsError) || !KEY_STATE_ERRORS.has(error.code)) return false;
    if (this.mode === 'strict') return false;
    this.#note(this.#passedOver, { invocation, error });
    return true;
  }

  failed(invocation: Invocation, error: AwsError): void {
    this.#note(this.#failures, { invocation, error });
  }

  defect(error: unknown): void {
    this.#defects.push(error);
  }

  /** Everything that was asked: the whole plan. */
  get asked(): readonly Asked[] {
    return [...this.#rulings].flatMap(([invocation, rulings]) =>
      rulings.map((ruling) => ({ invocation, ruling })),
    );
  }

  get denied(): readonly Asked[] {
    return this.asked.filter(({ ruling }) => !ruling.decision.allowed);
  }

  /** Key states that do not let a call go on. */
  get obstacles(): readonly Obstacle[] {
    return this.#passedOver;
  }

  /** Calls that ended with an error. */
  get failures(): readonly Obstacle[] {
    return this.#failures;
  }

  /** Calls that a key's state did not let through. */
  get stateFailures(): readonly Obstacle[] {
    return this.#failures.filter(({ error }) => KEY_STATE_ERRORS.has(error.code));
  }

  /** Calls on KMS that ask for what cannot be. */
  get requestFailures(): readonly Obstacle[] {
    return this.#failures.filter(
      ({ error, invocation }) =>
        invocation.operation.service.id === 'kms' && KEY_REQUEST_ERRORS.has(error.code),
    );
  }

  /** Whether a policy, a key's state, or what was asked of a key stood in the way. */
  get isHindered(): boolean {
    return [this.denied, this.obstacles, this.stateFailures, this.requestFailures].some(
      ({ length }) => length > 0,
    );
  }

  get defects(): readonly unknown[] {
    return this.#defects;
  }

  /** What is made under another name is decided on as if it had its own. */
  #asOutside(ruling: Ruling): Ruling {
    const { inputs, request } = ruling;
    const resource = this.#names.asOutside(request.resource);
    if (resource === request.resource) return ruling;
    return { ...ruling, decision: decide(inputs, { ...request, resource }) };
  }

  #general(ruling: Ruling): Ruling {
    const { request } = ruling;
    return { ...ruling, request: { ...request, resource: this.#names.general(request.resource) } };
  }

  #note(list: Obstacle[], obstacle: Obstacle): void {
    if (list.some(({ invocation }) => invocation === obstacle.invocation)) return;
    list.push(obstacle);
  }
}

/** The ruling as if everything were allowed. */
const allowing = (ruling: Ruling): Ruling =>
  ruling.decision.allowed ? ruling : { ...ruling, decision: { allowed: true, by: 'root' } };
