/** What lets EventBridge itself put an event from one bus of an account on another. */
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { EVENTBRIDGE } from '../events.ts';

export const ownBusPolicy: NamedPolicy = (() => {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: EVENTBRIDGE.principal },
    Action: 'events:PutEvents',
    Resource: '*',
  };
  const result = internPolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }), 'resource');
  if (!result.ok) throw new Error(result.message);
  return { name: 'EventBridge, for buses of one account', policy: result.policy };
})();
