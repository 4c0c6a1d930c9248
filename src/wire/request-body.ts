/** Collects the body of a request up to a limit. */
import type { IncomingMessage } from 'node:http';

export type RequestBody =
  | { readonly outcome: 'complete'; readonly bytes: Buffer }
  /** Longer than the limit; what came was thrown away. */
  | { readonly outcome: 'too-large' }
  /** The client went away before its end. */
  | { readonly outcome: 'aborted' };

const EMPTY = Buffer.alloc(0);
/**
 * How much of an oversize body is read on before answering. A client that writes its whole request before it
 * reads would meet a reset connection instead of the answer.
 */
const DISCARD_BYTES = 64 * 1024 * 1024;

/** Collects the body once; a body that came in one piece is not copied. */
export function collectBody(request: IncomingMessage, maxBytes: number): Promise<RequestBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (length > maxBytes + DISCARD_BYTES) {
        request.pause();
        resolve({ outcome: 'too-large' });
      }
    });
    request.on('end', () => {
      if (length > maxBytes) resolve({ outcome: 'too-large' });
      else resolve({ outcome: 'complete', bytes: joined(chunks, length) });
    });
    // After `end` this changes nothing: the promise is settled.
    request.on('close', () => resolve({ outcome: 'aborted' }));
    request.on('error', () => resolve({ outcome: 'aborted' }));
  });
}

function joined(chunks: readonly Buffer[], length: number): Buffer {
  if (chunks.length === 0) return EMPTY;
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
}
