import { generationOf } from '../world/generation.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';

/** `modinfo -F version MODULE`: Linux' own module has no version. */
export function modinfo(call: ProgramCall): Answer {
  const [option, field, name = ''] = call.args;
  if (option !== '-F' || field !== 'version') return notModelled(call, 'this use of modinfo');
  const { module } = generationOf(call.world);
  if (name !== module.name) return fail(1, `modinfo: ERROR: Module ${name} not found.\n`);
  return succeed(module.version === undefined ? '' : `${module.version}\n`);
}
