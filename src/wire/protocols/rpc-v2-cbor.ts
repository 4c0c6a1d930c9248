/**
 * smithy-rpc-v2-cbor: what newer clients of CloudWatch speak (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html).
 * An operation is named by the path, and bodies are CBOR, in which bytes are bytes and timestamps have a tag.
 */
import { decode, encode, Token, Type } from 'cborg';
import { AwsError } from '../../aws/aws-error.ts';
import type { HttpRequest, HttpResponse, Protocol } from '../http.ts';
import { errorMembers, legacyErrorHeader } from './aws-json.ts';
import { JSON_SCALARS, mismatch, readersOf, serializationError, timeIn } from './json-reader.ts';
import { writersOf } from './json-writer.ts';

const NAME = 'rpc-v2-cbor';
const CONTENT_TYPE = 'application/cbor';

export const isRpcV2Cbor = ({ headers }: Pick<HttpRequest, 'headers'>): boolean =>
  headers['smithy-protocol'] === NAME;

/** The service and the operation that the path names. */
export function rpcTarget(
  path: string,
): { readonly service: string; readonly operation: string } | undefined {
  const [, service, operation] = /\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path) ?? [];
  return service && operation ? { service, operation } : undefined;
}

/** CBOR's tag of a time in seconds since the epoch. */
const EPOCH_TAG = 1;

class EpochSeconds {
  readonly seconds: unknown;

  constructor(seconds: unknown) {
    this.seconds = seconds;
  }
}

const readerOf = readersOf({
  ...JSON_SCALARS,
  timestamp: (value) =>
    value instanceof EpochSeconds
      ? timeIn(value.seconds, 'seconds since epoch')
      : mismatch(value, 'a Timestamp'),
  blob: (value) => (value instanceof Uint8Array ? value : mismatch(value, 'a Blob')),
});

const writerOf = writersOf({
  timestamp: () => (ms) => new EpochSeconds(ms / 1000),
  blob: (bytes) => bytes,
});

const DECODING = { tags: { [EPOCH_TAG]: (content: () => unknown) => new EpochSeconds(content()) } };
const ENCODING = {
  typeEncoders: {
    Object: (value: unknown) =>
      value instanceof EpochSeconds
        ? [new Token(Type.tag, EPOCH_TAG), new Token(Type.float, value.seconds)]
        : null,
  },
};

/** What cannot be read, be it nested ever so deep, is answered as AWS answers it. */
function read(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return decode(body, DECODING);
  } catch {
    throw serializationError();
  }
}

const respond = (status: number, requestId: string, body?: unknown, more: object = {}): HttpResponse => ({
  status,
  headers: {
    'smithy-protocol': NAME,
    'x-amzn-requestid': requestId,
    ...(body !== undefined && { 'content-type': CONTENT_TYPE }),
    ...more,
  },
  body: body === undefined ? '' : Buffer.from(encode(body, ENCODING)),
});

export const rpcV2Cbor: Protocol = {
  readRequest(operation, { headers, body }) {
    const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (body.length > 0 && mediaType !== CONTENT_TYPE)
      throw new AwsError('UnknownOperationException', '', 404);
    return readerOf(operation.input)(read(body)) as object;
  },
  writeResponse: (_service, { output: shape }, output, requestId) =>
    respond(200, requestId, shape.absent ? undefined : writerOf(shape)(output ?? {})),
  writeError: (service, error, requestId) =>
    respond(error.status, requestId, errorMembers(service, error), legacyErrorHeader(service, error)),
};
