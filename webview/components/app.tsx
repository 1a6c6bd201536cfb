// The panel's frame: transcript above, what stays in place below it.
import { PanelContext, usePanel, type Panel } from '../panel-context.ts';
import { Composer } from './composer.tsx';
import { DemoStrip } from './demo-strip.tsx';
import { guarded } from './guarded.tsx';
import { PendingStrip } from './pending.tsx';
import { Queue } from './queue.tsx';
import { TodoList } from './todo-list.tsx';
import { Transcript } from './transcript.tsx';
import { TrustCard } from './trust-card.tsx';

// Each stands for itself: what fails in one of them takes none of the others away.
const SafeTranscript = guarded('panel', Transcript);
const SafeExtras = guarded('panel', Extras);
const SafeComposer = guarded('panel', Composer);

export function App({ panel }: { panel: Panel }) {
  return (
    <PanelContext.Provider value={panel}>
      <main class="panel" onKeyDown={(event) => stopOnEscape(event, panel)}>
        <h1 class="sr-only">Capstan</h1>
        <SafeTranscript />
        <div class="dock">
          <SafeExtras />
          <SafeComposer />
        </div>
        <LiveRegion />
      </main>
    </PanelContext.Provider>
  );
}

function Extras() {
  return (
    <>
      <DemoStrip />
      <TrustCard />
      <TodoList />
      <PendingStrip />
      <Queue />
    </>
  );
}

function LiveRegion() {
  const panel = usePanel();
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {panel.announcement.value}
    </div>
  );
}

function stopOnEscape(event: KeyboardEvent, panel: Panel) {
  if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
  const state = panel.view.peek()?.session.state;
  if (state !== 'running' && state !== 'waiting') return;
  event.preventDefault();
  panel.send({ type: 'stop' });
}
