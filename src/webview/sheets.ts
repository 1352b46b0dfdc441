/** What opens at the side, on demand: in one file, since the sheets of runs share most of their code. */
export { SyncDetails } from './details/SyncDetails.tsx';
export { Compare } from './runs/compare/Compare.tsx';
export { RunDetail } from './runs/detail/RunDetail.tsx';
