/** What a browser is shown at the server's address: what this is, and how to go on. Clients of AWS ask for no HTML there. */
import { hash } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../wire/http.ts';
import { CONTROL_PREFIX } from './control-api.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 44rem; margin: 4rem auto; padding: 0 1.5rem }
  pre { padding: 1rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); border-radius: 6px }
  footer { margin-top: 3rem; opacity: .7 }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Undefined for a request that is not a browser's for the page. */
export function frontPage(request: HttpRequest, version: string): HttpResponse | undefined {
  const { method, path, query, headers } = request;
  const isAsked = path === '/' && query === '' && (method === 'GET' || method === 'HEAD');
  if (!isAsked || headers.authorization !== undefined || !/\btext\/html\b/.test(headers.accept ?? ''))
    return undefined;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
    body: pageOf(addressOf(request), version),
  };
}

/** As the browser has it. What is no plain authority has not come past the host policy, and is not repeated. */
function addressOf({ headers: { host = '' }, secureTransport }: HttpRequest): string {
  const authority = /^[\w.:[\]-]+$/.test(host) ? host : 'localhost';
  return `${secureTransport ? 'https' : 'http'}://${authority}`;
}

const pageOf = (address: string, version: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Latchkey</title>
<style>${STYLE}</style>
<h1>Latchkey</h1>
<p>A local AWS that authorizes every call as AWS does, and explains who may use which encryption key. It is running: this is its
endpoint for AWS clients, <code>${address}</code>.</p>
<h2>Point a shell at it</h2>
<pre>eval "$(npx latchkey env --admin --endpoint ${address})"
aws kms create-key
aws ec2 create-volume --availability-zone us-east-1a --size 1 --encrypted</pre>
<h2>Ask it</h2>
<pre>npx latchkey explain i-0123456789abcdef0   # why it stopped, and the least that mends it
npx latchkey who-can alias/app             # who may use a key, directly and through services
npx latchkey watch --denied                # what is being refused</pre>
<h2>Look at it</h2>
<p><code>npx latchkey console</code> opens the console here in the browser.</p>
<footer>Version ${version} · <a href="${CONTROL_PREFIX}health">health</a></footer>
</html>
`;
