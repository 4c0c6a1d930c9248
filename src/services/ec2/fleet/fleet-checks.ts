/** What whoever makes or changes a fleet must be allowed: to use its templates, and what its overrides name. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { FleetLaunchTemplateConfigRequest } from '../../../shapes/generated/ec2.ts';
import { imageKind } from '../image/image.ts';
import { templateCheck } from '../launch-template/launch-template.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { resourceCheck } from '../resource/kind.ts';

export async function namedResourceChecks(
  context: ResolveContext,
  action: string,
  configs: readonly FleetLaunchTemplateConfigRequest[],
) {
  const overrides = configs.flatMap(({ Overrides: all = [] }) => all);
  const named = (values: readonly (string | undefined)[]) =>
    new Set(values.filter((value) => value !== undefined));
  const templates: Check<unknown>[] = [];
  for (const { LaunchTemplateSpecification: specification = {} } of configs)
    templates.push(await templateCheck(context, action, specification));
  const subnets: Check<unknown>[] = [];
  for (const id of named(overrides.map(({ SubnetId }) => SubnetId)))
    subnets.push(await resourceCheck(context, subnetKind, action, id));
  const images: Check<unknown>[] = [];
  for (const id of named(overrides.map(({ ImageId }) => ImageId)))
    images.push(await resourceCheck(context, imageKind, action, id));
  return { templates, subnets, images };
}
