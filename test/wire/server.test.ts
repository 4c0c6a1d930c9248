import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import { VirtualTime } from '../../src/rehearsal/virtual-time.ts';
import { plainAddress } from '../../src/wire/host-policy.ts';
import type { HttpRequest } from '../../src/wire/http.ts';
import type { RunningServer, ServerOptions } from '../../src/wire/server.ts';
import { exchange, opened, post, start, startAsShipped, statusOf, stopAll } from './raw-server.ts';

afterEach(stopAll);

test('a reply arrives as it was given, short or long, as text or as bytes', async () => {
  for (const text of ['short', 'kürzer', 'x'.repeat(200_000), 'ü€😀'.repeat(40_000)]) {
    for (const body of [text, Buffer.from(text)]) {
      const { url } = await start({ handle: async () => ({ status: 200, headers: {}, body }) });
      const answer = await fetch(url);
      assert.equal(answer.headers.get('content-length'), String(Buffer.byteLength(text)));
      assert.ok((await answer.text()) === text);
    }
  }
});

describe('a request reaches the handler', () => {
  test('with its target as sent, its headers in lower case and its body', async () => {
    let seen: HttpRequest | undefined;
    const { port } = await start({
      handle: async (request) => {
        seen = request;
        return { status: 200, headers: {}, body: Buffer.from('ok') };
      },
    });
    const answer = await exchange(
      port,
      `POST /a%20b//c?x=%2F&y HTTP/1.1\r\nHost: localhost:${port}\r\nX-Twice: 1\r\nx-twice: 2\r\n__proto__: p\r\n` +
        'Connection: close\r\nContent-Length: 5\r\n\r\nhé!!',
    );
    assert.equal(statusOf(answer), 200);
    assert.match(answer, /\r\n\r\nok$/);
    assert.match(answer, /content-length: 2\r\n/);
    assert.ok(seen);
    const { headers, body, ...rest } = seen;
    assert.deepEqual(rest, {
      method: 'POST',
      path: '/a%20b//c',
      query: 'x=%2F&y',
      remoteAddress: '127.0.0.1',
      secureTransport: false,
    });
    assert.equal(body.toString(), 'hé!!');
    assert.deepEqual(
      Object.entries(headers).sort(),
      [
        ['__proto__', 'p'],
        ['connection', 'close'],
        ['content-length', '5'],
        ['host', `localhost:${port}`],
        ['x-twice', '1,2'],
      ].sort(),
    );
  });

  test('has the headers that were sent, and nothing that objects have by nature', async () => {
    let headers: HttpRequest['headers'] | undefined;
    const { port } = await start({
      handle: async (request) => {
        headers = request.headers;
        return { status: 200, headers: {}, body: '' };
      },
    });
    await exchange(port, post(port, '', 'X-Own: 1\r\n__proto__: x\r\nConnection: close\r\n'));
    assert.equal(headers?.['x-own'], '1');
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      assert.equal(headers?.[name], undefined, name);
    }
  });

  test('chunked, in many small pieces, and pipelined on one connection', async () => {
    const { port } = await start();
    const { socket } = await opened(port);
    let received = '';
    const done = new Promise<void>((resolve) => {
      socket.on('data', (data) => {
        received += data;
        if (received.includes('GET /last')) resolve();
      });
    });
    const chunked = `PUT /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n`;
    for (const byte of chunked) socket.write(byte);
    socket.write(
      'GET /next HTTP/1.1\r\nHost: localhost\r\n\r\nGET /last HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    await done;
    socket.destroy();
    assert.deepEqual(received.match(/(?:PUT|GET) \/\w+ \? \d/g), [
      'PUT /c ? 7',
      'GET /next ? 0',
      'GET /last ? 0',
    ]);
  });

  test('after 100 Continue, when the client asks for it', async () => {
    const { port } = await start();
    const { socket, next } = await opened(port);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n');
    assert.match(await next(), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    socket.write('abc');
    assert.match(await next(), /^HTTP\/1\.1 200 OK.*POST \/ \? 3$/s);
    socket.destroy();
  });
});

describe('a body over the limit', () => {
  const forms = {
    'with its length declared': (port: number) => post(port, 'x'.repeat(1001)),
    chunked: (port: number) =>
      `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\n\r\n` +
      `${'258\r\n'}${'x'.repeat(600)}\r\n258\r\n${'x'.repeat(600)}\r\n0\r\n\r\n`,
  };
  for (const [name, bytes] of Object.entries(forms)) {
    test(`${name}, is answered 413 and the connection closed`, async () => {
      const { port } = await start();
      const answer = await exchange(port, bytes(port));
      assert.equal(statusOf(answer), 413);
      assert.match(answer, /connection: close/i);
      assert.match(answer, /"code":"RequestEntityTooLarge"/);
    });
  }

  test('is answered before it is sent, when the client waits for leave', async () => {
    const { port } = await start();
    const answer = await exchange(
      port,
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n',
    );
    assert.equal(statusOf(answer), 413);
  });

  test('without end is not read for ever', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    const chunk = Buffer.alloc(2 ** 20, 'x');
    const framed = Buffer.concat([
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]);
    socket.write(`POST / HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    let isOpen = true;
    const sent = () => socket.bytesWritten / 2 ** 20;
    // A refused body is read on a while, so that the client sees its answer; 64 MiB is a while.
    while (isOpen && sent() < 200) {
      const written = new Promise<void>((resolve) => {
        socket.write(framed, (error) => {
          if (error) isOpen = false;
          resolve();
        });
      });
      await Promise.race([written, closed]);
      if (socket.destroyed) isOpen = false;
    }
    socket.destroy();
    assert.ok(sent() < 150, `${sent()} MiB were taken`);
  });

  test('of exactly the limit is none', async () => {
    const { port } = await start();
    const answer = await exchange(port, post(port, 'x'.repeat(1000), 'Connection: close\r\n'));
    assert.match(answer, /POST \/ \? 1000$/);
  });

  test('reaches a client that writes all of it before it reads', async () => {
    const { port } = await start();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const client = httpRequest({ port, method: 'POST', headers: { host: 'localhost' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      client.on('error', reject);
      client.end(Buffer.alloc(8 * 1024 * 1024));
    });
    assert.equal(status, 413);
  });
});

describe('garbage is answered with a 4xx or hung up on, and the server lives on', () => {
  const cases: Record<string, [bytes: (port: number) => string | Buffer, status: number]> = {
    'no HTTP': [() => 'hello\r\n\r\n', 400],
    binary: [() => Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 7) % 256)), 400],
    'a TLS hello': [() => Buffer.from('160301020001000001fc0303', 'hex'), 400],
    'the HTTP/2 preface': [() => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    'no Host': [() => 'GET / HTTP/1.1\r\n\r\n', 400],
    'two Hosts': [(port) => `GET / HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil\r\n\r\n`, 400],
    'two Authorizations': [
      () => 'GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n',
      400,
    ],
    ...Object.fromEntries(
      [
        'Content-Type',
        'Origin',
        'X-Amz-Content-Sha256',
        'X-Amz-Date',
        'X-Amz-Security-Token',
        'X-Amz-Target',
      ].map((name): [string, [() => string, number]] => [
        `two headers ${name}`,
        [
          () => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n${name}: a\r\n${name}: b\r\n\r\n`,
          400,
        ],
      ]),
    ),
    'two lengths': [
      () => 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    'length and chunks': [
      () =>
        'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    'a negative length': [() => 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n', 400],
    'a chunk size that is none': [
      () => 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
    'an absolute target': [() => 'GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    'an asterisk': [() => 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    'a tunnel': [() => 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
    'an expectation we cannot meet': [
      () => 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: wonders\r\n\r\n',
      417,
    ],
    'headers without end': [
      () => `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
    ],
    'a target without end': [() => `GET /${'x'.repeat(70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
  };
  for (const [name, [bytes, status]] of Object.entries(cases)) {
    test(name, async () => {
      const reports: unknown[] = [];
      const { port } = await start({ report: (error) => reports.push(error) });
      assert.equal(statusOf(await exchange(port, bytes(port))), status);
      assert.equal(statusOf(await exchange(port, post(port, '', 'Connection: close\r\n'))), 200);
      assert.deepEqual(reports, []);
    });
  }

  test('a request that names no host, though nobody has named one yet', async () => {
    const { port } = await start();
    assert.equal(statusOf(await exchange(port, 'GET / HTTP/1.0\r\n\r\n')), 403);
  });

  test('what even the refusal fails on is hung up on', async () => {
    const reports: unknown[] = [];
    const { port } = await start({
      report: (error) => reports.push(error),
      refuse: () => {
        throw new Error('no words');
      },
    });
    assert.equal(await exchange(port, 'GET / HTTP/1.1\r\nHost: elsewhere\r\n\r\n'), '');
    assert.equal(reports.length, 1);
  });

  test('headers up to 32 KiB, and none beyond', async () => {
    const { port } = await start();
    // What is counted: the target, names and values.
    const others = `/Host localhost:${port} Content-Length 0 Connection close X`.replaceAll(' ', '').length;
    const withHeaders = (bytes: number) =>
      post(port, '', `Connection: close\r\nX: ${'x'.repeat(bytes - others)}\r\n`);
    assert.equal(statusOf(await exchange(port, withHeaders(32 * 1024 - 8))), 200);
    assert.equal(statusOf(await exchange(port, withHeaders(32 * 1024 + 8))), 431);
  });

  test('a tunnel whose client is gone before the answer', async () => {
    const reports: unknown[] = [];
    const { port } = await start({ report: (error) => reports.push(error) });
    for (let times = 0; times < 20; times++) {
      const { socket } = await opened(port);
      await new Promise((resolve) =>
        socket.write('CONNECT localhost:1 HTTP/1.1\r\nHost: x\r\n\r\n', resolve),
      );
      await new Promise((resolve) => socket.once('close', resolve).resetAndDestroy());
    }
    assert.equal(statusOf(await exchange(port, post(port, '', 'Connection: close\r\n'))), 200);
    assert.deepEqual(reports, []);
  });

  test('any bytes at all', async () => {
    const reports: unknown[] = [];
    const { port } = await start({
      report: (error) => reports.push(error),
      limits: { headersTimeoutMs: 300, requestTimeoutMs: 600, keepAliveMs: 200 },
    });
    const valid = Buffer.from(
      `POST /a?b=c HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/x-amz-json-1.1\r\n` +
        'X-Amz-Target: TrentService.ListKeys\r\nConnection: close\r\nContent-Length: 4\r\n\r\nabcd',
    );
    const mutated = fc
      .array(fc.tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 })), {
        minLength: 1,
        maxLength: 4,
      })
      .map((edits) => {
        const bytes = Buffer.from(valid);
        for (const [at, byte] of edits) bytes[at] = byte;
        return bytes;
      });
    const garbage = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    const samples = fc.sample(fc.oneof(mutated, garbage), 200);
    const answers = await Promise.all(samples.map((bytes) => exchange(port, bytes)));
    for (const [index, answer] of answers.entries()) {
      // An edited Connection header may leave the connection open for more; it is the answer that counts.
      assert.match(answer, /^$|^HTTP\/1\.1 [2345]\d\d /, samples[index]?.toString('latin1'));
    }
    assert.ok(answers.some((answer) => statusOf(answer) === 400));
    assert.deepEqual(reports, []);
  });

  test('a client that sends its headers too slowly is answered 408', async () => {
    const { port } = await start({ limits: { headersTimeoutMs: 200 } });
    assert.equal(statusOf(await exchange(port, 'GET / HTTP/1.1\r\nHost: loc')), 408);
  });

  test('a client that sends its body too slowly is answered 408', async () => {
    const { port } = await start({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
    const answer = await exchange(port, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab');
    assert.equal(statusOf(answer), 408);
  });

  test('a client that goes away in the middle of its body calls no handler', async () => {
    let calls = 0;
    const { port } = await start({
      handle: async () => {
        calls += 1;
        return { status: 200, headers: {}, body: '' };
      },
    });
    const { socket } = await opened(port);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab');
    socket.destroy();
    await exchange(port, post(port, '', 'Connection: close\r\n'));
    assert.equal(calls, 1);
  });

  test('a client that goes away before its answer harms nobody', async () => {
    let answer: (() => void) | undefined;
    const reports: unknown[] = [];
    const { port } = await start({
      report: (error) => reports.push(error),
      handle: (request) =>
        new Promise((resolve) => {
          const reply = () => resolve({ status: 200, headers: {}, body: 'x'.repeat(1e6) });
          if (request.path === '/slow') answer = reply;
          else reply();
        }),
    });
    const { socket } = await opened(port);
    socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
    while (!answer) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    assert.equal(statusOf(await exchange(port, post(port, '', 'Connection: close\r\n'))), 200);
    assert.deepEqual(reports, []);
  });
});

describe('what a handler does wrong', () => {
  const failures: Record<string, ServerOptions['handle']> = {
    'a rejection': () => Promise.reject(new Error('secret path /root')),
    'a throw': () => {
      throw new Error('secret path /root');
    },
    'a header that would split the response': async () => ({
      status: 200,
      headers: { 'x-a': 'b\r\nSet-Cookie: secret' },
      body: '',
    }),
    'a status that is none': async () => ({ status: 42, headers: {}, body: 'secret' }),
  };

  test('a reply that fails once it is under way is cut off and reported once, and no second one follows', async () => {
    const reports: unknown[] = [];
    const failure = new Error('secret path /root');
    const { port } = await start({
      report: (error) => reports.push(error),
      handle: async () => ({
        status: 200,
        headers: {},
        body: async (write) => {
          write('begun');
          await new Promise((resolve) => setImmediate(resolve));
          throw failure;
        },
      }),
    });
    const answer = await exchange(port, post(port, ''));
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n5\r\nbegun\r\n$/s);
    assert.deepEqual(reports, [failure]);
  });

  for (const [name, handle] of Object.entries(failures)) {
    test(`${name} becomes a 500 that tells nothing`, async () => {
      const reports: unknown[] = [];
      const { port } = await start({ handle, report: (error) => reports.push(error) });
      const answer = await exchange(port, post(port, ''));
      assert.equal(statusOf(answer), 500);
      assert.match(answer, /InternalFailure/);
      assert.doesNotMatch(answer, /secret|\.ts/);
      assert.equal(reports.length, 1);
    });
  }
});

describe('requests from web pages', () => {
  async function statusWith(headers: string, hostnames: string[] = [], host = '127.0.0.1'): Promise<number> {
    const { port } = await start({ hostnames, host });
    const request = `GET / HTTP/1.1\r\n${headers.replaceAll('PORT', String(port))}\r\nConnection: close\r\n\r\n`;
    return statusOf(await exchange(port, request));
  }

  for (const host of [
    'localhost',
    'localhost:PORT',
    'LocalHost:PORT',
    'kms.localhost:PORT',
    '127.0.0.1:PORT',
    '[::1]:PORT',
    'kms.test:PORT',
    'a.b.aws.test',
    'mapped:8080',
  ]) {
    test(`Host ${host} is served`, async () => {
      assert.equal(await statusWith(`Host: ${host}`, ['kms.test', '*.aws.test', 'mapped:8080']), 200);
    });
  }

  for (const host of [
    'evil.example',
    'evil.example:PORT',
    'localhost:1',
    'localhost.evil.example:PORT',
    'evillocalhost:PORT',
    '.localhost.:PORT',
    '10.0.0.1:PORT',
    '169.254.169.254',
    'mapped:PORT',
    'aws.test',
    'localhost:PORT@evil.example',
    'localhost:PORT:80',
    'user@localhost',
    '',
  ]) {
    test(`Host ${host || '(empty)'} is refused`, async () => {
      assert.equal(await statusWith(`Host: ${host}`, ['*.aws.test', 'mapped:8080']), 403);
    });
  }

  for (const [origin, status] of [
    ['http://localhost:PORT', 200],
    ['http://127.0.0.1:PORT', 200],
    ['http://console.localhost:PORT', 200],
    ['http://localhost', 403],
    ['http://localhost:3000', 403],
    ['https://evil.example', 403],
    ['http://evil.example:PORT', 403],
    ['null', 403],
    ['file://', 403],
    ['http://localhost:PORT.evil.example', 403],
  ] as const) {
    test(`Origin ${origin} is ${status === 200 ? 'served' : 'refused'}`, async () => {
      assert.equal(await statusWith(`Host: localhost:PORT\r\nOrigin: ${origin}`), status);
    });
  }

  for (const [headers, status] of [
    ['Host: localhost:32768', 200],
    ['Host: 127.0.0.1:32768', 200],
    ['Host: aws.localhost:1', 200],
    ['Host: host.docker.internal:4566', 200],
    ['Host: latchkey:4566', 403],
    ['Host: evil.example:PORT', 403],
    ['Host: localhost.evil.example:32768', 403],
    ['Host: localhost:32768\r\nOrigin: http://localhost:32768', 200],
    ['Host: localhost:32768\r\nOrigin: http://localhost:3000', 403],
    ['Host: localhost:PORT\r\nOrigin: http://127.0.0.1:PORT', 403],
  ] as const) {
    test(`on every address, behind a mapped port: ${headers} is ${status === 200 ? 'served' : 'refused'}`, async () => {
      for (const every of ['0.0.0.0', '::']) assert.equal(await statusWith(headers, [], every), status);
    });
  }

  test('a page of another site cannot make the browser fetch from here without an Origin', async () => {
    assert.equal(await statusWith('Host: localhost:PORT\r\nSec-Fetch-Site: cross-site'), 403);
    assert.equal(await statusWith('Host: localhost:PORT\r\nSec-Fetch-Site: same-site'), 403);
    assert.equal(await statusWith('Host: localhost:PORT\r\nSec-Fetch-Site: same-origin'), 200);
    assert.equal(await statusWith('Host: localhost:PORT\r\nSec-Fetch-Site: none'), 200);
  });

  test('the handler sees none of it', async () => {
    let calls = 0;
    const { port } = await start({
      handle: async () => {
        calls += 1;
        return { status: 200, headers: {}, body: '' };
      },
    });
    const answer = await exchange(port, 'POST / HTTP/1.1\r\nHost: evil\r\nContent-Length: 2\r\n\r\n{}');
    assert.equal(statusOf(answer), 403);
    assert.match(answer, /"code":"AccessDenied"/);
    assert.equal(calls, 0);
  });
});

describe('the server', () => {
  test('binds the loopback interface, and says where', async () => {
    const server = await start();
    assert.equal(server.host, '127.0.0.1');
    assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  });

  for (const [host, reachable] of [
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
    ['::1', '[::1]'],
    ['127.0.0.1', '127.0.0.1'],
  ] as const) {
    test(`listening on ${host}, it names an address that clients can connect to`, async () => {
      const server = await start({ host });
      assert.equal(server.url, `http://${reachable}:${server.port}`);
      assert.equal(server.secureUrl, undefined);
      assert.equal((await fetch(server.url)).status, 200);
      const secure = await start({ host, tls: await makeCertificate([], 0) });
      assert.equal(secure.secureUrl, `https://${reachable}:${secure.port}`);
    });
  }

  /** Node's own server, of which a request tells. */
  async function serverBehind({ url }: RunningServer): Promise<Server> {
    let server: Server | undefined;
    const learn = (message: unknown) => {
      server = (message as { server: Server }).server;
    };
    subscribe('http.server.request.start', learn);
    assert.equal((await fetch(url)).status, 200);
    unsubscribe('http.server.request.start', learn);
    return server as unknown as Server;
  }

  test('lives on when the system accepts no connection for a while, and says so', async () => {
    const reports: unknown[] = [];
    const running = await start({ report: (error) => reports.push(error) });
    const server = await serverBehind(running);
    const failure = new Error('accept EMFILE');
    server.emit('error', failure);
    assert.deepEqual(reports, [failure]);
    assert.equal((await fetch(running.url)).status, 200);
  });

  test('gives clients twenty seconds for the headers of a request, two minutes for all of it, and 75 s between two', async () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = await serverBehind(await start());
    assert.deepEqual([headersTimeout, requestTimeout, keepAliveTimeout], [20_000, 120_000, 75_000]);
  });

  test('takes bodies of eight mebibytes where nothing else is said, and waits five seconds when it closes', async () => {
    const timers = new VirtualTime(0);
    let asked = 0;
    const server = await startAsShipped({
      timers,
      handle: () => {
        asked++;
        return new Promise(() => undefined);
      },
      refuse: ({ status, message }) => ({ status, headers: {}, body: message }),
    });
    const announced = (bytes: number) =>
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\nExpect: 100-continue\r\n\r\n`;
    const { socket, next } = await opened(server.port);
    socket.write(announced(8 * 1024 * 1024));
    assert.match(await next(), /^HTTP\/1\.1 100 Continue/);
    const refused = await exchange(server.port, announced(8 * 1024 * 1024 + 1));
    assert.equal(statusOf(refused), 413);
    assert.match(refused, /\r\n\r\nThe request body is larger than 8388608 bytes\.$/);
    const unanswered = exchange(server.port, post(server.port, '{}'));
    while (asked === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close();
    assert.equal(timers.leap(4_999), false);
    assert.equal(timers.leap(5_000), true);
    assert.equal(await unanswered, '');
    await closed;
  });

  test('sends the head of a reply that is written as it comes about before anything of it is there', async () => {
    const { url } = await start({
      handle: async () => ({
        status: 200,
        headers: { 'x-first': 'head' },
        body: (_, left) => new Promise((resolve) => left.addEventListener('abort', () => resolve())),
      }),
    });
    const answer = await fetch(url);
    assert.deepEqual([answer.status, answer.headers.get('x-first')], [200, 'head']);
    assert.equal(answer.headers.get('connection'), 'close');
    await answer.body?.cancel();
  });

  test('tells clients how long a connection may stand idle, which is longer than SDKs keep one', async () => {
    assert.equal((await fetch((await start()).url)).headers.get('keep-alive'), 'timeout=75');
  });

  test('refuses to start on a port that is taken', async () => {
    const { port } = await start();
    await assert.rejects(start({ port }), { code: 'EADDRINUSE' });
  });

  test('answers what is at hand when it closes, drops idle connections, and takes no more', async () => {
    let answer: (() => void) | undefined;
    const timers = new VirtualTime(0);
    const server = await start({
      timers,
      handle: ({ path }) =>
        new Promise((resolve) => {
          const reply = () => resolve({ status: 200, headers: {}, body: 'late' });
          if (path === '/soon') reply();
          else answer = reply;
        }),
    });
    const idle = await Promise.all([opened(server.port), opened(server.port)]);
    const idleClosed = Promise.all(
      idle.map(({ socket }) => new Promise((resolve) => socket.on('close', resolve))),
    );
    // One of them has been of use before.
    idle[0].socket.write('GET /soon HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.match(await idle[0].next(), /keep-alive/);
    const busy = exchange(server.port, post(server.port, '{}'));
    while (!answer) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close();
    answer();
    assert.match(await busy, /late$/);
    await Promise.all([closed, idleClosed, server.close()]);
    assert.equal(await exchange(server.port, post(server.port, '')), '');
    assert.equal(timers.leap(Number.POSITIVE_INFINITY), false, 'nothing waits any more');
  });

  test('drops what has not been answered within the grace', async () => {
    const server = await start({ handle: () => new Promise(() => undefined), limits: { closeGraceMs: 50 } });
    const busy = exchange(server.port, post(server.port, '{}'));
    const half = await opened(server.port);
    half.socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab');
    await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    assert.equal(await busy, '');
  });

  test('keeps nothing of connections that ended without a request', async (t) => {
    const { port } = await start();
    const sockets: WeakRef<object>[] = [];
    const learn = (message: unknown) =>
      void sockets.push(new WeakRef((message as { socket: object }).socket));
    subscribe('net.server.socket', learn);
    t.after(() => unsubscribe('net.server.socket', learn));
    for (let i = 0; i < 8; i++) {
      const { socket } = await opened(port);
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.end();
      await closed;
    }
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const kept = () => sockets.filter((socket) => socket.deref()).length;
    assert.equal(sockets.length, 8);
    // The engine may hold on to the last ones for a while.
    for (let turn = 0; turn < 20 && kept() > 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    assert.ok(kept() <= 3, `${kept()} connections are kept`);
  });

  test('keeps connections alive', async () => {
    const { port } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 3; i++) {
      await new Promise<void>((resolve, reject) => {
        const client = httpRequest({ port, agent, headers: { host: 'localhost' } }, (response) => {
          ports.add(response.socket.localPort);
          response.resume().on('end', resolve);
        });
        client.on('error', reject);
        client.end();
      });
    }
    agent.destroy();
    assert.equal(ports.size, 1);
  });
});

test('an IPv4 address is one on a socket of both families, too', () => {
  const shown = {
    '::ffff:192.0.2.7': '192.0.2.7',
    '192.0.2.7': '192.0.2.7',
    '::1': '::1',
    '::ffff:0:1': '::ffff:0:1',
  };
  for (const [address, plain] of Object.entries(shown)) assert.equal(plainAddress(address), plain);
  assert.equal(plainAddress(undefined), '');
});
