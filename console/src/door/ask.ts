/** The control door's questions (docs/control-api.md): all that this page knows of the world. */
import { sessionKey } from './session.ts';

/** What the server refused to answer, in its own sentence. */
export class Refused extends Error {
  readonly place: { readonly line: number; readonly column: number } | undefined;

  constructor(message: string, place?: Refused['place']) {
    super(message);
    this.place = place;
  }
}

/** The server was not reached: it is busy, or the way to it is cut. */
export class Unreached extends Error {}

/** The session has ended, or there was none. */
export class SignedOut extends Error {}

export async function post(question: string, body: object, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(`/_latchkey/v1/${question}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-latchkey-console': sessionKey() },
    body: JSON.stringify(body),
    signal,
  }).catch((error: Error) => {
    throw signal?.aborted ? error : new Unreached('The server does not answer.');
  });
  if (response.status === 403) throw new SignedOut('The session has ended.');
  return response;
}

export async function ask<T>(question: string, body: object = {}, signal?: AbortSignal): Promise<T> {
  const response = await post(question, body, signal);
  const answer = (await response.json()) as T & { message?: string; place?: Refused['place'] };
  if (!response.ok)
    throw new Refused(answer.message ?? `The server answered ${response.status}.`, answer.place);
  return answer;
}

export interface Place {
  readonly accountId?: string;
  readonly region?: string;
}

export interface Described<T> {
  readonly output?: T;
  readonly error?: { readonly code: string; readonly message: string };
}

/** One of AWS's own read-only operations, asked without a trace. */
export async function describe<T>(
  service: string,
  operation: string,
  input: object,
  place: Place,
  signal?: AbortSignal,
): Promise<T> {
  const [answer] = await describeAll<T>([{ service, operation, input }], place, signal);
  if (!answer?.output) throw new Refused(answer?.error?.message ?? 'There is no answer.');
  return answer.output;
}

export async function describeAll<T>(
  calls: readonly { readonly service: string; readonly operation: string; readonly input: object }[],
  place: Place,
  signal?: AbortSignal,
): Promise<readonly Described<T>[]> {
  const { answers } = await ask<{ answers: Described<T>[] }>('describe', { calls, ...place }, signal);
  return answers;
}
