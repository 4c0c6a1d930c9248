/** Calls of a user who may do nothing: of what each is decided on, and by which condition keys of the call. */
import type { CallDecisions, DocumentedDecision } from '../../src/explain/what-if/decisions.ts';
import { lookupEvents } from './account.ts';
import type { Credentials, TestServer } from './server.ts';
import type { Transcript } from './transcript.ts';

const USER = 'mary';

/** Makes the user, and gives what calls and notes as steps. `keys`: which say something of the call, and not of its caller or time. */
export async function askedKeys(server: TestServer, t: Transcript, account: string, keys: RegExp) {
  await t.silent('iam:CreateUser', { UserName: USER });
  const made = await t.silent('iam:CreateAccessKey', { UserName: USER });
  const as: Credentials = {
    accessKeyId: made.at('AccessKey', 'AccessKeyId'),
    secretAccessKey: made.at('AccessKey', 'SecretAccessKey'),
  };
  const ofCall = ({ conditions }: DocumentedDecision) =>
    Object.entries(conditions).filter(([key]) => keys.test(key));
  return async (name: string, input: object) => {
    await t.silent(name, input, { as });
    const [event] = await lookupEvents(server, { AttributeKey: 'Username', AttributeValue: USER }, account);
    const asked = { accountId: account, eventId: event?.eventID };
    const { decisions } = await server.ask<CallDecisions>('decision', asked);
    const each = decisions.map(({ resource, decision }) => ({
      resource,
      keys: ofCall(decision as DocumentedDecision),
    }));
    t.step(String(event?.eventName), each, input);
  };
}
