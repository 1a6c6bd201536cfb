// A model client that plays the tour where a conversation asks for it by name, and asks the model for all else.
import type { ModelClient } from '../../core/ports.ts';

/** The name of the model in a conversation that is a tour. It begins as all scripted ones, of which the panel says so. */
export const TOUR_MODEL = 'scripted-tour';

export function withTour(client: ModelClient): ModelClient {
  return {
    ...client,
    async *stream(request, signal) {
      const isTour = request.model === TOUR_MODEL;
      yield* isTour ? (await import('./tour-model.ts')).playTour(request, signal) : client.stream(request, signal);
    },
    async countTokens(request, signal) {
      return request.model === TOUR_MODEL ? undefined : client.countTokens?.(request, signal);
    },
  };
}
