/**
 * A deny of all that does not come from private addresses: no call over the internet has one, so it meets everybody who is not behind
 * a VPC endpoint, and those as well: of theirs AWS tells the address by another key (aws-facts G2.9).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip
 */
import type { StatementTrace } from '../../policy/trace.ts';
import { isPrivateRange } from '../statements/private-addresses.ts';
import { throughEndpoint } from './by-connection.ts';
import type { Conditions } from './fixes.ts';
import type { Question } from './near-miss.ts';
import type { Candidate } from './remedy.ts';

type AsMeant = Required<Pick<Candidate, 'conditions' | 'revise'>> & {
  readonly how: string;
  readonly Condition: Conditions;
};

/** The statement with the key that such addresses have, and the call as it then has to be made. */
export function ofPrivateNetworks(
  { isOwnCall }: Question,
  { conditions = [] }: StatementTrace,
  written: Conditions = {},
): AsMeant[] {
  const found = conditions.find(
    ({ key, operator, expected }) =>
      /^aws:SourceIp$/i.test(key) && /^NotIpAddress/.test(operator) && expected.every(isPrivateRange),
  );
  const { operator = '', expected = [], actual: [seen] = [] } = found ?? {};
  const [first] = expected;
  const Condition = withKey(written, operator);
  if (!isOwnCall || first === undefined || !Condition) return [];
  const sourceIp = first.split('/', 1)[0] ?? '';
  const networks = expected.join(' or ');
  const over = seen === undefined ? '' : ` (of this call it saw ${seen})`;
  return [
    {
      how: `write aws:VpcSourceIp in place of aws:SourceIp, and call through a VPC endpoint from an address in ${networks}. AWS sees a private address of such calls alone, and of those over the internet a public one, which would have to be named instead${over}. Other VPCs may have the same addresses: aws:SourceVpc says which is meant`,
      Condition,
      conditions: { 'aws:VpcSourceIp': sourceIp },
      revise: (call) => throughEndpoint(call, { sourceIp }),
    },
  ];
}

function withKey(written: Conditions, operator: string): Conditions | undefined {
  const block = written[operator] ?? {};
  const name = Object.keys(block).find((each) => each.toLowerCase() === 'aws:sourceip');
  if (name === undefined) return undefined;
  const { [name]: values, ...others } = block;
  return { ...written, [operator]: { ...others, 'aws:VpcSourceIp': values } };
}
