/** This entry loads no module of Node's: it parses words, and reads no configuration files. */
declare module 'yargs-parser/browser' {
  export { default } from 'yargs-parser';
}
