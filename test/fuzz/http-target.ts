/** Bytes as they come over a connection, to a server that must be as well after them as before. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { startLatchkey } from '../../src/assemble.ts';
import type { Target } from './targets.ts';
import { textsLike } from './texts.ts';

const request = (headers: readonly string[], body: string) =>
  ['POST / HTTP/1.1', 'Host: 127.0.0.1', ...headers, '', body].join('\r\n');

const CREDENTIAL = 'Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/kms/aws4_request';
const REQUESTS = [
  request(
    [
      `Authorization: AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      'X-Amz-Date: 20260101T000000Z',
      'X-Amz-Target: TrentService.ListKeys',
      'Content-Type: application/x-amz-json-1.1',
      'Content-Length: 2',
    ],
    '{}',
  ),
  request(
    ['Content-Type: application/x-www-form-urlencoded', 'Transfer-Encoding: chunked'],
    '8\r\nAction=x\r\n0\r\n\r\n',
  ),
  'GET /_latchkey/health?a=%zz HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\n\r\n',
  'PUT /snapshots/snap-1/blocks/0 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc',
];

/** A defence against a server that never answers. */
const MAX_WAIT_MS = 20_000;

export function httpTarget(): Target<string> {
  const defects: unknown[] = [];
  let server: ReturnType<typeof startLatchkey> | undefined;
  return {
    input: textsLike(...REQUESTS),
    async check(text) {
      server ??= startLatchkey({ onDefect: (error) => void defects.push(error) });
      const { port } = new URL((await server).url);
      const answer = await exchange(Number(port), text);
      assert.match(answer, /^(?:$|HTTP\/1\.1 (?!500)\d{3} )/);
      assert.doesNotMatch(answer, /\n\s+at |node:internal/);
      assert.deepEqual(defects, []);
      const health = await exchange(
        Number(port),
        'GET /_latchkey/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      );
      assert.match(health, /^HTTP\/1\.1 200 /);
    },
    async end() {
      await (await server)?.close();
      server = undefined;
    },
  };
}

/** What the server says to these bytes, until it hangs up. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', timeout: MAX_WAIT_MS });
    socket.setEncoding('latin1');
    socket.on('data', (part) => (answer += part));
    socket.on('timeout', () => socket.destroy(new Error('the server neither answers nor hangs up')));
    // A connection that is reset is an answer too: it was not read to its end.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    );
    socket.on('close', () => resolve(answer));
    socket.end(text, 'latin1');
  });
}
