export { lastingMs } from '../../scenarios/steps.ts';
