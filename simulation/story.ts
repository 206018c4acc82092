import type { Step } from './schedule.ts';

const DEVICES = ['the tablet', 'the phone', 'the laptop'];
const UNITS = ['unit 1', 'unit 2', 'unit 3', 'unit 4'];

/** One step in words, as the story of a failure tells it. */
export function tell(step: Step, deviceCount: number): string {
  const on = 'device' in step ? ` on ${DEVICES[step.device % deviceCount] ?? ''}` : '';
  const { do: what, ...details } = step;
  switch (step.do) {
    case 'wait':
      return `${step.ms / 1_000} s pass`;
    case 'open':
      return `somebody opens a lesson${on}`;
    case 'answer':
      return `somebody answers ${step.times} exercises ${step.isRight ? 'rightly' : 'wrongly'}${on}`;
    case 'die':
      return `the app${on} will die ${step.death.moment} its call number ${step.death.afterCalls} from now`;
    case 'restart':
      return `the app${on} is killed`;
    case 'publish':
      return `${UNITS[step.unit] ?? ''} is published: variant ${step.variant}, schema ${step.schemaVersion}`;
    case 'unpublish':
      return `${UNITS[step.unit] ?? ''} goes: ${step.reason}`;
    case 'sign_in':
      return `${['Ana', 'Bo'][step.person % 2] ?? ''} signs in${on}`;
    default: {
      const more = Object.entries(details).flatMap(([name, value]) =>
        name === 'device' ? [] : [`${name} ${JSON.stringify(value)}`],
      );
      return `${what.replaceAll('_', ' ')}${more.length > 0 ? ` (${more.join(', ')})` : ''}${on}`;
    }
  }
}
