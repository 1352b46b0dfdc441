import { computed } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useDashboard } from '../../context.ts';
import { RunConfigs } from './configs.ts';
import { RunHistories } from './histories.ts';
import { isOnline } from './online.ts';

interface RunReaders {
  readonly histories: RunHistories;
  readonly configs: RunConfigs;
}

/** What a sheet reads of its runs beyond their rows, for as long as it is open; at first `maxPoints` of each curve. */
export function useRunReaders(maxPoints: number): RunReaders {
  const { store, requests, runs } = useDashboard();
  const readers = useMemo(() => {
    const online = computed(() => isOnline(store));
    return {
      histories: new RunHistories({ requests, rows: runs.byId, online, maxPoints }),
      configs: new RunConfigs({ requests, online }),
    };
  }, []);
  useEffect(
    () => () => {
      readers.histories.dispose();
      readers.configs.dispose();
    },
    [],
  );
  return readers;
}
