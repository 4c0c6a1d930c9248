/** awsJson1_0 and awsJson1_1: KMS, CloudTrail, Organizations, EventBridge, CloudWatch. */
import { isUtf8 } from 'node:buffer';
import { AwsError } from '../../aws/aws-error.ts';
import { parseBoundedJson } from '../../aws/bounded-json.ts';
import type { ServiceShapes } from '../../shapes/shape.ts';
import type { HttpResponse, Protocol } from '../http.ts';
import { jsonReader, serializationError } from './json-reader.ts';
import { jsonWriter } from './json-writer.ts';

export function awsJson(version: '1.0' | '1.1'): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  const respond = (status: number, requestId: string, body: string, more: object = {}): HttpResponse => ({
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...more },
    body,
  });
  return {
    readRequest(operation, http) {
      expectJson(http.headers['content-type']);
      return jsonReader(operation.input)(parseJson(http.body)) as object;
    },
    writeResponse(_service, operation, output, requestId) {
      const body = operation.output.absent ? '' : JSON.stringify(jsonWriter(operation.output)(output ?? {}));
      return respond(200, requestId, body);
    },
    writeError(service, error, requestId) {
      const body = JSON.stringify(errorMembers(service, error));
      return respond(error.status, requestId, body, legacyErrorHeader(service, error));
    },
  };
}

export function errorMembers(service: ServiceShapes | undefined, error: AwsError): Record<string, unknown> {
  const __type = service?.errorShape(error.code) ?? error.code;
  const members: Record<string, unknown> = { __type, ...error.members };
  // Where AWS gives no text (InvalidCiphertextException), it gives no member either.
  if (error.message !== '') members[service?.messageMember(error.code) ?? 'message'] = error.message;
  return members;
}

/** Clients that knew the query protocol's code go on to see it. */
export const legacyErrorHeader = (service: ServiceShapes | undefined, error: AwsError) =>
  service?.legacyProtocol && {
    'x-amzn-query-error': `${error.code};${error.fault === 'client' ? 'Sender' : 'Receiver'}`,
  };

/** Throws when the body is not one JSON value; AWS says no more than SerializationException then. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw serializationError();
  let value: unknown;
  try {
    value = parseBoundedJson(body.toString('utf8'));
  } catch {
    throw serializationError();
  }
  if (typeof value !== 'object' || value === null) throw serializationError();
  return value;
}

const JSON_TYPES = new Set(['application/x-amz-json-1.0', 'application/x-amz-json-1.1', 'application/json']);

function expectJson(contentType: string | undefined): void {
  if (contentType !== undefined && JSON_TYPES.has(contentType)) return;
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === undefined || !JSON_TYPES.has(mediaType)) {
    throw new AwsError('UnknownOperationException', '', 404);
  }
}
