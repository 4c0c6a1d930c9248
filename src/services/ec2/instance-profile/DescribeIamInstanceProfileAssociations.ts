/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIamInstanceProfileAssociations.html */
import { filtersTest } from '../describe/filter.ts';
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { type InstanceRecord, instanceKind } from '../instance/instance.ts';
import { accountCheck, listResources } from '../resource/kind.ts';
import { showAssociation } from './instance-profile.ts';

export default ec2.operation('DescribeIamInstanceProfileAssociations', {
  readOnly: true,
  checks: (context) => ({
    describe: accountCheck(context, 'ec2:DescribeIamInstanceProfileAssociations'),
  }),
  async execute(context, input) {
    const matches = filtersTest<InstanceRecord>(input.Filters, {
      'instance-id': ({ id }) => id,
      state: () => 'associated',
    });
    const isAsked = ({ profile }: InstanceRecord) =>
      profile !== undefined && (input.AssociationIds?.includes(profile.associationId) ?? true);
    const found = (await listResources(context.tx, instanceKind, context)).filter(
      (instance) => instance.state !== 'terminated' && isAsked(instance) && matches(instance),
    );
    const page = pageOf(found, ({ id }) => id, input);
    return {
      IamInstanceProfileAssociations: page.items.map((instance) =>
        showAssociation(instance, instance.profile!, 'associated'),
      ),
      NextToken: page.nextToken,
    };
  },
});
