/** TLS beside what a server speaks without it, on one port: the first byte of a connection says which it is. */
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { TlsIdentity } from '../sockets.ts';
import { nodeSockets } from './node-sockets.ts';

/** A TLS connection begins with a handshake record (RFC 8446, section 5.1); no HTTP method begins so. */
const HANDSHAKE = 0x16;

export interface TlsOptions {
  readonly identity: TlsIdentity;
  /** How long a connection may be without a first byte, and a handshake may take. */
  readonly timeoutMs: number;
  /** Connections that have said nothing yet, for whoever closes the server. */
  readonly silent: Set<Socket>;
}

/** What listens for connections on the server hears of those of both kinds; call it once all listeners are there. */
export function serveTlsToo(server: EventEmitter, { identity, timeoutMs, silent }: TlsOptions): void {
  const secure = nodeSockets.tls(identity);
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
  const accept = (socket: Socket) => {
    for (const listener of listeners) listener.call(server, socket);
  };
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const drop = () => socket.destroy();
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
    socket.on('error', drop);
    socket.setTimeout(timeoutMs, drop);
    socket.once('data', (bytes) => {
      // Nothing of it may be lost on the way to whoever reads it.
      socket.pause();
      socket.unshift(bytes);
      silent.delete(socket);
      socket.setTimeout(0);
      socket.off('timeout', drop);
      if (bytes[0] !== HANDSHAKE) {
        socket.off('error', drop);
        accept(socket);
        process.nextTick(() => socket.resume());
        return;
      }
      const tls = secure(socket) as Socket;
      tls.on('error', () => tls.destroy());
      accept(tls);
    });
  });
}

export const isSecure = (socket: Socket): boolean => 'encrypted' in socket && socket.encrypted === true;
