/**
 * What Latchkey's own commands ask of a running server, beside AWS's API: HTTP POST with JSON under `/_latchkey/`,
 * for whoever holds the server's token, or has opened the console with it.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { parseBoundedJson } from '../aws/bounded-json.ts';
import type { Scope } from '../aws/scope.ts';
import { NoAnswer } from '../explain/question/key-question.ts';
import type { Health } from '../platform/health.ts';
import { isObject } from '../platform/is-object.ts';
import type { Clock } from '../platform/ports.ts';
import type { ApiCall } from '../rehearsal/maker.ts';
import type { Store } from '../store/store.ts';
import { StoreFailure } from '../store/store-failure.ts';
import type { BodyStream, HttpReply, HttpRequest, HttpResponse } from '../wire/http.ts';
import { CONSOLE_PATH, type ConsoleDoor } from './console/door.ts';

export const CONTROL_PREFIX = '/_latchkey/';

/** A question the control API refuses, with the sentence that says why. */
export class ControlError extends Error {
  /** Beside the sentence: for a program, such as where in a document the fault is. */
  readonly details: object;

  constructor(message: string, details: object = {}) {
    super(message);
    this.details = details;
  }
}

/** For what explaining cannot answer. */
export function refusal(error: unknown): never {
  throw error instanceof NoAnswer ? new ControlError(error.message, { place: error.place }) : error;
}

/** What is asked. It comes from a command, not from a stranger, but is checked all the same. */
export type Body = Readonly<Record<string, unknown>>;

/** Answers one question. */
export type Question = (body: Body) => Promise<object>;

export type Questions = Readonly<Record<string, Question>>;

/** Answered as server-sent events, until the reader leaves. */
export type Stream = (body: Body) => BodyStream;

/** Of questions and answers (docs/control-api.md); it grows only by what may be left out. */
const VERSION = 'v1/';

export interface ControlOptions {
  readonly token: string;
  /** Called once, when the first is asked: what answers them is loaded no sooner. */
  readonly questions: () => Promise<Questions>;
  readonly streams: Readonly<Record<string, Stream>>;
  readonly health: Health;
  readonly store: Store;
  readonly version: string;
  readonly consoleDoor: ConsoleDoor;
  readonly onDefect: (error: unknown) => void;
}

export function controlApi(options: ControlOptions): (request: HttpRequest) => Promise<HttpReply> {
  const { token, health, version, consoleDoor, onDefect } = options;
  const expected = Buffer.from(hash('sha256', `Bearer ${token}`), 'hex');
  let loaded: Promise<Questions> | undefined;
  const questions = () => {
    loaded ??= options.questions().catch((error) => {
      // Without file descriptors, for a while, nothing can be loaded.
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return async (request) => {
    const path = request.path.slice(CONTROL_PREFIX.length);
    const name = path.startsWith(VERSION) ? path.slice(VERSION.length) : path;
    if (name === 'health') {
      return answer(health.state.status === 'failing' ? 503 : 200, { ...health.state, version });
    }
    try {
      if (path.startsWith(CONSOLE_PATH)) {
        const ticket = request.method === 'POST' ? stringOf(readBody(request), 'ticket') : undefined;
        return await consoleDoor.answer(path.slice(CONSOLE_PATH.length), request, ticket);
      }
      const given = Buffer.from(hash('sha256', request.headers.authorization ?? ''), 'hex');
      if (!timingSafeEqual(given, expected) && !consoleDoor.admits(request, name))
        return answer(403, { message: 'the control token is missing or wrong' });
      return await answerQuestion({ ...options, questions }, name, request);
    } catch (error) {
      if (error instanceof ControlError) return answer(400, { message: error.message, ...error.details });
      if (error instanceof StoreFailure) return answer(503, { message: error.message });
      onDefect(error);
      return answer(500, { message: 'the server failed to answer' });
    }
  };
}

async function answerQuestion(
  { questions, streams, store }: ControlOptions,
  name: string,
  request: HttpRequest,
): Promise<HttpReply> {
  const stream = Object.hasOwn(streams, name) ? streams[name] : undefined;
  const all = stream ? {} : await questions();
  const question = Object.hasOwn(all, name) ? all[name] : undefined;
  if (!question && !stream) return answer(404, { message: `no such question: ${name}` });
  if (request.method !== 'POST') return answer(405, { message: 'use POST' });
  const body = readBody(request);
  if (stream) {
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
    return { status: 200, headers, body: stream(body) };
  }
  const answered = await (question as Question)(body);
  // Rehearsals and forks read on where the world's own reads would wait.
  await store.durable();
  return answer(200, answered);
}

function readBody({ body }: HttpRequest): Body {
  if (body.length === 0) return {};
  try {
    const value = parseBoundedJson(body.toString());
    if (isObject(value)) return value;
  } catch {
    // Said below, as for any other body that is no object.
  }
  throw new ControlError('the body is not a JSON object');
}

function answer(status: number, body: object): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isTextList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

export function stringOf(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ControlError(`${name} must be a string`);
  return value;
}

/** @param otherwise what is said where it is missing, or empty */
export function requiredString(body: Body, name: string, otherwise = `${name} is missing`): string {
  const value = stringOf(body, name);
  if (!value) throw new ControlError(otherwise);
  return value;
}

export function countOf(body: Body, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new ControlError(`${name} is a whole number`);
  return value as number;
}

/** @param what the object is, for the sentence that says it is none */
export function objectOf(value: unknown, what: string): Body {
  if (!isObject(value)) throw new ControlError(`${what} must be an object`);
  return value;
}

/** A call by its name: `service`, `operation`, `input`; `account` and `region` where it is not in the default place. */
export function apiCallOf(value: unknown, place: Scope): ApiCall {
  const call = objectOf(value, 'a call');
  const text = (name: string) => stringOf(call, name);
  const [service, operation] = [text('service'), text('operation')];
  if (!service || !operation) throw new ControlError('a call has a service and an operation');
  const input = objectOf(call.input ?? {}, 'input');
  return {
    service,
    operation,
    input,
    account: text('account') ?? place.account,
    region: text('region') ?? place.region,
  };
}

/** Whether a page has taken so long that it is answered as it is; the next goes on. */
export function timeLimit({ clock }: { readonly clock: Clock }, lengthMs: number): () => boolean {
  const endsAtMs = clock.nowMs() + lengthMs;
  return () => clock.nowMs() >= endsAtMs;
}

export type ScopeOf = (body: Body) => Scope;

/** Where a question is about: where it says, or the default. */
export const scopeOfBody =
  ({ account, region }: Scope): ScopeOf =>
  (body) => ({
    account: stringOf(body, 'accountId') ?? account,
    region: stringOf(body, 'region') ?? region,
  });
