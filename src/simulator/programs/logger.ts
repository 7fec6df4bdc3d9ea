import { parseOptions } from './getopt.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';

const longestLog = 100;

/** `logger --journald`, with fields on its input, and `logger --tag TAG --priority PRIORITY -- MESSAGE`. */
export function logger(call: ProgramCall): Answer {
  const at = call.args.indexOf('--');
  const words = at < 0 ? call.args : call.args.slice(0, at);
  const message = at < 0 ? [] : call.args.slice(at + 1);
  const options = parseOptions(call, words, { flags: ['--journald'], values: ['--tag', '--priority'] });
  if (options.flags.has('--journald')) {
    const { input = '' } = call.command;
    if (!/^MESSAGE=/m.test(input)) return fail(1, 'logger: --journald: no MESSAGE\n');
    return note(call, input);
  }
  const tag = options.values.get('--tag');
  if (tag === undefined || message.length === 0) return notModelled(call, 'this use of logger');
  return note(call, `${options.values.get('--priority') ?? 'user.notice'} ${tag}: ${message.join(' ')}`);
}

function note({ world }: ProgramCall, text: string): Answer {
  const log = [...(world.systemLog ?? []), { at: world.now, text }];
  world.systemLog = log.slice(-longestLog);
  return succeed();
}
