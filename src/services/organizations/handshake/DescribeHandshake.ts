/**
 * Describes an invitation, for either side of it.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeHandshake.html
 */
import { organizations } from '../organizations.ts';
import { handshakeCheck, shownHandshake } from './handshake.ts';

export default organizations.operation('DescribeHandshake', {
  readOnly: true,
  checks: async (context, { HandshakeId }) => ({
    handshake: await handshakeCheck(context, HandshakeId, 'DescribeHandshake', [
      'account',
      'managementAccount',
    ]),
  }),
  async execute({ tx, nowMs }, _input, { handshake: { record } }) {
    return { Handshake: await shownHandshake(tx, record, nowMs) };
  },
});
