/** The console's page and its files. They hold nothing of the world, so whoever reaches the server may have them. */
import { uuid } from '../../platform/identifiers.ts';
import type { ConsoleFiles } from '../../platform/node/console-files.ts';
import type { Entropy } from '../../platform/ports.ts';
import type { HttpResponse } from '../../wire/http.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

const PAGE = 'index.html';
/** In the page, where the nonce of the answer goes. */
const NONCE_MARK = '%NONCE%';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Nothing from elsewhere, no inline script, no inline style but the editor's, which has the nonce. */
const contentPolicy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** `name` is what follows the console's prefix in the path. */
export async function consolePage(
  name: string,
  files: ConsoleFiles,
  entropy: Entropy,
): Promise<HttpResponse> {
  const file = name === '' ? PAGE : name;
  const content = await files(file);
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1)];
  if (!content || !type) {
    const isPage = file === PAGE;
    const sentence = isPage
      ? 'The console is not built here: npm run console builds it.'
      : 'There is no such file.';
    return { status: 404, headers: { ...HEADERS, 'content-type': 'text/plain' }, body: `${sentence}\n` };
  }
  if (file !== PAGE) {
    // Names carry a hash of the content.
    const headers = {
      ...HEADERS,
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
    };
    return { status: 200, headers, body: content };
  }
  const nonce = uuid(entropy).replaceAll('-', '');
  return {
    status: 200,
    headers: {
      ...HEADERS,
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy': contentPolicy(nonce),
    },
    body: content.toString().replaceAll(NONCE_MARK, nonce),
  };
}
