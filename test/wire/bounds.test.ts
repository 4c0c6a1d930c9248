/** What a request may cost before it is known who sends it, and what it may cost afterwards. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { MAX_JSON_DEPTH, parseBoundedJson } from '../../src/aws/bounded-json.ts';
import { formOf, routingParameter } from '../../src/wire/form.ts';
import { startServer } from '../../src/wire/server.ts';
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
    const server = await startServer({
      port: 0,
      handle: async ({ body }) => ({ status: 200, headers: {}, body: String(body.length) }),
      refuse: (error) => ({ status: error.status, headers: {}, body: error.code }),
      limits: { bodyBytes: MIB, allBodiesBytes: 2 * MIB },
    });
    t.after(() => server.close());
    const holders: Socket[] = [];
    const hold = () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.write(`POST / HTTP/1.1\r\nHost: localhost:${server.port}\r\nContent-Length: ${MIB}\r\n\r\n`);
      socket.write(Buffer.alloc(MIB - 1));
      holders.push(socket);
    };
    t.after(() => holders.forEach((socket) => void socket.destroy()));
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
    // A post that came first may have taken the place of a body that was to be held: one more is sent, then.
    while ((await post(MIB)).status !== 503) hold();
    assert.deepEqual(await post(MIB), { status: 503, text: 'ServiceUnavailable' });
    assert.deepEqual(await post(60_000), { status: 200, text: '60000' });
    for (const socket of holders) socket.destroy();
    while ((await post(MIB)).status !== 200) await new Promise((resolve) => setImmediate(resolve));
  });
});

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
