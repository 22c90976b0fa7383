/**
 * Set-up and doctor, for whoever runs them: a bundle of its own, which the command line and VS Code share and load when it
 * is asked for.
 */
export { leftText, planText, resultText, takeOutText } from './claude/describe.ts';
export { planSetUp, planTakeOut, setUp, takeOut } from './claude/setUp.ts';
export { examine } from './doctor/index.ts';
