/** The bytes that a client of the SDK sends, without sending them: it is handed the transport. */
interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export async function signedRequest(
  send: (transport: { handle(request: unknown): never }) => Promise<unknown>,
): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  const caught = new Error('caught');
  const handle = (sent: unknown): never => {
    const { method, path, headers, body } = sent as SignedRequest;
    const content = Buffer.from(body ?? '');
    const lines = Object.entries({ ...headers, 'content-length': String(content.length) });
    const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
    bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content]);
    throw caught;
  };
  await send({ handle }).catch((error: unknown) => {
    if (error !== caught) throw error;
  });
  return bytes;
}
