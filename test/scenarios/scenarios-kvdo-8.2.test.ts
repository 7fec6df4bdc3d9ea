import { playAllOn } from './play.ts';

playAllOn('kvdo-8.2');
