import { playAllOn } from './play.ts';

playAllOn('kvdo-6.2');
