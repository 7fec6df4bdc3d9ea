import { playRows } from './play.ts';

/** kvdo 6.2 knows neither the message `stats` nor `config`. */
playRows([
  {
    input: '02-kvdo6-recovering',
    words: ['wait', 'my-vdo', '--for', 'normal', '--timeout', '5s'],
    code: 5,
    shows: ['40 %'],
  },
  { input: '02-kvdo6-normal', words: ['wait', 'my-vdo', '--for', 'statistics'], code: 0 },
]);
