/**
 * Between a client and the server: counts calls, and answers some of them as AWS does when it is busy, or no longer knows one. No
 * answer says the time: the clock of who asks may stand still, and the SDK would set it by the machine's.
 */
import { createServer, type IncomingHttpHeaders, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface ProxiedCall {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly body: string;
  /** How often it was asked, this time included. */
  readonly times: number;
}

export interface ProxyError {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** An error, an output in JSON, or undefined where the server is to answer. */
type Answer = ProxyError | { readonly json: object } | undefined;

export interface AwsProxy {
  readonly url: string;
  readonly calls: ProxiedCall[];
  answer: (call: ProxiedCall) => Answer | Promise<Answer>;
  /** Of the server behind it, which has to answer to the proxy's host name. */
  serverUrl: string;
}

export async function awsProxy(context: Pick<TestContext, 'after'>): Promise<AwsProxy> {
  const calls: ProxiedCall[] = [];
  const proxy = { calls, answer: (): Answer => undefined } as unknown as AwsProxy & { url: string };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', async () => {
      const body = Buffer.concat(chunks);
      const call = callOf(incoming.headers, incoming.url ?? '', body.toString(), calls);
      calls.push(call);
      const answer = await proxy.answer(call);
      outgoing.sendDate = false;
      if (answer) return send(outgoing, call, answer);
      const { method, url: path, headers } = incoming;
      const forwarded = request(proxy.serverUrl, { method, path, headers }, (response) => {
        const { date, ...others } = response.headers;
        outgoing.writeHead(response.statusCode ?? 500, others);
        response.pipe(outgoing);
      });
      forwarded.on('error', () => outgoing.destroy());
      forwarded.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

function callOf(
  headers: IncomingHttpHeaders,
  path: string,
  body: string,
  earlier: readonly ProxiedCall[],
): ProxiedCall {
  const [, region = '', service = ''] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  const operation =
    target || new URLSearchParams(body).get('Action') || (path.split('/operation/')[1] ?? path);
  const isSame = (call: ProxiedCall) =>
    call.service === service && call.operation === operation && call.region === region && call.body === body;
  return { service, operation, region, body, times: earlier.filter(isSame).length + 1 };
}

function send(outgoing: ServerResponse, { service }: ProxiedCall, answer: Exclude<Answer, undefined>): void {
  if ('json' in answer) {
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify(answer.json));
    return;
  }
  const { status, code, message = 'Rate exceeded' } = answer;
  const isJson = ['kms', 'cloudtrail', 'organizations'].includes(service);
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const xml =
    service === 'ec2'
      ? `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`
      : `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`;
  outgoing.writeHead(status, { 'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml' });
  outgoing.end(isJson ? JSON.stringify({ __type: code, message }) : xml);
}
