/** Replies that are written as they come about: each ends when its body does, when its reader leaves, or when the server closes. */
import type { ServerResponse } from 'node:http';
import type { BodyStream } from './http.ts';

/** What may wait for a reader that does not keep up. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

export class StreamedReplies {
  readonly #open = new Set<AbortController>();
  #isClosing = false;

  /** A body that fails has no end, so that nobody takes what there is of it for all: whoever sends it hangs up. */
  async send(response: ServerResponse, body: BodyStream): Promise<void> {
    const left = new AbortController();
    this.#open.add(left);
    response.once('close', () => left.abort());
    if (this.#isClosing) left.abort();
    const write = (chunk: string) => {
      response.write(chunk);
      if (response.writableLength > MAX_UNREAD_BYTES) left.abort();
    };
    try {
      await body(write, left.signal);
      response.end();
    } finally {
      this.#open.delete(left);
    }
  }

  close(): void {
    this.#isClosing = true;
    for (const stream of this.#open) stream.abort();
  }
}
