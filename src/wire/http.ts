/** HTTP requests and responses as values, and what a protocol of AWS does with them. */
import type { AwsError } from '../aws/aws-error.ts';
import type { OperationShape, ServiceShapes } from '../shapes/shape.ts';

export interface HttpRequest {
  readonly method: string;
  /** As sent: still percent-encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark; empty when there is none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The peer's IP address (aws:SourceIp); empty when its socket is already gone. */
  readonly remoteAddress: string;
  /** Whether it came over TLS (aws:SecureTransport). */
  readonly secureTransport: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/**
 * A body that is written as it comes about. It ends when its promise resolves; `left` is aborted when the reader has gone,
 * or the server closes, or the reader is so slow that what waits for it would fill the memory.
 */
export type BodyStream = (write: (chunk: string) => void, left: AbortSignal) => Promise<void>;

export type HttpReply = HttpResponse | (Omit<HttpResponse, 'body'> & { readonly body: BodyStream });

/**
 * How a family of services puts inputs, outputs and errors into HTTP. Inside, timestamps are milliseconds since the
 * epoch, blobs are bytes, and absent members are undefined.
 */
export interface Protocol {
  /** Throws the `AwsError` that AWS answers to a malformed body. Constraints are not tested here (`validate`). */
  readRequest(operation: OperationShape, http: HttpRequest): object;
  writeResponse(
    service: ServiceShapes,
    operation: OperationShape,
    output: object | undefined,
    requestId: string,
  ): HttpResponse;
  /** `service` is undefined when the request is for none that is known here. */
  writeError(service: ServiceShapes | undefined, error: AwsError, requestId: string): HttpResponse;
}
