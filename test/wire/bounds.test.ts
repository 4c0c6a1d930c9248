/** What a request may cost before it is known who sends it, and what it may cost afterwards. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { MAX_JSON_DEPTH, parseBoundedJson } from '../../src/aws/bounded-json.ts';
import { formOf, routingParameter } from '../../src/wire/protocols/form.ts';
import { type ServerLimits, startServer } from '../../src/wire/server.ts';
import { formRequest as form } from '../worlds/http-request.ts';
import { startServerFor } from '../worlds/server.ts';

const MIB = 1024 * 1024;

describe('before the caller is known', () => {
  test('routing finds Action and Version wherever they stand, and as a whole name only', () => {
    assert.equal(routingParameter(form('Action=ListUsers&Version=2010-05-08'), 'Action'), 'ListUsers');
    assert.equal(routingParameter(form('Version=2010-05-08&Action=ListUsers'), 'Action'), 'ListUsers');
    assert.equal(routingParameter(form('xAction=No&Tag.Action=No&Action=Yes'), 'Action'), 'Yes');
    assert.equal(routingParameter(form('Version=1', 'Action=InQuery'), 'Action'), 'InQuery');
    assert.equal(routingParameter(form('Actions=No'), 'Action'), undefined);
    assert.equal(routingParameter(form('Action=&Version=2010-05-08'), 'Action'), '');
    assert.equal(routingParameter(form('=Action=No&Action=Yes'), 'Action'), 'Yes');
    assert.equal(routingParameter(form('', 'Version=1'), 'Action'), undefined);
  });

  test('routing reads no more than 256 bytes of a value', () => {
    const value = `${'x'.repeat(255)}yz`;
    for (const request of [
      form(`Action=${value}`),
      form(`Action=${value}&Version=1`),
      form('', `Action=${value}`),
    ])
      assert.equal(routingParameter(request, 'Action'), value.slice(0, 256));
    assert.equal(routingParameter(form(`Action=${value.slice(0, 256)}`), 'Action'), value.slice(0, 256));
  });

  test('a form of millions of dotted names takes no memory of their shape', async (t) => {
    const server = await startServerFor(t);
    const name = `k${'.x'.repeat(30)}=1&`;
    const body = `${name.repeat(Math.floor((7 * MIB) / name.length))}Action=DescribeInstances&Version=2016-11-15`;
    const before = process.memoryUsage().rss;
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    assert.match(await response.text(), /MissingAuthenticationToken|AuthFailure|MissingParameter/);
    assert.ok(process.memoryUsage().rss - before < 200 * MIB);
  });

  test('all bodies together have a cap, and a small request still passes', async (t) => {
    const { hold, letGo, post } = await crowdedServer(t, { bodyBytes: MIB, allBodiesBytes: 2 * MIB });
    await Promise.all([hold(MIB), hold(MIB)]);
    assert.deepEqual(await post(MIB), { status: 503, text: 'ServiceUnavailable' });
    assert.deepEqual(await post(60_000), { status: 200, text: '60000' });
    letGo();
    while ((await post(MIB)).status !== 200) await new Promise((resolve) => setImmediate(resolve));
  });

  test('the cap is 64 MiB where nothing else is said, beside the 64 KiB that each may hold anyway', async (t) => {
    const { hold, post } = await crowdedServer(t);
    const free = 64 * 1024;
    await Promise.all(Array.from({ length: 8 }, () => hold(8 * MIB)));
    // Each holds all but its last byte.
    const left = free + 64 * MIB - 8 * (8 * MIB - 1 - free);
    assert.deepEqual(await post(left + 1), { status: 503, text: 'ServiceUnavailable' });
    assert.deepEqual(await post(left), { status: 200, text: String(left) });
  });
});

/** A server that says how long a body was, and clients that keep it waiting for the last byte of theirs. */
async function crowdedServer(t: TestContext, limits: Partial<ServerLimits> = {}) {
  const server = await startServer({
    port: 0,
    handle: async ({ body }) => ({ status: 200, headers: {}, body: String(body.length) }),
    refuse: (error) => ({ status: error.status, headers: {}, body: error.code }),
    limits,
  });
  const holders: Socket[] = [];
  const letGo = () => holders.forEach((socket) => void socket.destroy());
  t.after(() => {
    letGo();
    return server.close();
  });
  const accepted: Socket[] = [];
  const learn = (message: unknown) => void accepted.push((message as { socket: Socket }).socket);
  subscribe('net.server.socket', learn);
  t.after(() => unsubscribe('net.server.socket', learn));
  /** Resolves once the server has read what is sent. */
  const hold = async (bytes: number) => {
    const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\n\r\n`;
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(head);
      socket.write(Buffer.alloc(bytes - 1));
    });
    holders.push(socket);
    const isRead = ({ remotePort, bytesRead }: Socket) =>
      remotePort === socket.localPort && bytesRead === head.length + bytes - 1;
    while (!accepted.some(isRead)) await new Promise((resolve) => setImmediate(resolve));
  };
  const post = (bytes: number) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = httpRequest(
        { port: server.port, host: '127.0.0.1', method: 'POST' },
        async (response) => {
          const text = (await response.toArray()).join('');
          resolve({ status: response.statusCode ?? 0, text });
        },
      );
      request.on('error', reject);
      request.end(Buffer.alloc(bytes));
    });
  return { hold, letGo, post };
}

describe('once the caller is known', () => {
  test('a form has a limit of parameters and of what they make', () => {
    const tooMany = Array.from({ length: 10_001 }, (_, index) => `p${index}=1`).join('&');
    assert.throws(() => formOf(form(tooMany)), { code: 'MalformedQueryString' });
    const tooWide = Array.from({ length: 9_000 }, (_, index) => `p${index}.a.b.c.d.e.f.g.h.i=1`).join('&');
    assert.throws(() => formOf(form(tooWide)), { code: 'MalformedQueryString' });
    assert.throws(() => formOf(form(`p${'.x'.repeat(40)}=1`)), { code: 'MalformedQueryString' });
  });

  test('JSON is refused by depth and by number of values, whatever is in its strings', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    assert.ok(parseBoundedJson(nested(MAX_JSON_DEPTH)));
    assert.throws(() => parseBoundedJson(nested(MAX_JSON_DEPTH + 1)), SyntaxError);
    assert.throws(() => parseBoundedJson('['.repeat(4 * MIB)), SyntaxError);
    assert.throws(() => parseBoundedJson(`[${'1,'.repeat(600_000)}1]`), SyntaxError);
    const brackets = JSON.stringify({ text: `${'[{,'.repeat(400_000)}\\"` });
    assert.equal((parseBoundedJson(brackets) as { text: string }).text.length, 1_200_002);
  });
});
