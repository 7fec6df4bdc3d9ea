import { renderBash } from './bash.ts';
import { renderFish } from './fish.ts';
import { renderZsh } from './zsh.ts';

const renderers: Readonly<Partial<Record<string, () => string>>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
};

/** The file of each shell's script in the package. */
export const completionFiles = {
  bash: 'vdoctl.bash',
  zsh: '_vdoctl',
  fish: 'vdoctl.fish',
} as const;

/** The completion script of a shell, made from the table of commands. @throws Error for any other shell. */
export function renderCompletion(shell: string): string {
  const render = renderers[shell];
  if (render === undefined) throw new Error(`no completion for ${shell}`);
  return render();
}
