// The demo, played: a person asks for the bug to be fixed, allows what is asked, accepts the edit. Used by `npm run demo` and by the tests.
import { setTimeout as sleep } from 'node:timers/promises';
import { conversationIn } from './conversation.ts';
import { write } from './insist.ts';
import type { Workbench } from './workbench.ts';

export interface JourneyStep {
  readonly name: string;
  /** What the person saw: the dialog's or the panel's text. */
  readonly text: string;
}

export interface JourneyOptions {
  readonly request: string;
  /** Called at each step, while it can be seen. */
  readonly onStep: (step: JourneyStep) => Promise<void>;
  readonly timeoutMs: number;
}

export interface Journey {
  readonly dialogs: readonly string[];
  readonly reviews: number;
  /** The transcript at the end. */
  readonly transcript: string;
}

export async function playDemo(workbench: Workbench, options: JourneyOptions): Promise<Journey> {
  const talk = conversationIn(workbench);
  const dialogs: string[] = [];
  let reviews = 0;
  await talk.sees('Scripted demo model');
  await options.onStep({ name: 'open', text: await talk.text() });
  await write(await talk.composer(), options.request);
  await options.onStep({ name: 'typed', text: await talk.text() });
  await (await talk.composer()).press('Enter');
  await talk.sees(options.request);

  const end = Date.now() + options.timeoutMs;
  let calm = 0;
  // Done when nothing runs and nothing asks, twice in a row: between two steps neither may be seen for a moment.
  while (calm < 4) {
    if (Date.now() > end) throw new Error(`The demo did not end in time. The panel shows:\n${await talk.text()}`);
    const dialog = await talk.openDialog();
    if (dialog) {
      dialogs.push(dialog.text);
      await options.onStep({ name: `asked-${dialogs.length}`, text: dialog.text });
      await dialog.press('Allow Once');
    } else if (await talk.isReviewing()) {
      // The diff colours a moment after it opens; one that was accepted may still be closing.
      await sleep(700);
      if (!(await talk.isReviewing())) continue;
      reviews++;
      await options.onStep({ name: `review-${reviews}`, text: await talk.text() });
      await talk.pressTitle('Accept Edit');
      await sleep(300);
    }
    calm = (await talk.isBusy()) || dialog ? 0 : calm + 1;
    await sleep(100);
  }
  const transcript = await talk.transcript();
  await options.onStep({ name: 'done', text: transcript });
  return { dialogs, reviews, transcript };
}
