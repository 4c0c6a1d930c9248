/**
 * Lists the roots, units and accounts that a policy is attached to.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html
 */
import { arnOf, kindOf, namesOf } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { policyCheck } from './policy-check.ts';

export default organizations.operation('ListTargetsForPolicy', {
  readOnly: true,
  checks: async (context, { PolicyId }) => ({
    policy: await policyCheck(context, PolicyId, 'ListTargetsForPolicy'),
  }),
  execute(_context, input, { policy: { record } }) {
    const all = Object.entries(record.attachments).flatMap(([id, attached]) => {
      const kind = attached.includes(input.PolicyId) ? kindOf(record, id) : undefined;
      return kind === undefined ? [] : [{ id, kind }];
    });
    const { items, NextToken } = pageOf(all, ({ id }) => id, input);
    const Targets = items.map(({ id, kind }) => ({
      TargetId: id,
      Arn: arnOf(record, id),
      Name: namesOf[kind](record, id),
      Type: kind,
    }));
    return { Targets, NextToken };
  },
});
