// The model beside the conversation, over the same connection. Loaded with the first question.
import { systemClock } from '../../adapters/system-clock.ts';
import { createSideModel, type SideModel } from '../../core/engine/side-model.ts';
import type { Keys } from '../keys.ts';
import { createModelClient } from '../model-client.ts';
import { readSettings } from '../settings.ts';

/** `version` is the product's. */
export function createHostSideModel(keys: Keys, version: string): SideModel {
  return createSideModel({
    client: createModelClient(keys, version),
    clock: systemClock,
    settings: () => ({ model: readSettings().model }),
    random: Math.random,
  });
}
