/** The end of a parameter: all its versions go with it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { noParameter } from '../errors.ts';
import { versions, versionsOf } from '../version/version.ts';
import { parameters } from './parameter.ts';
import type { ParameterRecord } from './parameter-record.ts';
import { isPublic } from './public-parameters.ts';

/** Throws where the parameter is AWS's, which is as good as not there for who wants to delete it. */
export async function removeParameter(context: EffectContext, parameter: ParameterRecord): Promise<void> {
  if (isPublic(parameter)) throw noParameter();
  const { account, region, name } = parameter;
  for (const { version } of await versionsOf(context, parameter)) {
    context.tx.delete(versions, [account, region, name, version]);
  }
  context.tx.delete(parameters, [account, region, name]);
}
