/** What whoever makes or changes a fleet must be allowed: to use its templates, and what its overrides name. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, optional } from '../../../invoke/verdict.ts';
import type { FleetLaunchTemplateConfigRequest } from '../../../shapes/generated/ec2.ts';
import { imageKind } from '../image/image.ts';
import { templateCheck } from '../launch-template/launch-template.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { type ResourceKind, type ResourceRecord, resourceCheck } from '../resource/kind.ts';

/** Where launches are tried at once, an override that names what is not there fails by itself (aws-facts I27). */
export async function namedResourceChecks(
  context: ResolveContext,
  action: string,
  configs: readonly FleetLaunchTemplateConfigRequest[],
  { mayBeMissing }: { readonly mayBeMissing: boolean },
) {
  const overrides = configs.flatMap(({ Overrides: all = [] }) => all);
  const named = async <R extends ResourceRecord>(
    kind: ResourceKind<R>,
    ids: readonly (string | undefined)[],
  ): Promise<Check<unknown>[]> => {
    const checks: Check<unknown>[] = [];
    for (const id of new Set(ids)) {
      if (id === undefined) continue;
      const check = await resourceCheck(context, kind, action, id);
      checks.push(mayBeMissing ? optional(check) : check);
    }
    return checks;
  };
  const templates: Check<unknown>[] = [];
  for (const { LaunchTemplateSpecification: specification = {} } of configs)
    templates.push(await templateCheck(context, action, specification));
  return {
    templates,
    subnets: await named(
      subnetKind,
      overrides.map(({ SubnetId }) => SubnetId),
    ),
    images: await named(
      imageKind,
      overrides.map(({ ImageId }) => ImageId),
    ),
  };
}
