import { ChartBody } from './ChartBody.tsx';
import type { ChartCode } from './choices.ts';
import { drawWithUplot } from './uplotChart.ts';

/** All that is loaded with the first chart. */
export const chartCode: ChartCode = { Body: ChartBody, draw: drawWithUplot };
