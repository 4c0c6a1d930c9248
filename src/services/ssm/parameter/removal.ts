/** The end of a parameter: all its versions go with it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { noParameter } from '../errors.ts';
import { versions, versionsOf } from '../version/version.ts';
import { parameters } from './parameter.ts';
import { emitParameterChange } from './parameter-event.ts';
import type { ParameterRecord } from './parameter-record.ts';
import { isPublic } from './public-parameters.ts';

/** Throws where the parameter is AWS's, which is as good as not there for who wants to delete it. */
export async function removeParameter(context: EffectContext, parameter: ParameterRecord): Promise<void> {
  if (isPublic(parameter)) throw noParameter();
  const { account, region, name } = parameter;
  const all = await versionsOf(context, parameter);
  for (const { version } of all) context.tx.delete(versions, [account, region, name, version]);
  emitParameterChange(context, 'Delete', parameter, all.at(-1));
  context.tx.delete(parameters, [account, region, name]);
}
