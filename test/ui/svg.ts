import stringWidth from 'string-width';
import type { Emulator } from './emulator.ts';

/** In pixels. A cell of a common monospace font is 0.6 times as wide as the font is high. */
const font = { size: 14, cellWidth: 8.4, lineHeight: 18 };
const margin = 14;
const background = '#0d1117';
const plain = '#d1d7e0';
const dim = '#8b949e';
/** Colours by the letters of the emulator's looks. */
const colors: Readonly<Record<string, string>> = {
  r: '#ff7b72',
  g: '#56d364',
  y: '#e3b341',
  c: '#56d4dd',
  B: '#79c0ff',
  m: '#d2a8ff',
};

/** Neighbouring characters that look alike. */
interface Run {
  readonly column: number;
  readonly width: number;
  readonly text: string;
  readonly look: string;
}

/** A picture of the terminal's content. Each run is as wide as its cells, whatever the font. */
export function toSvg(terminal: Emulator, title: string): string {
  const { columns, rows } = terminal.stdout;
  const [width, height] = [columns * font.cellWidth + 2 * margin, rows * font.lineHeight + 2 * margin];
  const looks = terminal.looks();
  const lines = terminal.rows().flatMap((text, row) => {
    const top = margin + row * font.lineHeight;
    return splitIntoRuns(text, looks[row] ?? '', columns).map((run) => drawRun(run, top));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${show(width)} ${show(height)}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${String(font.size)}" fill="${plain}" xml:space="preserve">`,
    ...lines,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** An inverse row is inverse to its end, even where it is empty. */
function splitIntoRuns(text: string, looks: string, columns: number): Run[] {
  const runs: Run[] = [];
  let column = 0;
  for (const character of text.padEnd(looks.length)) {
    const width = stringWidth(character);
    const look = looks[column] ?? ' ';
    const last = runs.at(-1);
    if (last?.look === look)
      runs[runs.length - 1] = { ...last, text: last.text + character, width: last.width + width };
    else runs.push({ column, width, text: character, look });
    column += width;
  }
  return runs.filter(
    ({ text: own, look, column: at }) => at < columns && (look === 'i' || own.trim() !== ''),
  );
}

function drawRun({ column, width, text, look }: Run, top: number): string {
  const left = margin + column * font.cellWidth;
  const trimmed = look === 'i' ? text : text.trimEnd();
  const cells = width - (text.length - trimmed.length);
  const place = `x="${show(left)}" y="${show(top + font.size)}" textLength="${show(cells * font.cellWidth)}"`;
  const words = `<text ${place} lengthAdjust="spacingAndGlyphs"${describeLook(look)}>${escape(trimmed)}</text>`;
  if (look !== 'i') return words;
  const size = `width="${show(width * font.cellWidth)}" height="${show(font.lineHeight)}"`;
  return `<rect x="${show(left)}" y="${show(top)}" ${size}/>${words}`;
}

function describeLook(look: string): string {
  if (look === 'i') return ` fill="${background}"`;
  if (look === 'd') return ` fill="${dim}"`;
  if (look === 'b') return ' font-weight="bold"';
  const color = colors[look] ?? colors[look.toLowerCase()];
  if (color === undefined) return '';
  return ` fill="${color}"${look in colors ? '' : ' font-weight="bold"'}`;
}

function show(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
