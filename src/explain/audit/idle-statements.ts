/** Statements of a key policy that match no request, whoever makes it: what they were written for is not so. */
import { isListKey } from '../../policy/operators.ts';
import type { Condition, Statement } from '../../policy/policy.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import { isPrivateRange } from '../private-addresses.ts';
import { isLike } from '../remedies/wanted-value.ts';
import { type Finding, finding } from './finding.ts';

interface Reason {
  readonly why: string;
  readonly fix: string;
}

type About = Pick<Finding, 'subject' | 'name'>;
type Reference = NonNullable<Finding['statement']>;

export function idleStatements(
  key: KeyFacts,
  about: About,
  referenceTo: (index: number) => Reference,
): Finding[] {
  return key.policy.policy.statements.flatMap((statement) => {
    const reason = ofResource(statement, key) ?? statement.conditions.map(ofCondition).find(Boolean);
    if (!reason) return [];
    const means = statement.effect === 'Deny' ? 'denies' : 'allows';
    return [
      finding('statement-without-effect', {
        ...about,
        statement: referenceTo(statement.index),
        what: `Statement ${statement.index + 1} ${means} nothing: ${reason.why}.`,
        fix: reason.fix,
      }),
    ];
  });
}

function ofResource({ resources }: Statement, { arn }: KeyFacts): Reason | undefined {
  if (!resources || resources.not || resources.patterns.some((pattern) => isLike(pattern, arn)))
    return undefined;
  const named = resources.patterns.map((pattern) => `"${pattern}"`).join(', ');
  return {
    why: `its Resource is ${named || 'missing'}, and a key policy is about its own key alone`,
    fix: 'Write "Resource": "*".',
  };
}

const WILD = /[*?]/;

/** Operators that hold of an absent key, too, are left out: they match whatever has none. */
function ofCondition({ operator, set, ifExists, key, values }: Condition): Reason | undefined {
  if (ifExists || set === 'ForAllValues' || /Not|Null/.test(operator) || values.length === 0)
    return undefined;
  const lower = key.toLowerCase();
  if (!set && isListKey(lower))
    return {
      why: `${key} is a list, which a plain ${operator} never matches`,
      fix: `Write ForAnyValue:${operator}.`,
    };
  if (operator === 'StringEquals' && LITERAL.test(lower) && values.every((value) => WILD.test(value)))
    return {
      why: `${key} has no value with a wildcard in it, and StringEquals takes * and ? literally`,
      fix: 'Write StringLike in place of StringEquals.',
    };
  if (lower !== 'aws:sourceip') return undefined;
  if (!operator.includes('IpAddress') && values.every((value) => value.includes('/')))
    return {
      why: `aws:SourceIp is an address, and ${operator} does not take ${values.join(', ')} for a network`,
      fix: 'Write IpAddress.',
    };
  return operator === 'IpAddress' && values.every(isPrivateRange)
    ? {
        why: `${values.join(', ')} ${values.length > 1 ? 'are' : 'is'} private, and AWS sees such an address only of a call through a VPC endpoint, as aws:VpcSourceIp`,
        fix: 'Write aws:VpcSourceIp in place of aws:SourceIp, or the public addresses of the network.',
      }
    : undefined;
}

/** Keys that have ARNs, services and ids of AWS's own making. */
const LITERAL =
  /^(?:kms:viaservice|kms:calleraccount|aws:(?:principalarn|principalaccount|principalorgid|source(?:arn|account|vpce?)|userid))$/;
