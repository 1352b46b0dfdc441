/** What every visit needs, but no first content waits for: in one file, since a file of each would share little. */
export { ProjectForm } from './projects/ProjectForm.tsx';
export { ActivityBody } from './sections/ActivityBody.tsx';
export { UsageChart } from './usage/UsageChart.tsx';
