import { asAlways, type CommandManual } from '../blocks.ts';

type Exits = CommandManual['exits'];

function always(...codes: readonly number[]): Exits {
  return Object.fromEntries(codes.map((code) => [code, asAlways]));
}

/** For a command that needs no look at the host. */
export const tellingExits: Exits = always(0, 1, 2, 130, 143);

/** For a command that looks at the host. */
export const lookingExits: Exits = { ...tellingExits, ...always(9) };

/** For a command that acts on one volume. */
export const actingExits: Exits = { ...lookingExits, ...always(3, 4, 7, 8, 11, 12) };
