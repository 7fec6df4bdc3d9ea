import type { Alert } from '../../model/volume.ts';

/** Colour says nothing that a word does not say too. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  severity(severity: Alert['severity'], text: string): string;
}

const escape = '\u001b[';
const paint = (code: string) => (text: string) => (text === '' ? '' : `${escape}${code}m${text}${escape}0m`);
const plain = (text: string): string => text;

const severityCodes: Readonly<Record<Alert['severity'], string>> = {
  info: '36',
  warning: '33',
  critical: '31;1',
};

/** The style for a terminal with colours or without. */
export function makeStyle(color: 'color' | 'plain'): Style {
  if (color === 'plain') return { bold: plain, dim: plain, severity: (_severity, text) => text };
  return {
    bold: paint('1'),
    dim: paint('2'),
    severity: (severity, text) => paint(severityCodes[severity])(text),
  };
}
