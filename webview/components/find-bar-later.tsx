// The find bar, loaded after the first paint: most conversations are never searched.
import { signal } from '@preact/signals';
import type { FindBar as Bar } from './find-bar.tsx';

const loaded = signal<typeof Bar | undefined>(undefined);

/** Once, when the panel is drawn. Without it there is no bar, and the next time it is asked for tries again. */
export function loadFindBar(): void {
  import('./find-bar.tsx').then(
    ({ FindBar }) => (loaded.value = FindBar),
    () => undefined,
  );
}

export function FindBar(props: Parameters<typeof Bar>[0]) {
  const Loaded = loaded.value;
  if (Loaded) return <Loaded {...props} />;
  loadFindBar();
  return null;
}
