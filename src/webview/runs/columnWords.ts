import { t } from '../../shared/l10n.ts';
import type { SortColumn } from './sort.ts';

interface ColumnWords {
  readonly title: string;
  /** What it tells, as its heading explains. */
  readonly hint: string;
}

export function columnWords(column: SortColumn): ColumnWords {
  switch (column) {
    case 'name':
      return { title: t('Name'), hint: t('Name of the run') };
    case 'status':
      return { title: t('Status'), hint: t('What the run is doing') };
    case 'progress':
      return { title: t('Progress'), hint: t('Share that is done') };
    case 'step':
      return { title: t('Step'), hint: t('Step of all steps') };
    case 'rate':
      return { title: t('Rate'), hint: t('Steps in a time') };
    case 'eta':
      return { title: t('Time left'), hint: t('Time left, of ended runs their duration') };
    case 'metric':
      return { title: t('Metric'), hint: t('Latest value of a metric') };
    case 'cost':
      return { title: t('Cost'), hint: t('What it used of the limit that it weighs on most') };
    case 'beat':
      return { title: t('Heartbeat'), hint: t('Last heartbeat, of ended runs their end') };
    case 'started':
      return { title: t('Started'), hint: t('When it started') };
    case 'duration':
      return { title: t('Duration'), hint: t('From the start to the end, or until now') };
    case 'project':
      return { title: t('Project'), hint: t('Project of the run') };
    default:
      return column satisfies never;
  }
}
