/**
 * The completion scripts ask the program for names with this word; see words.ts. Help does not show it.
 */
export const completeWord = '__complete';
