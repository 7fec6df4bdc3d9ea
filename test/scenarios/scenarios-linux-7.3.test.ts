import { playAllOn } from './play.ts';

playAllOn('linux-7.3');
