/** The entry that loads nothing of Node's: it reads words, and no configuration files. */
declare module 'yargs-parser/browser' {
  export { default } from 'yargs-parser';
}
