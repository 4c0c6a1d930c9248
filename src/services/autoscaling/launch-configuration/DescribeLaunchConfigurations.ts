/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLaunchConfigurations.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { pageOf } from '../page.ts';
import { launchConfigurations, showConfiguration } from './launch-configuration.ts';

export default autoscaling.operation('DescribeLaunchConfigurations', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeLaunchConfigurations') }),
  async execute({ tx, account, region }, input) {
    const { LaunchConfigurationNames: names } = input;
    const all = await tx.list(launchConfigurations, { prefix: [account, region] });
    const found = names?.length ? all.filter(({ name }) => names.includes(name)) : all;
    const { items, NextToken } = pageOf(found, ({ name }) => [name], input);
    return { LaunchConfigurations: items.map(showConfiguration), NextToken };
  },
});
