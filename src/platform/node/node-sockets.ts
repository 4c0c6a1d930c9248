/** The machine's sockets. */
import { rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import type { Connection, Secure, Sockets } from '../sockets.ts';

/** More than a unix socket holds (208 KiB where Linux was left as it is), so that one read brings all there is. */
const READ_BYTES = 256 * 1024;

/** Into which all connections of a thread are read. */
const readBuffer = Buffer.alloc(READ_BYTES);

/**
 * The connection anew, to be read into the one buffer. Each read of Node's own is 64 KiB at most, and has memory of its own, which
 * is in no cache: a volume takes a tenth more of the processor, and for large writes two tenths. Node has this for sockets that
 * connect (`onread`), and a server's socket takes it with the handle of one that was accepted.
 */
function readTogether(accepted: Socket): Socket {
  const holder = accepted as unknown as { _handle: unknown };
  const handle = holder._handle;
  holder._handle = null;
  accepted.destroy();
  const callback = (bytes: number) => socket.emit('data', readBuffer.subarray(0, bytes));
  const options = { handle, onread: { buffer: readBuffer, callback } };
  const socket = new Socket(options as object);
  // What it brought goes with it.
  return socket.on('close', () => readBuffer.fill(0));
}

export const nodeSockets: Sockets = {
  listen(address, accept) {
    if ('path' in address) rmSync(address.path, { force: true });
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) =>
      accept(readTogether(socket)),
    );
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => {
        server.off('error', reject);
        // A failed accept (no descriptor is left) ends no server.
        server.on('error', () => {});
        const bound = server.address();
        const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
        resolve({ port, close: () => void server.close() });
      });
    });
  },

  tls({ certificate, privateKey, clientAuthority }): Secure {
    // Loaded where it is asked for: OpenSSL's half of Node is a twelfth of a server's memory.
    const { createSecureContext, TLSSocket } = process.getBuiltinModule('node:tls');
    const secureContext = createSecureContext({
      cert: certificate,
      key: privateKey,
      ca: clientAuthority,
      minVersion: 'TLSv1.2',
    });
    return (connection: Connection) =>
      new TLSSocket(connection as Socket, {
        isServer: true,
        secureContext,
        requestCert: clientAuthority !== undefined,
        rejectUnauthorized: true,
      });
  },
};
