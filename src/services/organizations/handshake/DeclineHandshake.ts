/**
 * Refuses an invitation to an organization: for the account that is invited.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeclineHandshake.html
 */
import { organizations } from '../organizations.ts';
import { ended, handshakeCheck, handshakes, shownHandshake } from './handshake.ts';

export default organizations.operation('DeclineHandshake', {
  checks: async (context, { HandshakeId }) => ({
    handshake: await handshakeCheck(context, HandshakeId, 'DeclineHandshake', ['account']),
  }),
  async execute({ tx, nowMs }, _input, { handshake: { record } }) {
    const handshake = ended(record, 'DECLINED', nowMs);
    tx.put(handshakes, handshake);
    return { Handshake: await shownHandshake(tx, handshake, nowMs) };
  },
});
