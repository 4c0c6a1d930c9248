/** The log of calls as lines to watch: what a service did for a caller is indented under the call that it was for. */
import { styleText } from 'node:util';
import type { LoggedCall } from '../control/call-log.ts';

const MAX_ID_CHARS = 24;

/**
 * Calls that a service makes for a request are on record before the request itself, which ends later: they are held
 * back until it comes, or until `flush`.
 */
export class CallLines {
  readonly #held = new Map<string, LoggedCall[]>();
  readonly #write: (line: string) => void;
  readonly #deniedOnly: boolean;

  constructor(write: (line: string) => void, options: { readonly deniedOnly?: boolean } = {}) {
    this.#write = write;
    this.#deniedOnly = options.deniedOnly ?? false;
  }

  add(calls: readonly LoggedCall[]): void {
    for (const call of calls) {
      const held = this.#held.get(call.requestId) ?? [];
      if (call.invokedBy !== undefined) {
        this.#held.set(call.requestId, [...held, call]);
        continue;
      }
      this.#held.delete(call.requestId);
      this.#print(call, held);
    }
  }

  /** Prints what waits for a request that has not ended, or that this log began after. */
  flush(): void {
    for (const held of this.#held.values()) for (const call of held) this.#print(call, []);
    this.#held.clear();
  }

  #print(call: LoggedCall, inner: readonly LoggedCall[]): void {
    if (this.#deniedOnly && ![call, ...inner].some(({ outcome }) => outcome === 'denied')) return;
    this.#write(callLine(call));
    for (const each of inner) this.#write(`          └ ${callLine(each, true)}`);
  }
}

function callLine(call: LoggedCall, inner = false): string {
  const { time, principal, invokedBy, action, resource, outcome, reason, errorCode } = call;
  const start = inner ? '' : `${time.slice(11, 19)}  `;
  const who = invokedBy ? `${shortName(principal)} through ${invokedBy.split('.')[0]}` : shortName(principal);
  const what = resource === undefined ? action : `${action} ${shortName(resource)}`;
  return `${start}${who}  ${what}  ${verdict(outcome, errorCode)}${reason ? `: ${reason}` : ''}`;
}

function verdict(outcome: LoggedCall['outcome'], errorCode: string | undefined): string {
  if (outcome === 'allowed') return styleText('green', 'allowed', { stream: process.stdout });
  if (outcome === 'denied') return styleText('red', 'DENIED', { stream: process.stdout });
  return styleText('yellow', errorCode ?? 'failed', { stream: process.stdout });
}

/** What is distinctive of an ARN: `user/john`, `key/9c1f…`, `AWSServiceRoleForAutoScaling/AutoScaling`. */
function shortName(arn: string): string {
  if (!arn.startsWith('arn:')) return arn;
  const [, , service = '', , , ...rest] = arn.split(':');
  const name = rest
    .join(':')
    .replace(/^assumed-role\//, '')
    .replace(/^role\/aws-service-role\/[^/]+\//, '');
  if (name === 'root') return 'root';
  const [kind = '', ...id] = name.split('/');
  const last = id.join('/');
  if (service === 'kms' && last.length > MAX_ID_CHARS) return `${kind}/${last.slice(0, 8)}…`;
  return name;
}
