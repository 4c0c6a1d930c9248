/**
 * The instance types that have what is asked for. Price protection has no part in it, on AWS neither; performance factors
 * have none here. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceTypesFromInstanceRequirements.html
 */
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { findInstanceType, instanceTypeNames } from '../instance/instance-type.ts';
import { accountCheck } from '../resource/kind.ts';
import { meets, requireRequirements } from './instance-requirements.ts';

export default ec2.operation('GetInstanceTypesFromInstanceRequirements', {
  readOnly: true,
  checks: (context) => ({
    get: accountCheck(context, 'ec2:GetInstanceTypesFromInstanceRequirements'),
  }),
  execute(_context, input) {
    const architectures: readonly string[] = input.ArchitectureTypes;
    const virtualizations: readonly string[] = input.VirtualizationTypes;
    const requirements = requireRequirements(input.InstanceRequirements);
    const names = instanceTypeNames()
      .filter((name) => {
        const { info } = findInstanceType(name)!;
        const { SupportedArchitectures = [] } = info.ProcessorInfo ?? {};
        const { SupportedVirtualizationTypes = [] } = info;
        return (
          SupportedArchitectures.some((each) => architectures.includes(each)) &&
          SupportedVirtualizationTypes.some((each) => virtualizations.includes(each)) &&
          meets(info, requirements)
        );
      })
      .sort();
    const page = pageOf(names, (name) => name, input, { max: 1000, otherwise: 1000 });
    return {
      InstanceTypes: page.items.map((InstanceType) => ({ InstanceType })),
      NextToken: page.nextToken,
    };
  },
});
