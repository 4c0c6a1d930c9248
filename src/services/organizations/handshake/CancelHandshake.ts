/**
 * Takes an invitation back: for the management account that made it.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CancelHandshake.html
 */
import { organizations } from '../organizations.ts';
import { ended, handshakeCheck, handshakes, shownHandshake } from './handshake.ts';

export default organizations.operation('CancelHandshake', {
  checks: async (context, { HandshakeId }) => ({
    handshake: await handshakeCheck(context, HandshakeId, 'CancelHandshake', ['managementAccount']),
  }),
  async execute({ tx, nowMs }, _input, { handshake: { record } }) {
    const handshake = ended(record, 'CANCELED', nowMs);
    tx.put(handshakes, handshake);
    return { Handshake: await shownHandshake(tx, handshake, nowMs) };
  },
});
