import { exitCodes } from '../../model/exit-code.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = () => Promise.resolve(exitCodes.ok);
