/** A key as the table names it: a character, `ctrl-` with a character, or a word such as `page-up`. */
export type KeyName = string;

/** What Ink tells of a key. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
}

const named = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  // Ink's word for what the key Backspace sends.
  ['delete', 'backspace'],
] as const;

/** The names of the pressed keys: on a slow line several characters can come at once. */
export function nameKeys(input: string, key: InkKey): readonly KeyName[] {
  const found = named.find(([flag]) => key[flag]);
  if (found !== undefined) return [found[1]];
  if (key.tab) return [key.shift ? 'back-tab' : 'tab'];
  if (key.ctrl) return [`ctrl-${input}`];
  if (key.meta) return [`alt-${input}`];
  return Array.from(input, (character) => (character === '\r' ? 'enter' : character));
}

const signs: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  'page-up': 'PgUp',
  'page-down': 'PgDn',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  escape: 'Esc',
  ' ': 'Space',
  tab: 'Tab',
  'back-tab': 'Shift-Tab',
  backspace: 'Backspace',
};

/** A key's name as help and footer write it. */
export function showKey(name: KeyName): string {
  const [, modifier = '', letter = ''] = /^(ctrl|alt)-(.)$/.exec(name) ?? [];
  if (letter !== '') return `${modifier === 'ctrl' ? 'Ctrl' : 'Alt'}-${letter.toUpperCase()}`;
  return signs[name] ?? name;
}
