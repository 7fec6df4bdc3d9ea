import { asAlways, type CommandManual } from '../blocks.ts';

type Exits = CommandManual['exits'];

function always(...codes: readonly number[]): Exits {
  return Object.fromEntries(codes.map((code) => [code, asAlways]));
}

/** Of a command that only tells what it knows by itself. */
export const tellingExits: Exits = always(0, 1, 2, 130, 143);

/** Of a command that looks at the host. */
export const lookingExits: Exits = { ...tellingExits, ...always(9) };

/** Of a command that does something to one volume. */
export const actingExits: Exits = { ...lookingExits, ...always(3, 4, 7, 8, 11, 12) };
