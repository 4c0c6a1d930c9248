/** Hosts and origins at ports and addresses that a test cannot listen on, and what a refusal says. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hostPolicy } from '../../src/wire/host-policy.ts';

/** What is refused of a request, by the header that the message names; undefined where it may pass. */
function refused(port: number, headers: Record<string, string>, localAddress = '127.0.0.1', anyPort = false) {
  const error = hostPolicy({ port, anyPort }).check(headers, localAddress);
  return error && /because its (\S+) header/.exec(error.message)?.[1];
}

describe('an origin without a port has that of its scheme', () => {
  for (const [port, origin, what] of [
    [80, 'http://localhost', undefined],
    [443, 'https://localhost', undefined],
    [80, 'https://localhost', 'Origin'],
    [443, 'http://localhost', 'Origin'],
    [443, 'http://localhost:443', undefined],
    [80, 'https://localhost:80', undefined],
    [80, 'ftp://localhost', 'Origin'],
    [80, 'x-http://localhost', 'Origin'],
    [80, 'localhost', 'Origin'],
  ] as const) {
    test(`${origin} at port ${port}`, () => {
      assert.equal(refused(port, { host: `localhost:${port}`, origin }), what);
      assert.equal(refused(port, { host: `localhost:${port}`, origin }, '127.0.0.1', true), what);
    });
  }
});

describe('an address is answered to where it is the one that a request came to', () => {
  for (const [host, localAddress, what] of [
    ['10.0.0.5:4566', '10.0.0.5', undefined],
    ['10.0.0.5', '10.0.0.5', undefined],
    ['10.0.0.5:4566', '::ffff:10.0.0.5', undefined],
    ['10.0.0.5:4567', '10.0.0.5', 'Host'],
    ['10.0.0.5:4566', '10.0.0.6', 'Host'],
    ['[fd00::1]:4566', 'fd00::1', undefined],
    ['[fd00::1]', 'fd00::1', undefined],
    ['fd00::1', 'fd00::1', 'Host'],
    ['[fd00::2]:4566', 'fd00::1', 'Host'],
  ] as const) {
    for (const anyPort of [false, true]) {
      test(`${host} at ${localAddress}${anyPort ? ', on every address' : ''}`, () => {
        assert.equal(refused(4566, { host }, localAddress, anyPort), what);
      });
    }
  }

  test('and not where the socket is gone', () => {
    const gone = hostPolicy({ port: 4566 }).check({ host: ':4566' }, undefined);
    assert.match(gone?.message ?? '', /Host header ":4566" is not one/);
  });
});

test('each request is judged, whatever those before it have named', () => {
  const { check } = hostPolicy({ port: 4566, hostnames: ['Kms.Test', '*.AWS.test:80'] });
  for (const [host, passes] of [
    ['kms.test:4566', true],
    ['kms.test:4567', false],
    ['KMS.TEST', true],
    ['a.aws.test:80', true],
    ['a.aws.test', false],
    ['kms.test', true],
    ['evil.test', false],
    ['localhost', true],
    ['localhost:4567', false],
    ['evil.test', false],
  ] as const) {
    assert.equal(check({ host }, '127.0.0.1') === undefined, passes, host);
  }
});

test('a refusal says what was named, of a long name the first hundred characters', () => {
  const said = (host?: string) =>
    hostPolicy({ port: 1 }).check(host === undefined ? {} : { host }, '')?.message;
  const advice = "; use localhost and the server's port, or start the server with --hostname NAME[:PORT].";
  const because = 'The request was refused because its Host header';
  assert.equal(said(), `${because} is missing${advice}`);
  assert.equal(said('evil'), `${because} "evil" is not one this server answers to${advice}`);
  const long = `${'x'.repeat(100)}y`;
  assert.equal(said(long), `${because} "${'x'.repeat(100)}" is not one this server answers to${advice}`);
});
