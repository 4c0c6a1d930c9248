/** The machine's sockets. */
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Connection, Secure, Sockets } from '../sockets.ts';

export const nodeSockets: Sockets = {
  listen(address, accept) {
    if ('path' in address) rmSync(address.path, { force: true });
    const server = createServer({ noDelay: true }, accept);
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
