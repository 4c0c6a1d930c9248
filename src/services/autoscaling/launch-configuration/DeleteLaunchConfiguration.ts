/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLaunchConfiguration.html */
import { autoscaling } from '../autoscaling.ts';
import { resourceInUse } from '../errors.ts';
import { groups } from '../group/group.ts';
import { configurationCheck, configurationNotFound, launchConfigurations } from './launch-configuration.ts';

export default autoscaling.operation('DeleteLaunchConfiguration', {
  checks: async (context, input) => ({
    configuration: await configurationCheck(
      context,
      'DeleteLaunchConfiguration',
      input.LaunchConfigurationName,
    ),
  }),
  async preconditions({ tx, account, region }, input, { configuration }) {
    const { LaunchConfigurationName: name } = input;
    if (!configuration.record) throw configurationNotFound(name);
    const [user] = await tx.find(groups, 'launchConfiguration', {
      prefix: [account, region, name],
      limit: 1,
    });
    if (user) {
      throw resourceInUse(
        `Cannot delete launch configuration ${name} because it is attached to AutoScalingGroup ${user.name}`,
      );
    }
  },
  execute({ tx, account, region }, input) {
    tx.delete(launchConfigurations, [account, region, input.LaunchConfigurationName]);
    return {};
  },
});
