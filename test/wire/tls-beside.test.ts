/** TLS beside plain HTTP on one port, as bytes, and what ends with the server. */
import assert from 'node:assert/strict';
import { afterEach, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import type { TlsIdentity } from '../../src/platform/sockets.ts';
import { VirtualTime } from '../../src/rehearsal/virtual-time.ts';
import { exchange, opened, post, start, statusOf, stopAll } from './raw-server.ts';

let tls: TlsIdentity;
before(async () => {
  tls = await makeCertificate([], Date.now());
});
afterEach(stopAll);

/** The same as `exchange`, over TLS. */
const exchangeSecurely = (port: number, bytes: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', ca: tls.certificate, servername: 'localhost' });
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    socket.write(bytes);
  });

test('a request is known to be secure or not, with all of its bytes', async () => {
  const { port } = await start({
    tls,
    handle: async ({ body, secureTransport }) => ({
      status: 200,
      headers: {},
      body: `${secureTransport} ${body}`,
    }),
  });
  const bytes = post(port, 'x'.repeat(900), 'Connection: close\r\n');
  const body = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);
  assert.equal(body(await exchange(port, bytes)), `false ${'x'.repeat(900)}`);
  assert.equal(body(await exchangeSecurely(port, bytes)), `true ${'x'.repeat(900)}`);
  assert.equal(body(await exchange(port, bytes.slice(0, 1), bytes.slice(1))), `false ${'x'.repeat(900)}`);
});

describe('a connection that does not come to a request', () => {
  const BEGUN: Readonly<Record<string, Buffer>> = {
    'says nothing': Buffer.alloc(0),
    'begins a handshake': Buffer.from([0x16, 3, 1]),
    'begins a request': Buffer.from('GET / HTTP/1.1\r\nHost: loc'),
  };
  for (const [what, bytes] of Object.entries(BEGUN)) {
    test(`and ${what}, is closed in time`, async () => {
      const { port } = await start({ tls, limits: { headersTimeoutMs: 200 } });
      assert.match(await exchange(port, bytes), /^$|^HTTP\/1\.1 408 /);
    });

    test(`and ${what}, is closed with the server`, async () => {
      const timers = new VirtualTime(0);
      const server = await start({ tls, timers });
      const { socket } = await opened(server.port);
      const ended = new Promise((resolve) => socket.resume().once('close', resolve));
      await new Promise((resolve) => socket.write(bytes, resolve));
      // What came before it has been taken in by then.
      assert.equal(
        statusOf(await exchange(server.port, post(server.port, '', 'Connection: close\r\n'))),
        200,
      );
      const closed = server.close();
      if (what === 'says nothing') await closed;
      else timers.leap(300);
      await Promise.all([closed, ended]);
    });
  }
});

test('a reply that is written as it comes about ends with the server, whatever the grace', async () => {
  const timers = new VirtualTime(0);
  const { port, close } = await start({
    timers,
    handle: async () => ({
      status: 200,
      headers: {},
      body: async (write, left) => {
        write('begun');
        await new Promise((resolve) => left.addEventListener('abort', resolve));
        write('done');
      },
    }),
  });
  const { socket, next } = await opened(port);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.match(await next(), /^HTTP\/1\.1 200 OK/);
  let rest = '';
  socket.on('data', (chunk) => {
    rest += chunk;
  });
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await Promise.all([close(), ended]);
  assert.match(rest, /4\r\ndone\r\n0\r\n\r\n$/);
});
