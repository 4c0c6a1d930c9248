/**
 * What Latchkey's own commands ask of a running server, beside AWS's API: HTTP POST with JSON under `/_latchkey/`,
 * for whoever holds the server's token.
 */

import { hash, timingSafeEqual } from 'node:crypto';
import { parseBoundedJson } from '../aws/bounded-json.ts';
import type { Scope } from '../aws/scope.ts';
import type { Health } from '../platform/health.ts';
import { StoreFailure } from '../store/store-failure.ts';
import type { HttpRequest, HttpResponse } from '../wire/http.ts';

export const CONTROL_PREFIX = '/_latchkey/';

/** A question the control API refuses, with the sentence that says why. */
export class ControlError extends Error {}

/** Answers one question. The body comes from a command, not from a stranger, but is checked all the same. */
export type Question = (body: Readonly<Record<string, unknown>>) => Promise<object>;

export function controlApi(
  token: string,
  questions: Readonly<Record<string, Question>>,
  { health, version }: { readonly health: Health; readonly version: string },
  onDefect: (error: unknown) => void,
): (request: HttpRequest) => Promise<HttpResponse> {
  const expected = Buffer.from(hash('sha256', `Bearer ${token}`), 'hex');
  return async (request) => {
    const name = request.path.slice(CONTROL_PREFIX.length);
    if (name === 'health') {
      return answer(health.state.status === 'failing' ? 503 : 200, { ...health.state, version });
    }
    const given = Buffer.from(hash('sha256', request.headers.authorization ?? ''), 'hex');
    if (!timingSafeEqual(given, expected))
      return answer(403, { message: 'the control token is missing or wrong' });
    const question = Object.hasOwn(questions, name) ? questions[name] : undefined;
    if (!question) return answer(404, { message: `no such question: ${name}` });
    if (request.method !== 'POST') return answer(405, { message: 'use POST' });
    try {
      return answer(200, await question(readBody(request)));
    } catch (error) {
      if (error instanceof ControlError) return answer(400, { message: error.message });
      if (error instanceof StoreFailure) return answer(503, { message: error.message });
      onDefect(error);
      return answer(500, { message: 'the server failed to answer' });
    }
  };
}

function readBody({ body }: HttpRequest): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value = parseBoundedJson(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below, as for any other body that is no object.
  }
  throw new ControlError('the body is not a JSON object');
}

function answer(status: number, body: object): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function stringOf(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ControlError(`${name} must be a string`);
  return value;
}

export type ScopeOf = (body: Readonly<Record<string, unknown>>) => Scope;

/** Where a question is about: where it says, or the default. */
export const scopeOfBody =
  ({ account, region }: Scope): ScopeOf =>
  (body) => ({
    account: stringOf(body, 'accountId') ?? account,
    region: stringOf(body, 'region') ?? region,
  });
