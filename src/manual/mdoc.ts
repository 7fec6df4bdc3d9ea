import type { Block, Page, Section, Subsection } from './blocks.ts';
import { renderText } from './text.ts';
import { escapeLiteral } from './escape.ts';
import { describeOption, markOption } from './options.ts';

/** The date of the last change to the pages that matters, in mdoc's format. */
const changed = 'November 21, 2026';

/** A page in mdoc(7), as `man` and mandoc(1) read it. */
export function renderPage(page: Page): string {
  const lines = [
    String.raw`.\" Made by "npm run generate" from the table of commands and src/manual.`,
    `.Dd ${changed}`,
    `.Dt ${page.name.toUpperCase()} ${String(page.manual)}`,
    '.Os',
    '.Sh NAME',
    `.Nm ${page.name}`,
    `.Nd ${page.about}`,
    ...(page.synopsis === undefined ? [] : ['.Sh SYNOPSIS', ...page.synopsis]),
    ...page.sections.flatMap(renderSection),
    '.Sh SEE ALSO',
    ...renderReferences(page),
  ];
  return `${lines.join('\n')}\n`;
}

function renderSection({ title, blocks }: Section): string[] {
  return [`.Sh ${title}`, ...renderBlocks(blocks)];
}

function renderBlocks(blocks: readonly (Block | Subsection)[]): string[] {
  return blocks.flatMap((block, index) => {
    const before = blocks[index - 1];
    const begins = index === 0 || (typeof before === 'object' && 'subtitle' in before);
    return typeof block === 'string' && !begins ? ['.Pp', ...renderText(block)] : renderBlock(block);
  });
}

function renderBlock(block: Block | Subsection): string[] {
  if (typeof block === 'string') return renderText(block);
  if ('subtitle' in block) return [`.Ss ${block.subtitle}`, ...renderBlocks(block.blocks)];
  if ('list' in block) return renderList(block.list.map(([term, text]) => [renderTerm(term), text]));
  if ('options' in block)
    return renderList(block.options.map((option) => [markOption(option), describeOption(option)]));
  if ('session' in block) return renderDisplay(block.session);
  return renderDisplay('commands' in block ? block.commands : block.file);
}

function renderList(list: readonly (readonly [string, string])[]): string[] {
  const items = list.flatMap(([term, text]) => [`.It ${term}`, ...renderText(text)]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

/** Renders a term as prose, so that a word or a path in it is marked up. */
function renderTerm(term: string): string {
  const [line = '', ...rest] = renderText(term);
  if (rest.length > 0) throw new Error(`a term of a list takes one line: ${term}`);
  return line.startsWith('.') ? line.slice(1) : line;
}

/** Renders lines verbatim; wide ones get the full width of the page. */
function renderDisplay(text: string): string[] {
  const lines = text.replace(/^\n|\n$/g, '').split('\n');
  const isWide = lines.some((line) => line.length > 68);
  return [`.Bd -literal${isWide ? '' : ' -offset indent'}`, ...lines.map(escapeLiteral), '.Ed'];
}

function renderReferences({ name, manual, seeAlso }: Page): string[] {
  const own = `${name}(${String(manual)})`;
  const references = [...new Set(seeAlso)].filter((each) => each !== own).map(parseReference);
  const sorted = references.sort(
    (one, other) => one.section - other.section || (one.name < other.name ? -1 : 1),
  );
  return sorted.map(
    (each, index) => `.Xr ${each.name} ${String(each.section)}${index < sorted.length - 1 ? ' ,' : ''}`,
  );
}

function parseReference(text: string): { readonly name: string; readonly section: number } {
  const match = /^([a-z0-9.-]+)\((\d)\)$/.exec(text);
  if (match === null) throw new Error(`not a reference to a manual: ${text}`);
  return { name: match[1] ?? '', section: Number(match[2]) };
}
