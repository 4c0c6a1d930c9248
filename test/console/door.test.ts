/** The console's door: its page is anybody's, a ticket opens one session, and a session asks only from its own page. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ConsoleSessions } from '../../src/control/console/sessions.ts';
import type { HttpRequest } from '../../src/wire/http.ts';
import { ACCOUNT } from '../worlds/account.ts';
import { builtConsole } from '../worlds/console.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** As a browser sends it that is on the page. */
const send = (path: string, { method = 'POST', headers = {}, body = {} }: Sent = {}) =>
  fetch(`${server.url}/_latchkey/${path}`, {
    method,
    headers: { 'content-type': 'application/json', origin: server.url, ...headers },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });

async function newTicket(): Promise<string> {
  const { path } = await server.ask<{ path: string }>('console-ticket');
  assert.match(path, /^\/_latchkey\/console\/#ticket=[0-9a-f]{64}$/);
  return path.split('=')[1] as string;
}

async function newSession(): Promise<{ cookie: string; 'x-latchkey-console': string }> {
  const opened = await send('console/session', { body: { ticket: await newTicket() } });
  assert.equal(opened.status, 200);
  const { key } = (await opened.json()) as { key: string };
  return { cookie: opened.headers.get('set-cookie')?.split(';')[0] ?? '', 'x-latchkey-console': key };
}

before(async () => {
  server = await startServerFor(undefined, { consoleFolder: await builtConsole() });
});
after(() => server.close());

describe('the page', () => {
  test('is served to whoever asks, with a policy that lets nothing in from elsewhere', async () => {
    const page = await send('console/', { method: 'GET' });
    assert.equal(page.status, 200);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('cache-control'), 'no-store');
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[0-9a-f]{32}'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    for (const one of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"])
      assert.ok(policy.includes(one));
    const html = await page.text();
    assert.doesNotMatch(html, /%[A-Z]+%|https?:|<script(?![^>]* src=)/);
    for (const [, name] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const file = await send(`console/${name}`, { method: 'GET' });
      assert.equal(file.status, 200, name);
      assert.match(file.headers.get('cache-control') ?? '', /immutable/);
      await file.arrayBuffer();
    }
  });

  test('has a nonce of its own each time', async () => {
    const nonces = new Set<string | undefined>();
    for (let times = 0; times < 3; times++) {
      const html = await (await send('console/', { method: 'GET' })).text();
      nonces.add(/csp-nonce" content="([0-9a-f]{32})"/.exec(html)?.[1]);
    }
    assert.equal(nonces.size, 3);
  });

  test('no path leads out of its folder', async () => {
    for (const name of [
      '..%2f..%2fpackage.json',
      '.env',
      'a/b.js',
      'none.js',
      'index.html%00.js',
      '%2e%2e%2findex.html',
    ]) {
      assert.equal((await send(`console/${name}`, { method: 'GET' })).status, 404, name);
    }
  });
});

describe('a session', () => {
  test('is opened by a ticket once, and its cookie is for no script and no other site', async () => {
    const ticket = await newTicket();
    const opened = await send('console/session', { body: { ticket } });
    const cookie = opened.headers.get('set-cookie') ?? '';
    assert.match(
      cookie,
      /^latchkey-console-\d+=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/_latchkey\/$/,
    );
    const again = await send('console/session', { body: { ticket } });
    assert.equal(again.status, 403);
    assert.match(((await again.json()) as { message: string }).message, /used before/);
    assert.equal((await send('console/session', { body: { ticket: 'f'.repeat(64) } })).status, 403);
  });

  test('is not opened by a ticket of ten minutes ago, and ends after twelve hours', () => {
    let nowMs = 0;
    let count = 0;
    const entropy = { bytes: (length: number) => Buffer.alloc(length, ++count) };
    const sessions = new ConsoleSessions({ nowMs: () => nowMs }, entropy);
    const request = {
      headers: { host: 'localhost:1', origin: 'http://localhost:1' },
    } as unknown as HttpRequest;
    const late = sessions.issueTicket();
    nowMs += 10 * 60_000 + 1;
    assert.equal(sessions.open(late, request), undefined);
    const { key, cookie = '' } = sessions.open(sessions.issueTicket(), request) ?? {};
    const headers = { ...request.headers, cookie: cookie.split(';')[0], 'x-latchkey-console': key };
    const page = { ...request, headers } as HttpRequest;
    assert.equal(sessions.admits(page), true);
    nowMs += 12 * 60 * 60_000 + 1;
    assert.equal(sessions.admits(page), false);
  });

  test('answers the page', async () => {
    const asked = await send('v1/world', { headers: await newSession() });
    assert.equal(asked.status, 200);
    assert.equal(((await asked.json()) as { kind: string }).kind, 'local');
  });

  test('is nothing with one of its two secrets, or with those of two sessions', async () => {
    const [one, other] = [await newSession(), await newSession()];
    const key = { 'x-latchkey-console': one['x-latchkey-console'] };
    const some: Record<string, string>[] = [
      { cookie: one.cookie },
      key,
      { ...key, cookie: other.cookie },
      {},
    ];
    for (const headers of some) assert.equal((await send('v1/world', { headers })).status, 403);
  });

  test('answers no request that another page could send', async () => {
    const session = await newSession();
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:1` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const refused = await send('v1/perform', { headers: { ...session, ...headers } });
      assert.equal(refused.status, 403, JSON.stringify(headers));
    }
    const withoutOrigin = await fetch(`${server.url}/_latchkey/v1/world`, {
      method: 'POST',
      headers: { ...session },
    });
    assert.equal(withoutOrigin.status, 403);
  });

  test('gives out no credentials, and no operation that answers with a secret', async () => {
    const headers = await newSession();
    for (const question of ['account', 'issuer', 'rekey', 'records', 'console-ticket', 'settle'])
      assert.equal((await send(`v1/${question}`, { headers })).status, 403, question);
    for (const [service, operation] of [
      ['kms', 'Decrypt'],
      ['kms', 'GenerateDataKey'],
      ['ssm', 'GetParameter'],
      ['ec2', 'GetPasswordData'],
      ['ec2', 'DescribeInstanceAttribute'],
      ['iam', 'CreateAccessKey'],
    ]) {
      const body = { calls: [{ service, operation, input: {} }] };
      const refused = await send('v1/describe', { headers, body });
      assert.equal(refused.status, 400);
      assert.match(((await refused.json()) as { message: string }).message, /not one of what is described/);
    }
    const body = { service: 'iam', operation: 'CreateUser', input: { UserName: 'ann' } };
    assert.equal((await send('v1/perform', { headers, body })).status, 200);
    const made = await send('v1/perform', {
      headers,
      body: { service: 'iam', operation: 'CreateAccessKey', input: { UserName: 'ann' } },
    });
    assert.deepEqual(await made.json(), { made: 'iam:CreateAccessKey', by: `arn:aws:iam::${ACCOUNT}:root` });
  });
});
