import type { CommandResult } from '../../model/command.ts';
import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { toolFailure } from '../tool-result.ts';

/** A message that the manager prints with an exit code, and what it means. */
interface Saying {
  readonly code: number;
  readonly pattern: RegExp;
  readonly problem: (name: string, match: RegExpExecArray) => Problem;
}

/** For a refusal whose message already says what is wrong. */
const passedOn = (name: string, [line]: RegExpExecArray): Problem =>
  refusal(name, 'manager-refused', { line });

type Users = 'mounts' | 'devices' | 'kernel';

const usedBy =
  (by: Users) =>
  (name: string, [line]: RegExpExecArray): Problem =>
    refusal(name, 'manager-finds-users', { by, line });

const unspecific = 1;
const state = 5;
const system = 6;
const user = 7;

const sayings: readonly Saying[] = [
  {
    code: unspecific,
    pattern: /^Could not lock file (\S+)$/,
    problem: (name, [, lock = '']) => refusal(name, 'manager-locked', { lock, holder: null }),
  },
  {
    code: state,
    pattern: /^VDO volume \S+ previous operation \(([a-z ]+)\) is incomplete\b/,
    problem: (name, [, operation = '']) => {
      return { kind: 'cut-off', name, operation, known: 'the manager says so' };
    },
  },
  {
    code: state,
    pattern: /^cannot stop VDO volume with mounts \S+$/,
    problem: usedBy('mounts'),
  },
  {
    code: state,
    pattern: /^cannot stop VDO volume \S+: in use$/,
    problem: usedBy('devices'),
  },
  {
    code: system,
    pattern: /^cannot stop VDO service \S+: device in use$/,
    problem: usedBy('kernel'),
  },
  {
    code: user,
    pattern: /^VDO volume \S+ not found$/,
    problem: (name) => {
      return { kind: 'no-such-volume', name, known: [] };
    },
  },
  { code: state, pattern: /^VDO volume \S+ must be running$/, problem: passedOn },
  { code: user, pattern: /^VDO volume \S+ already exists$/, problem: passedOn },
  { code: user, pattern: /^Device \S+ already configured for VDO use$/, problem: passedOn },
  { code: user, pattern: /^Can't (?:shrink|grow) a VDO volume\b.*$/, problem: passedOn },
  { code: user, pattern: /^Insufficient block map cache for \S+$/, problem: passedOn },
  { code: user, pattern: /^Not enough available memory in system\b.*$/, problem: passedOn },
];

const errorPrefix = 'vdo: ERROR - ';

/**
 * The problem behind a command that did not succeed. For `vdo`, its documented message and exit code together name the
 * problem. Anything else, such as a message of another version, is `tool-failed` with the words of the tool: the same
 * message with another exit code is not enough, and nothing is guessed.
 */
export function explainFailure(result: CommandResult, name: string): Problem {
  const { command, outcome, stderr } = result;
  if (command.file !== 'vdo' || outcome.kind !== 'exited') return toolFailure(result);
  const errors = stderr
    .split('\n')
    .flatMap((line) => (line.startsWith(errorPrefix) ? [line.slice(errorPrefix.length).trimEnd()] : []));
  // `vdo` refuses with one line. Several lines mean that a command beneath it failed, with one line from each layer.
  const [only, ...others] = errors;
  if (only === undefined || others.length > 0) return toolFailure(result);
  for (const { code, pattern, problem } of sayings) {
    const match = code === outcome.code ? pattern.exec(only) : null;
    if (match !== null) return problem(name, match);
  }
  return toolFailure(result);
}
