/** How a call meets a condition by the way that it takes to AWS: from another network, through a VPC endpoint, over HTTPS. */
import { parseArn } from '../../aws/arn.ts';
import type { Origin, VpcEndpointOrigin } from '../../invoke/caller.ts';
import { isGiven } from '../../invoke/given-keys.ts';
import { parseNetwork } from '../../policy/ip.ts';
import type { ConditionTrace } from '../../policy/trace.ts';
import { rehearsing } from '../../rehearsal/maker.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { unmeetable } from '../statements/possible-values.ts';
import { isPrivateRange } from '../statements/private-addresses.ts';
import type { WantedValue } from '../statements/wanted-value.ts';
import type { Asking, RequestFix } from './request-fix.ts';

export function byConnection(
  condition: ConditionTrace,
  wanted: WantedValue,
  asking: Asking,
): RequestFix | undefined {
  const { key } = condition;
  if (!isGiven(key, asking.request.action) || unmeetable(condition)) return undefined;
  switch (key.toLowerCase()) {
    case 'aws:sourceip':
      return wanted.isExample ? undefined : fromNetwork(condition);
    case 'aws:securetransport':
      return wanted.value === 'true'
        ? {
            how: 'over HTTPS',
            conditions: { [key]: wanted.value },
            revise: (call) => withOrigin(call, { secureTransport: true }),
          }
        : undefined;
    case 'aws:calledvia':
    case 'aws:calledviafirst':
    case 'aws:calledvialast':
      return wanted.isExample
        ? undefined
        : {
            how: `by ${oneOf(valuesOf(condition))} for the caller`,
            conditions: { [key]: wanted.value, 'aws:ViaAWSService': true },
            revise: (call) => byService(call, wanted.value),
          };
    default:
      return throughNamed(condition, wanted, asking);
  }
}

const valuesOf = ({ resolved, expected }: ConditionTrace): readonly string[] =>
  (resolved ?? expected).filter((value) => value !== null && !value.includes('${')) as string[];

const oneOf = (values: readonly string[]): string => values.join(' or ');
const addressIn = (range: string): string => range.split('/', 1)[0] ?? '';

/** AWS sees no private address of a call from the internet. */
function fromNetwork(condition: ConditionTrace): RequestFix | undefined {
  const networks = valuesOf(condition).filter((range) => parseNetwork(range) && !isPrivateRange(range));
  const [first] = networks;
  if (first === undefined) return undefined;
  const sourceIp = addressIn(first);
  return {
    how: `from an address in ${oneOf(networks)}`,
    conditions: { [condition.key]: sourceIp },
    revise: (call) => withOrigin(call, { sourceIp, vpcEndpoint: undefined }),
  };
}

interface WantedEndpoint {
  readonly how: string;
  /** All that a condition says of it. */
  readonly known: Partial<VpcEndpointOrigin>;
}

/** Which endpoint the call has to come through for the key to have one of the values. */
const ENDPOINTS: Readonly<Record<string, (first: string, all: string) => WantedEndpoint>> = {
  'aws:sourcevpce': (id, all) => ({ how: `VPC endpoint ${all}`, known: { id } }),
  'aws:sourcevpc': (vpcId, all) => ({ how: `an endpoint of ${all}`, known: { vpcId } }),
  'aws:sourcevpcarn': (arn) => {
    const { account, resource = '' } = parseArn(arn) ?? {};
    const vpcId = resource.replace(/^vpc\//, '');
    return { how: `an endpoint of ${vpcId}`, known: { vpcId, ...(account && { account }) } };
  },
  'aws:vpcsourceip': (range, all) => ({
    how: `a VPC endpoint, from an address in ${all}`,
    known: { sourceIp: addressIn(range) },
  }),
  'aws:vpceaccount': (account, all) => ({ how: `a VPC endpoint of account ${all}`, known: { account } }),
  // The caller's own account has it, until an endpoint of another is named.
  'aws:vpceorgid': (_, all) => ({ how: `a VPC endpoint of organization ${all}`, known: {} }),
};

function throughNamed(
  condition: ConditionTrace,
  { isExample, value }: WantedValue,
  { leadsElsewhere }: Asking,
): RequestFix | undefined {
  const { key } = condition;
  const named = ENDPOINTS[key.toLowerCase()];
  if (!named) return undefined;
  // The key is only to be there, or like a pattern.
  if (isExample)
    return through(key, value, { how: 'a VPC endpoint', known: { [ANY[key.toLowerCase()] ?? 'id']: value } });
  const isAddress = key.toLowerCase() === 'aws:vpcsourceip';
  const values = valuesOf(condition).filter((each) =>
    isAddress ? parseNetwork(each) !== undefined : !leadsElsewhere(each),
  );
  const [first] = values;
  return first === undefined ? undefined : through(key, first, named(first, oneOf(values)));
}

/** What of an endpoint a key has the value of. */
const ANY: Readonly<Record<string, keyof VpcEndpointOrigin>> = {
  'aws:sourcevpc': 'vpcId',
  'aws:vpceaccount': 'account',
};

const through = (key: string, value: string, { how, known }: WantedEndpoint): RequestFix => ({
  how: `through ${how}`,
  conditions: { [key]: value },
  revise: (call) => throughEndpoint(call, known),
});

/** Of an endpoint or a VPC no more is known than what the condition says of it. */
export function throughEndpoint(call: RehearsedCall, known: Partial<VpcEndpointOrigin>): RehearsedCall {
  if (call.caller.kind !== 'external') return call;
  const { account } = call.caller.identity;
  const unknown = { id: '', vpcId: '', account, sourceIp: call.caller.origin.sourceIp };
  return withOrigin(call, { vpcEndpoint: { ...unknown, ...call.caller.origin.vpcEndpoint, ...known } });
}

function byService(call: RehearsedCall, host: string): RehearsedCall {
  if (call.caller.kind !== 'external') return call;
  const { region, identity } = call.caller;
  const { principal, session } = identity;
  if (!('account' in principal)) return call;
  const viaService = host.replace(/\.amazonaws\.com$/, `.${region}.amazonaws.com`);
  const service = { invokedBy: host, viaService, calledVia: [host], isLentRole: false };
  return { ...call, caller: rehearsing(principal, region, { ...(session && { session }), service }) };
}

function withOrigin(call: RehearsedCall, change: Partial<Origin>): RehearsedCall {
  if (call.caller.kind !== 'external') return call;
  return { ...call, caller: { ...call.caller, origin: { ...call.caller.origin, ...change } } };
}
