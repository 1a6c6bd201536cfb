/** Lets a test wait for the n-th request to `/v1/messages`. */
import type { RecordedRequest } from './recorded-request.ts';

export interface RequestWaiters {
  arrived(request: RecordedRequest): void;
  waitFor: (n: number, timeoutMs?: number) => Promise<RecordedRequest>;
}

export function createRequestWaiters(): RequestWaiters {
  const arrived: RecordedRequest[] = [];
  const waiting = new Set<() => void>();
  return {
    arrived(request) {
      arrived.push(request);
      waiting.forEach((check) => check());
    },
    waitFor(n, timeoutMs = 10_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`Waited ${timeoutMs} ms for model request ${n}, but only ${arrived.length} came.`));
        }, timeoutMs);
        const check = (): void => {
          const request = arrived[n - 1];
          if (request) {
            clearTimeout(timer);
            waiting.delete(check);
            resolve(request);
          }
        };
        waiting.add(check);
        check();
      });
    },
  };
}
