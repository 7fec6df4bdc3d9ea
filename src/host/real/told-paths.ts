import type { Paths } from '../../model/account-schema.ts';

/** The names of one fate, as they are printed: the parent keeps only the end of what is printed. */
const mostNames = 100;
const mostLength = 8 * 1024;

/** Counts paths, and keeps the first of them. */
export class ToldPaths {
  count = 0;
  readonly names: string[] = [];
  private length = 0;

  add(path: Buffer): void {
    this.count += 1;
    const name = path.toString();
    this.length += JSON.stringify(name).length;
    if (this.names.length < mostNames && this.length <= mostLength) this.names.push(name);
  }

  get paths(): Paths {
    return { count: this.count, names: this.names };
  }
}
