/** Recorded events by the request in whose course they were made: the call of whoever asked, and what services asked for it. */
import type { KeptEvent } from '../../import/cloudtrail/use.ts';

export class Requests {
  readonly #ofCallers = new Map<string, readonly KeptEvent[]>();
  readonly #onServices = new Map<string, readonly KeptEvent[]>();

  constructor(events: readonly KeptEvent[]) {
    for (const event of events) {
      const { requestID, eventSource } = event;
      if (requestID === undefined) continue;
      if (isOfCaller(event)) keep(this.#ofCallers, requestID, event);
      keep(this.#onServices, `${requestID} ${eventSource}`, event);
    }
  }

  /** The call that another was made for. */
  outer(event: KeptEvent): KeptEvent | undefined {
    return other(this.#ofCallers.get(event.requestID ?? ''), event);
  }

  /** Another call of the same request, on the service of this host name. */
  on(eventSource: string, event: KeptEvent): KeptEvent | undefined {
    return other(this.#onServices.get(`${event.requestID ?? ''} ${eventSource}`), event);
  }
}

/** The first two: one of them is another than whichever is asked about, however many there are. */
function keep(all: Map<string, readonly KeptEvent[]>, key: string, event: KeptEvent): void {
  const known = all.get(key) ?? [];
  if (known.length < 2) all.set(key, [...known, event]);
}

const other = (known: readonly KeptEvent[] = [], event: KeptEvent) => known.find((each) => each !== event);

/** The call of whoever asked: not a service's for him, nor the copy that the owner of a shared resource has of it. */
const isOfCaller = ({ userIdentity, eventSource }: KeptEvent): boolean =>
  (!userIdentity?.invokedBy || eventSource !== 'kms.amazonaws.com') && userIdentity?.type !== 'AWSAccount';
