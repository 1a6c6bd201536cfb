// How the parts of the engine say what happened: one function, called in order, never throwing.
import type { DurableEvent, TransientEvent } from '../events.ts';

export type Emit = (event: DurableEvent | TransientEvent) => void;
